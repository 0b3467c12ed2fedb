/**
 * Large rule sets, made by a seed: five-tuples as filters have them. `acl`: both addresses as prefixes, port ranges, some
 * wildcards. `host`: a source, a protocol, a port. `specific-first`: the rules of `acl` with the narrowest before the wider
 * ones, so that few are shadowed by one rule alone: the hard case.
 */
import { parseNftText } from '../../../wire/nft-text/nft-text.ts'
import type { Packet, Surroundings } from '../packet.ts'
import type { Ruleset } from '../ruleset.ts'
import { ipv4Text } from '../symbols/address-words.ts'

export type Kind = 'acl' | 'host' | 'specific-first'

/** Whole numbers from 0 up to a bound, the same for a seed (mulberry32). */
export function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return bound => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

interface Line {
  readonly text: string
  /** How much it leaves open, as the power of two. */
  readonly size: number
}

const SERVICES = [22, 25, 53, 80, 123, 143, 443, 993, 3306, 5432, 6379, 8080, 9100]
const LENGTHS = [8, 16, 16, 24, 24, 24, 28, 32, 32, 32]

export function syntheticLines(count: number, kind: Kind, seed = 1): string[] {
  const roll = dice(seed)
  const lines: Line[] = Array.from({ length: count }, () =>
    kind === 'host' ? hostLine(roll) : aclLine(roll),
  )
  if (kind === 'specific-first') lines.sort((a, b) => a.size - b.size)
  return lines.map(({ text }) => text)
}

function hostLine(roll: (bound: number) => number): Line {
  const source = ipv4Text(0x0a000000 + roll(1 << 16))
  const protocol = roll(3) === 0 ? 'udp' : 'tcp'
  const verdict = roll(4) === 0 ? 'drop' : 'accept'
  return {
    text: `ip saddr ${source} ${protocol} dport ${SERVICES[roll(SERVICES.length)]} ${verdict}`,
    size: 48,
  }
}

function aclLine(roll: (bound: number) => number): Line {
  const parts: string[] = []
  let size = 0
  for (const side of ['saddr', 'daddr']) {
    if (roll(8) === 0) {
      size += 32
      continue
    }
    const length = LENGTHS[roll(LENGTHS.length)]!
    const step = 2 ** (32 - length)
    const address = Math.floor((0x0a000000 + roll(1 << 20) * 16) / step) * step
    parts.push(`ip ${side} ${ipv4Text(address)}${length === 32 ? '' : `/${length}`}`)
    size += 32 - length
  }
  const protocol = roll(3) === 0 ? 'udp' : 'tcp'
  const ports = roll(4)
  if (ports === 0) parts.push(`meta l4proto ${protocol}`)
  else if (ports === 1) {
    const low = 1024 + roll(60000)
    const high = Math.min(65535, low + roll(4000) + 1)
    parts.push(`${protocol} dport ${low}-${high}`)
  } else parts.push(`${protocol} dport ${SERVICES[roll(SERVICES.length)]}`)
  size += [16, 12, 0, 0][ports]!
  return { text: `${parts.join(' ')} ${roll(3) === 0 ? 'drop' : 'accept'}`, size }
}

export const chainOf = (lines: readonly string[], policy = 'drop'): string =>
  `table inet synthetic {\n\tchain input {\n\t\ttype filter hook input priority 0; policy ${policy};\n` +
  `${lines.map(line => `\t\t${line}\n`).join('')}\t}\n}\n`

export const synthetic = (count: number, kind: Kind, seed = 1): Ruleset =>
  parseNftText(chainOf(syntheticLines(count, kind, seed))).ruleset

/** Lines after so many edits: one taken out, put in, or turned about. */
export function edited(lines: readonly string[], edits: number, seed = 2): string[] {
  const roll = dice(seed)
  const changed = [...lines]
  for (let i = 0; i < edits; i++) {
    const at = roll(changed.length)
    const kind = roll(3)
    if (kind === 0) changed.splice(at, 1)
    else if (kind === 1) changed.splice(at, 0, aclLine(roll).text)
    else
      changed[at] = changed[at]!.endsWith('drop')
        ? changed[at]!.replace(/drop$/, 'accept')
        : changed[at]!.replace(/accept$/, 'drop')
  }
  return changed
}

/** Packets of which many meet some rule. */
export function syntheticPackets(count: number, seed = 3): { packet: Packet; surroundings: Surroundings }[] {
  const roll = dice(seed)
  return Array.from({ length: count }, () => ({
    packet: {
      family: 'ipv4',
      protocol: roll(3) === 0 ? 17 : 6,
      source: 0x0a000000 + roll(1 << 24),
      destination: 0x0a000000 + roll(1 << 24),
      sourcePort: 1024 + roll(60000),
      destinationPort: roll(2) === 0 ? SERVICES[roll(SERVICES.length)]! : roll(65536),
      tcpFlags: 2,
    },
    surroundings: { inputInterface: 'eth0', outputInterface: null, mark: 0, conntrack: { state: 'new' } },
  }))
}
