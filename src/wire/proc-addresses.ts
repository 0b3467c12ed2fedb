/**
 * The addresses of a network namespace in the text of `/proc/<pid>/net/{if_inet6,fib_trie,route}`: everybody may read
 * these, also of a namespace that they may not enter.
 *
 * Answers: IPv6 addresses in full; IPv4 addresses, with prefix length and interface as far as the routes give them
 * away. An interface that has an address of a /32 and no route of its own stays without a name. Source: net/ipv6/addrconf.c
 * (`if6_seq_show`), net/ipv4/fib_trie.c (`fib_trie_seq_show`, `fib_route_seq_show`).
 */
import { type Address, addressFromBytes, isAddress, parseAddress } from '../model/address.ts'

export interface ProcAddress {
  readonly address: Address
  /** Prefix length, bits. */
  readonly prefix: number
  /** Empty where the routes don't tell. */
  readonly interface: string
  /** 0 where the text doesn't tell. */
  readonly index: number
}

/** The text of `if_inet6`: `address index prefix scope flags name`, all but the name in hexadecimal. */
export function parseIfInet6(text: string): ProcAddress[] {
  const found: ProcAddress[] = []
  for (const line of text.split('\n')) {
    const [, digits, index, prefix, name] =
      /^([0-9a-f]{32}) ([0-9a-f]{1,8}) ([0-9a-f]{1,2}) [0-9a-f]+ [0-9a-f]+ +(\S+)$/.exec(line) ?? []
    if (digits === undefined || Number.parseInt(prefix!, 16) > 128) continue
    const bytes = Uint8Array.from({ length: 16 }, (_, i) =>
      Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16),
    )
    found.push({
      address: addressFromBytes(bytes, 0, 'ipv6'),
      prefix: Number.parseInt(prefix!, 16),
      interface: name!,
      index: Number.parseInt(index!, 16),
    })
  }
  return found
}

interface Network {
  /** First address, as a number. */
  readonly base: number
  readonly prefix: number
  readonly interface: string
}

/**
 * Our IPv4 addresses in the text of `fib_trie`. `routes` is the text of `route`, which knows the interfaces;
 * `littleEndian` the byte order of the machine that wrote it.
 */
export function parseFibTrie(text: string, routes = '', littleEndian = true): ProcAddress[] {
  const local = new Set<Address>()
  const networks = connectedRoutes(routes, littleEndian)
  let leaf: Address | null = null
  for (const line of text.split('\n')) {
    const branch = /^ *\|-- (\S+)$/.exec(line)
    if (branch !== null) {
      leaf = isAddress(branch[1]!) ? parseAddress(branch[1]!) : null
      continue
    }
    const [, prefix, scope, kind] = /^ *\/(\d{1,2}) (\w+) (\w+)/.exec(line) ?? []
    if (leaf === null || prefix === undefined || Number(prefix) > 32) continue
    if (kind === 'LOCAL' && prefix === '32') local.add(leaf)
    else if (kind === 'LOCAL')
      networks.push({ base: numberOf(leaf), prefix: Number(prefix), interface: 'lo' })
    else if (kind === 'UNICAST' && scope === 'link' && !networks.some(same(leaf, Number(prefix)))) {
      networks.push({ base: numberOf(leaf), prefix: Number(prefix), interface: '' })
    }
  }
  networks.sort((a, b) => b.prefix - a.prefix)
  return [...local].map(address => {
    const network = networks.find(({ base, prefix }) => inNetwork(numberOf(address), base, prefix))
    return { address, prefix: network?.prefix ?? 32, interface: network?.interface ?? '', index: 0 }
  })
}

const same = (leaf: Address, prefix: number) => (network: Network) =>
  network.base === numberOf(leaf) && network.prefix === prefix

const numberOf = (address: Address): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0)

const inNetwork = (address: number, base: number, prefix: number): boolean =>
  Math.floor(address / 2 ** (32 - prefix)) === Math.floor(base / 2 ** (32 - prefix))

/** Routes without a gateway: `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, words in host order. */
function connectedRoutes(text: string, littleEndian: boolean): Network[] {
  const found: Network[] = []
  for (const line of text.split('\n')) {
    const [name, destination, gateway, , , , , mask] = line.trim().split(/\s+/)
    if (name === undefined || destination === undefined || mask === undefined || gateway !== '00000000')
      continue
    const base = wordOf(destination, littleEndian)
    const prefix = prefixOf(wordOf(mask, littleEndian))
    if (base !== null && prefix !== null && prefix > 0) found.push({ base, prefix, interface: name })
  }
  return found
}

function wordOf(digits: string, littleEndian: boolean): number | null {
  if (!/^[0-9A-F]{8}$/i.test(digits)) return null
  const bytes = digits.match(/../g)!
  return Number.parseInt((littleEndian ? bytes.reverse() : bytes).join(''), 16)
}

/** Bits of a mask, or null if they aren't all at the front. */
function prefixOf(mask: number | null): number | null {
  if (mask === null) return null
  const bits = mask.toString(2).padStart(32, '0')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : null
}
