/**
 * Judges for metrics. A metric that makes no sense for a socket (the round-trip time of a listener) is a no, one
 * that the source did not tell leaves the row undecided.
 */
import {
  protocolCode,
  type SocketColumns,
  stateCode,
  TCP_FIELDS,
  type TcpField,
  timerCode,
  UNTOLD,
} from '../../../model/socket-columns.ts'
import type { Comparison, Metric, MetricTerm } from './ast.ts'
import { holdersOf } from './judge-facts.ts'
import type { RowFacts } from './row-facts.ts'
import { stateBit } from './state-words.ts'
import { type Judge, type Lacking, lacking, NO, YES } from './verdict.ts'

/** No such metric here. */
const NONE = -1
/** Not known; what isn't known is in `LACKS`. */
const UNKNOWN = -2

/** The value for a row, or one of the two above. */
type Measure = (columns: SocketColumns, row: number, facts: RowFacts | null) => number

const LISTEN = stateCode('listen')
const TCP = protocolCode('tcp')
const TIME_WAIT_TIMER = timerCode('time-wait')
/** States of TCP in which the kernel keeps the numbers of a connection. */
const TALKING = (
  ['established', 'syn-sent', 'fin-wait-1', 'fin-wait-2', 'close-wait', 'last-ack', 'closing'] as const
).reduce((bits, state) => bits | stateBit(state), 0)

const FIELD = Object.fromEntries(TCP_FIELDS.map((field, i) => [field, i])) as Readonly<
  Record<TcpField, number>
>

const MEASURES: Readonly<Record<Metric, Measure>> = {
  recvq: (columns, row) => columns.receiveQueue[row]!,
  sendq: (columns, row) => (columns.state[row] === LISTEN ? NONE : columns.sendQueue[row]!),
  drops: (columns, row) => (columns.drops[row] === UNTOLD ? UNKNOWN : columns.drops[row]!),
  queue: (columns, row) => {
    if (columns.state[row] !== LISTEN) return NONE
    const limit = columns.sendQueue[row]!
    return limit === UNTOLD ? UNKNOWN : (100 * columns.receiveQueue[row]!) / Math.max(limit, 1)
  },
  rtt: (columns, row) => tcpNumber(columns, row, FIELD.rttMs),
  retrans: (columns, row) => tcpNumber(columns, row, FIELD.retransmits),
  idle: (columns, row) => {
    const sent = tcpNumber(columns, row, FIELD.sinceSentMs)
    return sent < 0 ? sent : least(sent, tcpNumber(columns, row, FIELD.sinceReceivedMs))
  },
  bytes: (columns, row) => {
    const acked = tcpNumber(columns, row, FIELD.bytesAcked)
    const received = tcpNumber(columns, row, FIELD.bytesReceived)
    return acked < 0 || received < 0 ? Math.min(acked, received) : acked + received
  },
  age: (columns, row, facts) => {
    const holders = holdersOf(columns, row, facts)
    if (holders === undefined || facts === null) return holders === undefined ? UNKNOWN : NONE
    let oldest = Number.POSITIVE_INFINITY
    for (const { startedAt } of holders) oldest = Math.min(oldest, startedAt)
    return holders.length === 0 ? NONE : Math.max(0, facts.now - oldest)
  },
}

const LACKS: Readonly<Record<Metric, Lacking>> = {
  recvq: 'queues',
  sendq: 'queues',
  drops: 'queues',
  queue: 'queues',
  rtt: 'tcp',
  retrans: 'tcp',
  idle: 'tcp',
  bytes: 'tcp',
  age: 'owners',
}

const least = (a: number, b: number): number => (b < 0 ? b : Math.min(a, b))

function tcpNumber(columns: SocketColumns, row: number, field: number): number {
  const talks = columns.protocol[row] === TCP && ((TALKING >>> columns.state[row]!) & 1) === 1
  if (!talks || columns.timer[row] === TIME_WAIT_TIMER) return NONE
  const value = columns.tcp === null ? Number.NaN : columns.tcp[row * TCP_FIELDS.length + field]!
  return Number.isNaN(value) ? UNKNOWN : value
}

export function metricJudge({ metric, op, value: wanted }: MetricTerm): Judge {
  const measure = MEASURES[metric]
  const unknown = lacking(LACKS[metric])
  const compare = COMPARE[op]
  return (columns, row, facts) => {
    const value = measure(columns, row, facts)
    return value === NONE ? NO : value === UNKNOWN ? unknown : compare(value, wanted) ? YES : NO
  }
}

const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}
