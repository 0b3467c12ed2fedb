/** Evidence from several hosts around one act: a snapshot of each before, the act, a snapshot of each after, and what moved. */
import type { Cancellable, OS } from '../../../os/os.ts'
import { type Difference, differenceOf } from './difference.ts'
import { type SnapshotRequest, takeSnapshot } from './snapshot.ts'

export interface Watched {
  readonly os: OS
  readonly label: string
}

export interface Around<T> {
  readonly result: T
  /** By label, in the order of the views. */
  readonly moved: ReadonlyMap<string, Difference>
}

/**
 * What of the act must still stand while the second snapshots are taken (a connection that is held open) is released by
 * `after`, which is called even where a snapshot fails.
 */
export async function around<T>(
  views: readonly Watched[],
  request: SnapshotRequest,
  act: () => Promise<T>,
  after: (result: T) => Promise<void> = async () => {},
  options: Cancellable = {},
): Promise<Around<T>> {
  const look = () => Promise.all(views.map(({ os }) => takeSnapshot(os, request, options)))
  const before = await look()
  const result = await act()
  try {
    const then = await look()
    return {
      result,
      moved: new Map(views.map(({ label }, i) => [label, differenceOf(before[i]!, then[i]!)])),
    }
  } finally {
    await after(result)
  }
}
