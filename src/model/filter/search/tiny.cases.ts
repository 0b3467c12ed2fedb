/**
 * Rule sets over so few values that every packet there is can be tried: the slow and obvious oracle of what search,
 * lint and comparison say. Each field has the values that rules name and one that no rule names.
 */
import fc from 'fast-check'
import { parseNftText } from '../../../wire/nft-text/nft-text.ts'
import { isFault } from '../../fault.ts'
import type { Decision } from '../decision.ts'
import { decideAtHook } from '../evaluate.ts'
import type { ConntrackState, Packet, Surroundings } from '../packet.ts'
import type { Ruleset } from '../ruleset.ts'
import type { ConditionPart } from './condition.ts'

const ADDRESSES = [1, 2, 3, 4, 5, 9].map(last => 0x0a000000 + last)
const PORTS = [1, 2, 3, 4, 9]
const MARKS = [0, 1, 2, 3]
const STATES: readonly ConntrackState[] = ['new', 'established', 'untracked']
const NAMES = ['lan0', 'lan1', 'wan']

export interface Case {
  readonly packet: Packet
  readonly surroundings: Surroundings
}

/** Every packet that the tiny rules can tell from others. */
export const PACKETS: readonly Case[] = [
  ...ADDRESSES.flatMap(source => cases({ family: 'ipv4', source, destination: 0x0a0000fe })),
  ...cases({ family: 'ipv6', source: 1n, destination: 2n }),
]

function cases(base: Packet): readonly Case[] {
  const packets: Packet[] = [{ ...base, protocol: base.family === 'ipv4' ? 1 : 58, icmpType: 8, icmpCode: 0 }]
  for (const protocol of [6, 17]) {
    for (const destinationPort of PORTS) {
      packets.push({
        ...base,
        protocol,
        sourcePort: 1000,
        destinationPort,
        ...(protocol === 6 && { tcpFlags: 2 }),
      })
    }
  }
  return packets.flatMap(packet =>
    MARKS.flatMap(mark =>
      STATES.flatMap(state =>
        NAMES.map(inputInterface => ({
          packet: { ...packet, length: 60 },
          surroundings: { mark, inputInterface, outputInterface: null, conntrack: { state } },
        })),
      ),
    ),
  )
}

export const judge = (ruleset: Ruleset, { packet, surroundings }: Case): Decision =>
  decideAtHook(ruleset, 'input', packet, surroundings, { ties: 'last-first' }).decision

const address = fc.integer({ min: 1, max: 5 }).map(last => `10.0.0.${last}`)
const port = fc.integer({ min: 1, max: 4 })
const range = <T>(from: fc.Arbitrary<T>, order: (a: T, b: T) => number): fc.Arbitrary<string> =>
  fc.tuple(from, from).map(pair => {
    const [low, high] = pair.toSorted(order)
    return low === high ? `${low}` : `${low}-${high}`
  })
const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)
const not = fc.constantFrom('', '', '', '!= ')

export const matchText: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(not, address).map(([op, one]) => `ip saddr ${op}${one}`),
  fc.tuple(not, range(address, compare)).map(([op, some]) => `ip saddr ${op}${some}`),
  fc
    .tuple(fc.constantFrom('tcp', 'udp', 'th'), not, port)
    .map(([proto, op, one]) => `${proto} dport ${op}${one}`),
  fc
    .tuple(fc.constantFrom('tcp', 'udp'), range(port, compare))
    .map(([proto, some]) => `${proto} dport ${some}`),
  fc.tuple(not, fc.constantFrom('tcp', 'udp')).map(([op, proto]) => `meta l4proto ${op}${proto}`),
  fc.constantFrom('ip saddr { 10.0.0.1, 10.0.0.4 }', 'tcp dport != { 1, 3-4 }', 'meta nfproto ipv4'),
  fc.constantFrom(
    'ip saddr @some',
    'ip saddr != @some',
    'ip saddr . tcp dport @pairs',
    'ip saddr . tcp dport != @pairs',
  ),
  fc.tuple(not, fc.integer({ min: 0, max: 2 })).map(([op, mark]) => `meta mark ${op}${mark}`),
  fc.constantFrom(
    'meta mark & 1 == 1',
    'meta mark & 2 == 0',
    'ct state new',
    'ct state established',
    'ct state { new, established }',
  ),
  fc.constantFrom('iifname "lan*"', 'iifname != "lan0"', 'iifname "wan"'),
)

const verdict = (chains: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('accept', 'drop', 'reject') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('icmp', 'icmpv6').map(kind => `reject with ${kind} port-unreachable`),
    },
    { weight: 1, arbitrary: fc.constantFrom('return', 'counter') },
    ...(chains.length === 0
      ? []
      : [
          {
            weight: 2,
            arbitrary: fc
              .tuple(fc.constantFrom('jump', 'goto'), fc.constantFrom(...chains))
              .map(one => one.join(' ')),
          },
          {
            weight: 1,
            arbitrary: fc
              .constantFrom(...chains)
              .map(chain => `tcp dport vmap { 1 : accept, 2-3 : jump ${chain}, 4 : drop }`),
          },
        ]),
    { weight: 1, arbitrary: fc.constantFrom('ip saddr vmap { 10.0.0.2 : drop, 10.0.0.3 : return }') },
  )

/** The rest nft refuses: no packet is both TCP and UDP, or of IPv4 and answered in ICMPv6. */
export const agrees = (text: string): boolean =>
  new Set(text.match(/\b(?:tcp|udp)\b(?! vmap)/g)).size < 2 &&
  !(text.includes('icmpv6') && /\bip (?:saddr|dscp)\b|nfproto ipv4/.test(text))

const change = fc.constantFrom(
  ...[
    'meta mark set 1',
    'meta mark set meta mark | 2',
    'meta mark set 0',
    'ip dscp set cs1',
    'add @seen { ip saddr }',
  ],
)
/** Of rules that change something. */
export const CHANGES = /mark set|dscp set|add @/

const rule = (chains: readonly string[], changes: boolean): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(matchText, { maxLength: 2 }),
      changes ? fc.option(change, { freq: 4, nil: '' }) : fc.constant(''),
      verdict(chains),
    )
    .map(([matches, changed, end]) => [...matches, changed, end].filter(part => part !== '').join(' '))
    .filter(agrees)

const chainText = (name: string, head: string, rules: readonly string[]): string =>
  `  chain ${name} {\n${[head, ...rules].map(line => `    ${line}\n`).join('')}  }\n`

/** The text of a small rule set at the input hook. */
export const rulesetText = ({ changes = true } = {}): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(rule([], changes), { maxLength: 3 }),
      fc.array(rule(['deep'], changes), { maxLength: 4 }),
      fc.array(rule(['deep', 'side'], changes), { maxLength: 6 }),
      fc.constantFrom('accept', 'drop'),
      fc.option(fc.array(rule([], changes), { maxLength: 3 }), { freq: 3 }),
    )
    .map(
      ([deep, side, main, policy, second]) =>
        `table inet t {\n  set some { type ipv4_addr; flags interval; elements = { 10.0.0.2-10.0.0.3, 10.0.0.5 } }\n` +
        '  set seen { type ipv4_addr; flags dynamic; size 9; }\n' +
        `  set pairs { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 1, 10.0.0.2 . 3, 10.0.0.4 . 4 } }\n` +
        chainText('deep', '', deep) +
        chainText('side', '', side) +
        chainText('main', `type filter hook input priority 0; policy ${policy};`, main) +
        (second === null
          ? ''
          : chainText('second', 'type filter hook input priority 10; policy accept;', second)) +
        '}\n',
    )

export const rulesOf = (text: string): Ruleset => parseNftText(text).ruleset

/** Whether it is a rule set at all. */
export function reads(text: string): boolean {
  try {
    rulesOf(text)
    return true
  } catch (error) {
    if (isFault(error)) return false
    throw error
  }
}

/** Matches, from the text of a rule's left part. */
export function conditionOf(text: string): readonly ConditionPart[] {
  if (text === '') return []
  const { tables } = rulesOf(`table inet t {\n chain c {\n ${text}\n }\n}\n`)
  const statements = tables[0]!.chains[0]!.rules[0]!.statements as readonly ConditionPart['match'][]
  return statements.map(match => ({ match, negated: false }))
}
