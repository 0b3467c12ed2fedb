/**
 * The listing of `ipset save`: what sets there are, of which type, and their elements (ipset(8)).
 *
 * Elements are what `match-set` looks up in nftables' words, in sets called `ipset:NAME`. A set with an element that has
 * no equal (`nomatch`, a set of sets) is told by its type alone: then what it holds isn't known.
 */
import { readAddress } from '../model/address-read.ts'
import type { Pattern } from '../model/filter/pattern.ts'
import type { Element, NamedSet } from '../model/filter/ruleset.ts'
import { maskedAddress, protocolNumber } from './iptables-save/iptables-save.ts'
import { wordIn } from './word-in.ts'

export interface IpsetSave {
  /** `hash:ip,port`, by name. */
  readonly types: ReadonlyMap<string, string>
  /** By `ipset:NAME`. */
  readonly sets: ReadonlyMap<string, NamedSet>
  readonly warnings: readonly string[]
}

/** Never throws; lines that make no sense are warnings. */
export function parseIpsetSave(text: string): IpsetSave {
  const types = new Map<string, string>()
  const families = new Map<string, 'ip' | 'ip6'>()
  const elements = new Map<string, Element[] | null>()
  const warnings: string[] = []
  for (const line of text.split('\n')) {
    const [command, name, third, ...options] = line.trim().split(/\s+/)
    if (command === '' || command === undefined || command.startsWith('#')) continue
    if (name === undefined || third === undefined) warnings.push(`ipset: a line that does not read: ${line}`)
    else if (command === 'create') {
      types.set(name, third)
      families.set(name, options[options.indexOf('family') + 1] === 'inet6' ? 'ip6' : 'ip')
      elements.set(name, [])
    } else if (command === 'add') {
      const list = elements.get(name)
      const type = types.get(name)
      const key =
        type === undefined || options.includes('nomatch')
          ? undefined
          : elementKey(type, families.get(name)!, third)
      if (key === undefined) elements.set(name, null)
      else list?.push({ key, ...timeoutOf(options) })
    }
  }
  const sets = [...elements].flatMap(([name, list]): [string, NamedSet][] =>
    list === null ? [] : [[`ipset:${name}`, setOf(name, types.get(name)!, families.get(name)!, list)]],
  )
  return { types, sets: new Map(sets), warnings }
}

function timeoutOf(options: readonly string[]): { readonly expires?: number } {
  const at = options.indexOf('timeout')
  const seconds = Number(options[at + 1])
  return at < 0 || !Number.isFinite(seconds) || seconds === 0 ? {} : { expires: seconds }
}

const setOf = (name: string, type: string, family: 'ip' | 'ip6', elements: readonly Element[]): NamedSet => ({
  name: `ipset:${name}`,
  key: partsOf(type).flatMap(part => wordIn(DATATYPES, part)?.(family) ?? []),
  mapTo: [],
  flags: ['interval'],
  autoMerge: false,
  elements,
})

const partsOf = (type: string): readonly string[] => type.slice(type.indexOf(':') + 1).split(',')
const address = (family: 'ip' | 'ip6'): string[] => [family === 'ip' ? 'ipv4_addr' : 'ipv6_addr']
const DATATYPES: Readonly<Record<string, (family: 'ip' | 'ip6') => string[]>> = {
  ip: address,
  net: address,
  mac: () => ['ether_addr'],
  mark: () => ['mark'],
  iface: () => ['ifname'],
  port: () => ['inet_proto', 'inet_service'],
}

function elementKey(type: string, family: 'ip' | 'ip6', text: string): Pattern | undefined {
  const parts = partsOf(type)
  const words = text.split(',')
  if (words.length !== parts.length) return undefined
  const patterns = parts.map((part, i) => partPatterns(part, words[i]!, family, type))
  if (patterns.includes(undefined)) return undefined
  const flat = patterns.flatMap(one => one!)
  return flat.length === 1 ? flat[0] : { kind: 'tuple', parts: flat }
}

function partPatterns(
  part: string,
  word: string,
  family: 'ip' | 'ip6',
  type: string,
): readonly Pattern[] | undefined {
  switch (part) {
    case 'ip':
    case 'net':
      return addressPatterns(word, family)
    case 'mac':
      return /^[0-9a-f:]{17}$/i.test(word)
        ? [value(Number.parseInt(word.replaceAll(':', ''), 16))]
        : undefined
    case 'mark':
      return /^0x[0-9a-f]+$/i.test(word) ? [value(Number(word))] : undefined
    case 'iface':
      return word.startsWith('physdev:') ? undefined : [value(word)]
    case 'port': {
      const [protocol, ports] = word.includes(':') ? word.split(':') : [undefined, word]
      const range = /^(\d+)(?:-(\d+))?$/.exec(ports ?? '')
      // A bitmap of ports holds for TCP and UDP alike, and says no protocol.
      const number = protocol === undefined ? undefined : protocolNumber(protocol)
      if (range === null || (protocol !== undefined && number === undefined)) return undefined
      if (protocol === undefined && !type.startsWith('bitmap:')) return undefined
      const low = Number(range[1])
      return [
        number === undefined ? { kind: 'range', low: 0, high: 255 } : value(number),
        range[2] === undefined ? value(low) : { kind: 'range', low, high: Number(range[2]) },
      ]
    }
    default:
      return undefined
  }
}

const value = (of: number | string): Pattern => ({ kind: 'value', value: of })

function addressPatterns(word: string, family: 'ip' | 'ip6'): readonly Pattern[] | undefined {
  if (word.includes('-') && typeof readAddress(word.split('-')[0]!) !== 'string') {
    const [low, high] = word.split('-').map(each => maskedAddress(each, family)?.address)
    return low === undefined || high === undefined ? undefined : [{ kind: 'range', low, high }]
  }
  const read = maskedAddress(word, family)
  if (read?.length === undefined) return undefined
  return read.length === (family === 'ip' ? 32 : 128)
    ? [{ kind: 'value', value: read.address }]
    : [{ kind: 'prefix', address: read.address, length: read.length }]
}
