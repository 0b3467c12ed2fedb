/**
 * A listener's exposure in effect: its bind address says how far it could be reached at most, and the packet filter how much
 * of that gets through. A filter only narrows; what a rule publishes elsewhere is said.
 */
import { UNSPECIFIED_V4, UNSPECIFIED_V6, withoutZone } from '../../model/address.ts'
import { compareLevels, EXPOSURE_LEVELS, type Exposure } from '../../model/exposure.ts'
import type { OS } from '../../os/os.ts'
import {
  isLocal,
  type Judged,
  readHost,
  readRuleset,
  type UnreadPart,
  unreadParts,
} from '../firewall/firewall.ts'
import { type RegionAnswer, reachPort } from './reach-port.ts'

export interface Bound {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'dccp'
  readonly port: number
  /** The bind address. */
  readonly address: string
}

export type EffectiveExposure = (bound: Bound, atMost: Exposure) => Exposure

export interface FilterInEffect {
  /** Absent where there are no rules, and where not one listing could be read. */
  readonly judge?: EffectiveExposure
  /** What could not be read, and so isn't counted in. */
  readonly unread: readonly UnreadPart[]
}

/** The judge of this machine's rules. That there are none is most often so, and costs a millisecond. */
export async function effectiveExposure(os: OS, signal?: AbortSignal): Promise<FilterInEffect> {
  const filtered = await os.filtered()
  if (!filtered.known || !filtered.value) return { unread: [] }
  const [live, host] = await Promise.all([
    readRuleset(os, signal === undefined ? {} : { signal }),
    readHost(os),
  ])
  const { ruleset, missing, outside } = live
  const unread = unreadParts(live)
  if (ruleset.tables.length === 0 && missing.length > 0) return { unread }
  // What concerns a unit's own sockets is left to `ports fw explain`, which looks whose they are.
  const deciders = Object.values(outside)
    .flatMap(told => (told.known ? told.value : []))
    .filter(one => !isLocal(one))
  const judge = judgeOf({ ruleset, outside: deciders, ...(host.known ? { host: host.value } : {}) })
  return { judge, unread }
}

/** Answers are kept: a service listens at several addresses, and rules ask for few ports. */
export function judgeOf(judged: Judged): EffectiveExposure {
  const kept = new Map<string, readonly RegionAnswer[]>()
  return ({ protocol, port, address: zoned }, atMost) => {
    if (atMost.level === 'host') return atMost
    const bare = withoutZone(zoned as Exposure['address'])
    const wildcard = bare === UNSPECIFIED_V4 || bare === UNSPECIFIED_V6
    const { families, level } = atMost
    const key = `${protocol} ${port} ${wildcard ? '' : bare} ${families} ${level}`
    let answers = kept.get(key)
    if (answers === undefined) {
      const question = { protocol, port, families, ...(wildcard ? {} : { address: bare }) }
      const beyond = EXPOSURE_LEVELS.filter(one => one !== 'host' && compareLevels(one, level) <= 0)
      answers = reachPort(judged, question, beyond)
      // Where nothing from beyond gets in: does this host itself?
      if (answers.every(({ verdict }) => verdict === 'closed'))
        answers = [...reachPort(judged, question, ['host']), ...answers]
      kept.set(key, answers)
    }
    return narrowed(atMost, answers)
  }
}

function narrowed(atMost: Exposure, answers: readonly RegionAnswer[]): Exposure {
  const within = answers.filter(({ level }) => compareLevels(level, atMost.level) <= 0)
  const beyond = within.filter(({ level }) => level !== 'host')
  const unknown = beyond.find(({ verdict }) => verdict === 'unknown')
  if (unknown !== undefined) {
    const because = `${atMost.because}; the packet filter may keep some of it out: ${unknown.why ?? 'it depends'}`
    return { ...atMost, because }
  }
  const level = EXPOSURE_LEVELS.findLast(one =>
    within.some(answer => answer.level === one && answer.verdict !== 'closed'),
  )
  const elsewhere = beyond.find(({ verdict }) => verdict === 'published')
  const published =
    elsewhere === undefined ? '' : `; what comes from beyond is translated to ${elsewhere.publishedTo}`
  if (level === atMost.level)
    return published === '' ? atMost : { ...atMost, because: `${atMost.because}${published}` }
  const closed = within.findLast(({ verdict }) => verdict === 'closed')
  const by = closed?.decision?.rule ?? closed?.decision?.policy
  const rule = by === undefined ? '' : ` (${by.family} ${by.table} ${by.chain})`
  const because = `${atMost.because}; the packet filter lets in ${level === undefined ? 'nobody, not even this host' : LETS_IN[level]}${rule}${published}`
  return { ...atMost, level: level ?? 'host', because }
}

const LETS_IN = {
  host: 'only this host',
  link: 'only its links',
  private: 'only private networks',
  public: 'everybody',
} as const
