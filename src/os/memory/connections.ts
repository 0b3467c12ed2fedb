/** The tracked connections of a machine in memory: those of its description, and what happened to them since. */

import { type Flow, parseFlow, reverseFlow } from '../../model/flow.ts'
import { known } from '../../model/known.ts'
import { appendTracked, TrackedColumns } from '../../model/nat/tracked-columns.ts'
import {
  CONNECTION_STATUS,
  type TrackedConnection,
  type TrackedTuple,
} from '../../model/nat/tracked-connection.ts'
import { type ConnectionQuery, trackedMatcher } from '../../model/nat/tracked-query.ts'
import { PROTOCOL_NUMBERS } from '../../model/protocol.ts'
import {
  type ConnectionChange,
  type ConnectionTable,
  noConnectionEvents,
  noConnections,
} from '../connections.ts'
import type { Machine } from './machine.ts'

/** A connection as a test writes it. */
export interface ConnectionDescription {
  /** The first packet: `tcp 192.168.1.20:40000 > 203.0.113.7:443`. */
  readonly original: string
  /** The answers, where they are translated: `tcp 203.0.113.7:443 > 198.51.100.1:40000`. */
  readonly reply?: string
  /** Of TCP: established. */
  readonly state?: string
  /** 120. */
  readonly timeoutSeconds?: number
  /** Answers were seen: yes. */
  readonly answered?: boolean
  readonly mark?: number
  readonly zone?: number
}

export function readConnection(description: ConnectionDescription, id: number): TrackedConnection {
  const flow = parseFlow(description.original)
  const back = description.reply === undefined ? reverseFlow(flow) : parseFlow(description.reply)
  const { sourceTranslated, destinationTranslated, seenReply, assured, confirmed } = CONNECTION_STATUS
  const same = (a: Flow['source'], b: Flow['source']) => a.address === b.address && a.port === b.port
  const answered = description.answered ?? true
  const status =
    confirmed |
    (answered ? seenReply | assured : 0) |
    (same(back.destination, flow.source) ? 0 : sourceTranslated) |
    (same(back.source, flow.destination) ? 0 : destinationTranslated)
  const state = description.state ?? (flow.protocol === 'tcp' ? 'established' : undefined)
  return {
    family: flow.source.address.includes(':') ? 'ipv6' : 'ipv4',
    protocol: PROTOCOL_NUMBERS[flow.protocol],
    original: tupleOf(flow),
    reply: tupleOf(back),
    status,
    ...(state === undefined ? {} : { state }),
    timeoutSeconds: description.timeoutSeconds ?? 120,
    mark: description.mark ?? 0,
    zone: description.zone ?? 0,
    id,
  }
}

const tupleOf = ({ source, destination }: Flow): TrackedTuple => ({ source, destination })

export function connectionsOf(
  { description, connections }: Machine,
  query: ConnectionQuery = {},
): ConnectionTable {
  const { tracked = [] } = description
  if ('reason' in tracked) return noConnections(tracked.reason, 'described so')
  const columns = new TrackedColumns()
  const wanted = trackedMatcher(query)
  for (const one of connections) {
    const row = appendTracked(columns, one)
    if (wanted?.(columns, row) === false) columns.length--
  }
  return { batches: known([columns]), says: 'described so' }
}

export async function* connectionEventsOf(
  { description, onTracked }: Machine,
  signal: AbortSignal,
): AsyncGenerator<readonly ConnectionChange[]> {
  const { tracked = [] } = description
  if ('reason' in tracked) {
    yield* noConnectionEvents(tracked.reason, 'described so')
    return
  }
  const changes: ConnectionChange[] = []
  let wake = (): void => {}
  const tell = (change: ConnectionChange): void => {
    changes.push(change)
    wake()
  }
  const stop = (): void => wake()
  onTracked.add(tell)
  signal.addEventListener('abort', stop)
  try {
    yield [{ kind: 'listening' }]
    while (!signal.aborted) {
      if (changes.length > 0) yield changes.splice(0)
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  } finally {
    onTracked.delete(tell)
    signal.removeEventListener('abort', stop)
  }
}
