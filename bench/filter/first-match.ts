/** The peer of the classifier: rules as plain objects, tried one after the other until one fits. */
import type { Packet } from '../../src/model/filter/packet.ts'
import type { Pattern } from '../../src/model/filter/pattern.ts'
import type { Ruleset } from '../../src/model/filter/ruleset.ts'

interface Plain {
  readonly protocol: number | null
  readonly source: readonly [number, number] | null
  readonly destination: readonly [number, number] | null
  readonly port: readonly [number, number] | null
  readonly verdict: string
}

/** Only for the synthetic rules: addresses, a protocol, a port. */
export function firstMatch({ tables }: Ruleset): (packet: Packet) => string {
  const { rules, base } = tables[0]!.chains[0]!
  const plain = rules.map(({ statements }): Plain => {
    const made: { -readonly [K in keyof Plain]: Plain[K] } = {
      protocol: null,
      source: null,
      destination: null,
      port: null,
      verdict: 'accept',
    }
    for (const statement of statements) {
      if (statement.kind === 'verdict') made.verdict = statement.verdict.kind
      if (statement.kind !== 'match') continue
      const { left, right } = statement
      const range = rangeOf(right as Pattern)
      if (left.kind === 'meta') made.protocol = range[0]
      else if (left.kind === 'payload' && left.field === 'saddr') made.source = range
      else if (left.kind === 'payload' && left.field === 'daddr') made.destination = range
      else if (left.kind === 'payload') {
        made.port = range
        made.protocol = left.protocol === 'tcp' ? 6 : 17
      }
    }
    return made
  })
  const policy = base!.policy
  return packet => plain.find(rule => fits(rule, packet))?.verdict ?? policy
}

const fits = ({ protocol, source, destination, port }: Plain, packet: Packet): boolean =>
  (protocol === null || packet.protocol === protocol) &&
  isIn(source, packet.source as number) &&
  isIn(destination, packet.destination as number) &&
  isIn(port, packet.destinationPort!)

const isIn = (range: readonly [number, number] | null, value: number): boolean =>
  range === null || (range[0] <= value && value <= range[1])

function rangeOf(pattern: Pattern): readonly [number, number] {
  if (pattern.kind === 'range') return [pattern.low as number, pattern.high as number]
  if (pattern.kind === 'prefix') {
    const low = pattern.address as number
    return [low, low + 2 ** (32 - pattern.length) - 1]
  }
  const value = pattern.kind === 'value' ? (pattern.value as number) : 0
  return [value, value]
}
