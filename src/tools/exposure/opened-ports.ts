/**
 * What a filter opens, in words: ranges of ports with the regions that get through to them. Where rules tell ports apart,
 * a range ends; one port of each range is searched for, so the answer holds for all of it.
 */
import type { ExposureLevel } from '../../model/exposure.ts'
import type { Expression } from '../../model/filter/expression.ts'
import { isPattern } from '../../model/filter/is-pattern.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Chain, Ruleset } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { isLocal, type Judged } from '../firewall/firewall.ts'
import { type RegionAnswer, reachPort } from './reach-port.ts'

export interface OpenedPorts {
  readonly protocol: 'tcp' | 'udp'
  readonly low: number
  readonly high: number
  readonly families: readonly IpFamily[]
  /** The widest region that gets through: whole, or in part where a rule names sources. */
  readonly level: ExposureLevel
  readonly verdict: 'open' | 'published' | 'unknown'
  readonly publishedTo?: string
}

export interface Opened {
  readonly ports: readonly OpenedPorts[]
  /** False where rules tell more ranges apart than were looked at. */
  readonly complete: boolean
}

/** Ranges of one protocol that are looked at. */
const MOST_RANGES = 64

/** What concerns the sockets of one unit or group only is left out: ranges of ports are nobody's. */
export function openedPorts({ outside = [], ...rest }: Judged): Opened {
  const judged: Judged = { ...rest, outside: outside.filter(one => !isLocal(one)) }
  const ports: OpenedPorts[] = []
  const ranges = rangesOf(judged.ruleset)
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const [low, high] of ranges.slice(0, MOST_RANGES)) {
      const answers = reachPort(judged, { protocol, port: low, families: ['ipv4', 'ipv6'] })
      for (const found of widest(answers)) append(ports, { protocol, low, high, ...found })
    }
  }
  return { ports, complete: ranges.length <= MOST_RANGES }
}

type Found = Omit<OpenedPorts, 'protocol' | 'low' | 'high'>

/** For each family the widest region beyond the host itself; families that agree are one. */
function widest(answers: readonly RegionAnswer[]): readonly Found[] {
  const found = new Map<string, Found>()
  for (const family of ['ipv4', 'ipv6'] as const) {
    const open = answers.filter(
      one => one.family === family && one.level !== 'host' && one.verdict !== 'closed',
    )
    const best = open.at(-1)
    if (best === undefined) continue
    const { level, publishedTo } = best
    const verdict = best.verdict as Found['verdict']
    const key = `${level} ${verdict} ${publishedTo}`
    const families = [...(found.get(key)?.families ?? []), family]
    found.set(key, { families, level, verdict, ...(publishedTo === undefined ? {} : { publishedTo }) })
  }
  return [...found.values()]
}

/** Ranges that touch and agree are one. */
function append(ports: OpenedPorts[], next: OpenedPorts): void {
  const at = ports.findIndex(
    one =>
      one.protocol === next.protocol &&
      one.high + 1 === next.low &&
      one.level === next.level &&
      one.verdict === next.verdict &&
      one.publishedTo === next.publishedTo &&
      one.families.join() === next.families.join(),
  )
  if (at === -1) ports.push(next)
  else ports[at] = { ...ports[at]!, high: next.high }
}

/** All ports, cut wherever a rule or an element of a set begins or ends. */
export function rangesOf(ruleset: Ruleset): readonly (readonly [low: number, high: number])[] {
  const cuts = new Set([1])
  for (const table of ruleset.tables) {
    for (const chain of table.chains) cutsOfChain(chain, cuts)
    for (const set of table.sets)
      if (asksPorts(set.key)) for (const { key } of set.elements) if (key !== '*') cutAt(key, cuts)
  }
  const starts = [...cuts].filter(cut => cut >= 1 && cut <= 65_535).sort((a, b) => a - b)
  return starts.map((low, i) => [low, (starts[i + 1] ?? 65_536) - 1] as const)
}

const asksPorts = (key: readonly string[]): boolean =>
  key.some(name => name === 'inet_service' || name === 'integer')

function cutsOfChain({ rules }: Chain, cuts: Set<number>): void {
  for (const { statements } of rules) for (const statement of statements) cutsOf(statement, cuts)
}

function cutsOf(statement: Statement, cuts: Set<number>): void {
  if (statement.kind === 'match') {
    const { left, right, op } = statement
    if (!asksPort(left) || !isPattern(right)) return
    cutAt(right, cuts)
    if ((op === '>' || op === '<=') && right.kind === 'value') cuts.add(Number(right.value) + 1)
  } else if (
    statement.kind === 'verdict-map' &&
    statement.map.kind === 'elements' &&
    asksPort(statement.key)
  ) {
    for (const { key } of statement.map.elements) if (key !== '*') cutAt(key, cuts)
  }
}

function asksPort(expression: Expression): boolean {
  if (expression.kind === 'tuple') return expression.parts.some(asksPort)
  return expression.kind === 'raw' || (expression.kind === 'payload' && expression.field === 'dport')
}

/** Of a tuple every part that may be a port: a cut too many changes nothing. */
function cutAt(pattern: Pattern, cuts: Set<number>): void {
  switch (pattern.kind) {
    case 'value':
      if (typeof pattern.value === 'number') cuts.add(pattern.value).add(pattern.value + 1)
      return
    case 'range':
      if (typeof pattern.low === 'number') cuts.add(pattern.low).add(Number(pattern.high) + 1)
      return
    case 'prefix':
      if (typeof pattern.address === 'number') cuts.add(pattern.address)
      return
    case 'tuple':
      for (const part of pattern.parts) cutAt(part, cuts)
      return
    case 'set':
      for (const element of pattern.elements) cutAt(element, cuts)
      return
    default:
      return
  }
}
