/** Translated connections as they come and go, until the signal. */
import { appendTracked, TrackedColumns } from '../../model/nat/tracked-columns.ts'
import { trackedMatcher } from '../../model/nat/tracked-query.ts'
import type { ConnectionChange, ConnectionQuery, OS } from '../../os/os.ts'

export interface WatchNatRequest {
  readonly query?: ConnectionQuery
  readonly all?: boolean
  readonly signal: AbortSignal
}

/** What isn't of a connection (`listening`, `lost`, `unavailable`) is always told. */
export async function* watchNat(
  os: OS,
  { query = {}, all = false, signal }: WatchNatRequest,
): AsyncGenerator<ConnectionChange> {
  const wanted = trackedMatcher(all ? query : { translated: true, ...query })
  const one = new TrackedColumns(1)
  for await (const batch of os.connectionEvents({ signal }))
    for (const change of batch) {
      if ('connection' in change && wanted !== undefined) {
        one.length = 0
        if (!wanted(one, appendTracked(one, change.connection))) continue
      }
      yield change
    }
}
