/**
 * Bytes a second of each connection: two readings, told apart by cookie. What TCP counts as acknowledged and
 * received is payload, so what is on the wire is a little more.
 */
import { TCP_FIELDS } from '../../model/socket-columns.ts'
import type { OS } from '../../os/os.ts'
import { socketKey } from './socket-key.ts'
import { readTable, type SocketTable, type TableRequest } from './table.ts'

export interface FlowRate {
  /** In the second table. */
  readonly row: number
  /** Bytes a second. */
  readonly sent: number
  readonly received: number
}

export interface Rates {
  readonly table: SocketTable
  /** Fastest first; connections that were there at both readings. */
  readonly flows: readonly FlowRate[]
  /** Milliseconds between the readings. */
  readonly elapsed: number
}

/** Throws what `signal` carries when it aborts in between. */
export async function measureRates(os: OS, request: TableRequest, seconds: number): Promise<Rates> {
  const details = ['queues', 'tcp'] as const
  const before = await readTable(os, { ...request, owners: false, details })
  const start = os.clock.monotonic()
  await os.clock.sleep(seconds * 1000, request.signal)
  const table = await readTable(os, { ...request, details })
  const elapsed = os.clock.monotonic() - start
  const earlier = new Map<string, number>()
  for (const row of before.rows) earlier.set(socketKey(before.columns, row), row)
  const flows: FlowRate[] = []
  for (const row of table.rows) {
    const old = earlier.get(socketKey(table.columns, row))
    if (old === undefined || table.columns.cookie[row] === 0n) continue
    const perSecond = (field: number): number =>
      Math.max(0, ((number(table, row, field) - number(before, old, field)) * 1000) / elapsed)
    const [sent, received] = [perSecond(SENT), perSecond(RECEIVED)]
    if (!Number.isNaN(sent) && !Number.isNaN(received)) flows.push({ row, sent, received })
  }
  flows.sort((a, b) => b.sent + b.received - (a.sent + a.received))
  return { table, flows, elapsed }
}

const number = ({ columns }: SocketTable, row: number, field: number): number =>
  columns.tcp?.[row * TCP_FIELDS.length + field] ?? Number.NaN

const SENT = TCP_FIELDS.indexOf('bytesAcked')
const RECEIVED = TCP_FIELDS.indexOf('bytesReceived')
