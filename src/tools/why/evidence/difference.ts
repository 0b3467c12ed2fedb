/** What moved between two snapshots of one host. */
import type { Socket } from '../../../model/socket.ts'
import type { TrackedConnection } from '../../nat/nat.ts'
import type { CountedRule, Snapshot } from './snapshot.ts'

export interface Difference {
  /** Milliseconds between the two. */
  readonly ms: number
  /** By how much each rose: `TcpExt.ListenDrops` 2. Empty where they aren't told: see `told`. */
  readonly rose: ReadonlyMap<string, number>
  /** Rules that counted packets, with how many. */
  readonly rules: readonly (CountedRule & { readonly rose: number })[]
  /** What each rule that counts counted, nothing included, by `ruleKey`. */
  readonly counted: ReadonlyMap<string, number>
  /** Sockets of the port that are new: a connection that stands, or half of one. */
  readonly opened: readonly Socket[]
  /** As they are afterwards. */
  readonly sockets: readonly Socket[]
  /** Datagrams and connections that sockets dropped, by cookie. */
  readonly dropped: ReadonlyMap<bigint, number>
  readonly tracked: readonly TrackedConnection[]
  /** Connection tracking is full: entries and limit, afterwards. Absent where it isn't told. */
  readonly table?: { readonly entries: number; readonly limit: number }
  /** Which of it could be read at all. */
  readonly told: { readonly counters: boolean; readonly rules: boolean; readonly tracked: boolean }
}

/** Counters that fell were begun anew, by a system that was restarted or a rule that was replaced: they count from nothing. */
export function differenceOf(before: Snapshot, after: Snapshot): Difference {
  const rose = new Map<string, number>()
  if (before.counters.known && after.counters.known)
    for (const [name, now] of after.counters.value) note(rose, name, now, before.counters.value.get(name))
  for (const name of ['drop', 'insertFailed', 'earlyDrop'] as const) {
    if (!before.conntrack.known || !after.conntrack.known) continue
    const [was, is] = [before.conntrack.value[name], after.conntrack.value[name]]
    if (was.known && is.known) note(rose, `conntrack.${name}`, is.value, was.value)
  }
  const rules = countedRules(before, after)
  return {
    ms: after.at - before.at,
    rose,
    rules: rules.filter(({ rose }) => rose > 0),
    counted: new Map(rules.map(({ chain, index, rose }) => [ruleKey(chain, index), rose])),
    opened: after.sockets.filter(one => !before.sockets.some(other => isSame(one, other))),
    sockets: after.sockets,
    dropped: droppedBetween(before.sockets, after.sockets),
    tracked: after.tracked.known ? after.tracked.value : [],
    ...(after.conntrack.known
      ? { table: { entries: after.conntrack.value.entries, limit: after.conntrack.value.limit } }
      : {}),
    told: {
      counters: before.counters.known && after.counters.known,
      rules: before.rules.known && after.rules.known,
      tracked: after.tracked.known,
    },
  }
}

function note(rose: Map<string, number>, name: string, now: number, was: number | undefined): void {
  const by = was === undefined || now < was ? now : now - was
  if (by > 0) rose.set(name, by)
}

/** `chain`: family, table and name. */
export const ruleKey = (chain: string, index: number): string => `${chain} #${index}`

function countedRules(before: Snapshot, after: Snapshot): Difference['rules'] {
  if (!before.rules.known || !after.rules.known) return []
  const was = before.rules.value
  return [...after.rules.value].map(([key, rule]) => {
    const earlier = was.get(key)?.packets ?? 0
    return { ...rule, rose: rule.packets < earlier ? rule.packets : rule.packets - earlier }
  })
}

/** Halves of connections have no cookie on some kernels: then their ends and state tell them apart. */
const isSame = (one: Socket, other: Socket): boolean =>
  one.cookie !== 0n && other.cookie !== 0n
    ? one.cookie === other.cookie && one.state === other.state
    : one.state === other.state &&
      JSON.stringify([one.local, one.peer]) === JSON.stringify([other.local, other.peer])

function droppedBetween(before: readonly Socket[], after: readonly Socket[]): ReadonlyMap<bigint, number> {
  const of = ({ drops, acceptQueue }: Socket): number => drops ?? acceptQueue?.drops ?? 0
  return new Map(
    after.flatMap(one => {
      const was = before.find(({ cookie }) => cookie !== 0n && cookie === one.cookie)
      const rose = was === undefined ? 0 : of(one) - of(was)
      return rose > 0 ? [[one.cookie, rose] as const] : []
    }),
  )
}
