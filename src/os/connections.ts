/**
 * What a host tells of the connections that it tracks (conntrack): the table, and what changes in it. Of our own network
 * namespace.
 */
import { type Known, type UnknownReason, unknown } from '../model/known.ts'
import type { TrackedColumns } from '../model/nat/tracked-columns.ts'
import type { TrackedConnection } from '../model/nat/tracked-connection.ts'

export type { ConnectionQuery } from '../model/nat/tracked-query.ts'

export interface ConnectionTable {
  /** In no particular order. An entry is in it at most once; one that comes or goes meanwhile may be in it or not. */
  readonly batches: Known<readonly TrackedColumns[]>
  /** Where it was read; where it wasn't, why not, as a sentence without its full stop. */
  readonly says: string
}

/**
 * | kind | means |
 * |---|---|
 * | listening | from here on nothing is missed; always the first, where events can be told |
 * | new, update, destroy | of one connection; of an update only what it is about is told |
 * | lost | there were more than could be read: what follows is whole again |
 * | unavailable | the host can't tell, and that was it |
 */
export type ConnectionChange =
  | { readonly kind: 'listening' }
  | { readonly kind: 'new' | 'update' | 'destroy'; readonly connection: TrackedConnection }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unavailable'; readonly reason: UnknownReason; readonly says: string }

/** The answer of a host that can't tell its connections. */
export const noConnections = (reason: UnknownReason, says: string): ConnectionTable => ({
  batches: unknown(reason),
  says,
})

export async function* noConnectionEvents(
  reason: UnknownReason,
  says: string,
): AsyncGenerator<readonly ConnectionChange[]> {
  yield [{ kind: 'unavailable', reason, says }]
}
