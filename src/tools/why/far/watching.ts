/** Snapshots of every host that is seen: one before the attempt, others whenever somebody asks what has moved since. */
import { isFault } from '../../../model/fault.ts'
import { type Difference, differenceOf } from '../evidence/difference.ts'
import { type Snapshot, type SnapshotRequest, takeSnapshot } from '../evidence/snapshot.ts'
import type { Inquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'
import { arrivalsAt, targetViews } from './arrivals.ts'
import { followedBy } from './followed-by.ts'

interface Watching {
  readonly request: SnapshotRequest
  readonly before: readonly Snapshot[]
}

/** Or why there is nothing to compare with. */
const watching = new WeakMap<Inquiry['facts'], Watching | string>()

/** Other hosts that are seen; this host, too, where it is the target itself. */
export const seenFromAfar = (inquiry: Inquiry): readonly ReadView[] => [
  ...new Set([...inquiry.views.filter(({ role }) => role !== 'client'), ...targetViews(inquiry)]),
]

export const roleOf = (inquiry: Inquiry, view: ReadView): ReadView['role'] =>
  targetViews(inquiry).includes(view) ? 'target' : view.role

export async function beginWatching(inquiry: Inquiry): Promise<void> {
  if (watching.has(inquiry.facts)) return
  watching.set(inquiry.facts, await begin(inquiry))
}

/** By label, and among the facts from then on; or why it isn't known. */
export async function movedSince(inquiry: Inquiry): Promise<ReadonlyMap<string, Difference> | string> {
  const watched = watching.get(inquiry.facts) ?? 'nothing was counted before the attempt'
  if (typeof watched === 'string') return watched
  const moved = differences(inquiry, watched.before, await look(inquiry, watched.request))
  inquiry.facts.moved = moved
  return moved
}

/** What one act moves; undefined where nothing could be looked at before, either. */
export async function movedDuring(
  inquiry: Inquiry,
  act: () => Promise<unknown>,
): Promise<ReadonlyMap<string, Difference> | undefined> {
  const watched = watching.get(inquiry.facts)
  if (watched === undefined || typeof watched === 'string') return undefined
  const before = await look(inquiry, watched.request)
  await act()
  return differences(inquiry, before, await look(inquiry, watched.request))
}

const differences = (
  inquiry: Inquiry,
  before: readonly Snapshot[],
  after: readonly Snapshot[],
): ReadonlyMap<string, Difference> =>
  new Map(seenFromAfar(inquiry).map(({ label }, at) => [label, differenceOf(before[at]!, after[at]!)]))

const look = (inquiry: Inquiry, request: SnapshotRequest): Promise<readonly Snapshot[]> =>
  Promise.all(seenFromAfar(inquiry).map(({ os }) => takeSnapshot(os, request, { signal: inquiry.signal })))

async function begin(inquiry: Inquiry): Promise<Watching | string> {
  try {
    const request = await requestOf(inquiry)
    return { request, before: await look(inquiry, request) }
  } catch (error) {
    if (!isFault(error)) throw error
    return error.message
  }
}

async function requestOf(inquiry: Inquiry): Promise<SnapshotRequest> {
  // Ports as they are after what is translated on the way.
  await followedBy(inquiry)
  const { target, to } = inquiry
  const ports = (await arrivalsAt(inquiry)).map(({ port }) => port)
  return { protocol: target.protocol, ports: [...new Set([to.port, ...ports])] }
}
