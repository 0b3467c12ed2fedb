/**
 * What is found out about a section of the corpus without a kernel: whether its text is read, and whether the evaluator
 * knows what its rules say.
 */
import { decideAtHook } from '../../../src/model/filter/evaluate.ts'
import type { Packet, Surroundings } from '../../../src/model/filter/packet.ts'
import type { Hook, Ruleset, Table } from '../../../src/model/filter/ruleset.ts'
import { parseNftText } from '../../../src/wire/nft-text/nft-text.ts'
import type { Section } from './corpus-sections.ts'

export interface SectionFacts {
  /** Undefined where its text isn't read. */
  readonly ruleset: Ruleset | undefined
  readonly text: boolean
  readonly evaluated: boolean
}

export function factsOf(section: Section): SectionFacts {
  let ruleset: Ruleset
  try {
    ruleset = parseNftText(section.text).ruleset
  } catch {
    return { ruleset: undefined, text: false, evaluated: false }
  }
  return { ruleset, text: !hasUnsupported(ruleset), evaluated: isEvaluated(ruleset) }
}

/** Whether anything in it is kept as text only. */
export const hasUnsupported = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (('kind' in value && value.kind === 'unsupported') || Object.values(value).some(hasUnsupported))

/** One packet of each kind; what isn't said of them is unknown, which is no lack of the evaluator. */
const PACKETS: readonly Packet[] = [
  {
    family: 'ipv4',
    protocol: 6,
    source: 0x0a000001,
    destination: 0x0a000002,
    sourcePort: 4000,
    destinationPort: 22,
    tcpFlags: 2,
  },
  {
    family: 'ipv4',
    protocol: 17,
    source: 0x01010101,
    destination: 0x0a000002,
    sourcePort: 4000,
    destinationPort: 53,
  },
  { family: 'ipv4', protocol: 1, source: 0x0a000001, destination: 0x0a000002, icmpType: 8, icmpCode: 0 },
  {
    family: 'ipv4',
    protocol: 132,
    source: 0x0a000001,
    destination: 0x0a000002,
    sourcePort: 1,
    destinationPort: 5,
  },
  {
    family: 'ipv6',
    protocol: 6,
    source: 1n,
    destination: 2n,
    sourcePort: 4000,
    destinationPort: 22,
    tcpFlags: 2,
  },
  { family: 'ipv6', protocol: 58, source: 1n, destination: 2n, icmpType: 128, icmpCode: 0 },
]
const SURROUNDINGS: Surroundings = { inputInterface: 'lo', outputInterface: 'lo', mark: 1 }

const isEvaluated = (ruleset: Ruleset): boolean =>
  ruleset.tables.every(table => {
    const { hook, hooked } = atHook(table)
    return PACKETS.every(packet => {
      const { decision } = decideAtHook({ tables: [hooked] }, hook, packet, SURROUNDINGS, {
        layer: table.family === 'bridge' ? 'bridge' : 'ip',
      })
      return decision.kind !== 'unsupported' && !decision.unknown.some(({ unsupported }) => unsupported)
    })
  })

/** The table with its rules on a hook: of sections that only show a rule, the chain is none's. */
function atHook(table: Table): { hook: Hook; hooked: Table } {
  const base = table.chains.find(chain => chain.base !== undefined)?.base
  if (base !== undefined) return { hook: base.hook, hooked: table }
  const input = { type: 'filter', hook: 'input', priority: 0, policy: 'accept', devices: [] } as const
  return {
    hook: 'input',
    hooked: { ...table, chains: table.chains.map(chain => ({ ...chain, base: input })) },
  }
}
