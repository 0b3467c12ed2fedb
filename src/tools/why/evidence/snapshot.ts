/**
 * What a host had counted at one moment, as far as a flow has to do with it: counters of protocols and of connection
 * tracking, packets that rules counted, the sockets of the flow's port, the connections that are tracked of it.
 *
 * One snapshot says little: numbers since the system started. Two of them around one attempt are evidence (`difference.ts`).
 */

import { isFault } from '../../../model/fault.ts'
import { type Known, known, unknown } from '../../../model/known.ts'
import { trackedAt } from '../../../model/nat/tracked-columns.ts'
import type { TrackedConnection } from '../../../model/nat/tracked-connection.ts'
import type { Port } from '../../../model/port.ts'
import type { Socket } from '../../../model/socket.ts'
import { socketAt } from '../../../model/socket-row.ts'
import type { Cancellable, ConntrackCounters, OS } from '../../../os/os.ts'
import { readTable } from '../../sockets/sockets.ts'

export interface SnapshotRequest {
  readonly protocol: 'tcp' | 'udp'
  /** Ports of the far end that count: the one that was asked for, and what a translation makes of it. */
  readonly ports: readonly number[]
}

export interface CountedRule {
  /** `inet filter input`. */
  readonly chain: string
  readonly handle?: number
  /** Place in its chain, from 0. */
  readonly index: number
  readonly text: string
  readonly packets: number
}

export interface Snapshot {
  /** Milliseconds of the host's clock, from an arbitrary start. */
  readonly at: number
  readonly counters: Known<ReadonlyMap<string, number>>
  readonly conntrack: Known<ConntrackCounters>
  /** Rules that count, by chain and place. */
  readonly rules: Known<ReadonlyMap<string, CountedRule>>
  /** Of this host, with one of the ports at its own end: listeners, connections, halves of them. */
  readonly sockets: readonly Socket[]
  /** With one of the ports at any end. */
  readonly tracked: Known<readonly TrackedConnection[]>
}

export async function takeSnapshot(
  os: OS,
  { protocol, ports }: SnapshotRequest,
  options: Cancellable = {},
): Promise<Snapshot> {
  const [told, rules, sockets, tracked] = await Promise.all([
    os.counters(),
    countedRules(os, options),
    socketsOf(os, protocol, ports, options),
    trackedOf(os, protocol, ports, options),
  ])
  return {
    at: os.clock.monotonic(),
    counters: told.protocols,
    conntrack: told.conntrack,
    rules,
    sockets,
    tracked,
  }
}

/** Unknown where the rules can't be read; a listing that makes no sense is as good as none here. */
async function countedRules(os: OS, options: Cancellable): Promise<Snapshot['rules']> {
  const filtered = await os.filtered()
  if (filtered.known && !filtered.value) return known(new Map())
  const { chainsInOrder, readRuleset } = await import('../../firewall/live.ts')
  try {
    const { ruleset, missing } = await readRuleset(os, options)
    if (ruleset.tables.length === 0 && missing.length > 0) return unknown(missing[0]!.reason)
    const counted = chainsInOrder(ruleset).flatMap(({ table, chain, rules }) =>
      rules.flatMap(({ handle, text, packets }, index): [string, CountedRule][] => {
        if (packets === undefined) return []
        const name = `${table.family} ${table.name} ${chain}`
        const told = { chain: name, index, text, packets, ...(handle === undefined ? {} : { handle }) }
        return [[`${table.backend} ${name} ${handle ?? `#${index}`}`, told]]
      }),
    )
    return known(new Map(counted))
  } catch (error) {
    if (!isFault(error)) throw error
    return unknown('unsupported')
  }
}

async function socketsOf(
  os: OS,
  protocol: 'tcp' | 'udp',
  ports: readonly number[],
  options: Cancellable,
): Promise<readonly Socket[]> {
  const tables = await Promise.all(
    ports.map(localPort =>
      readTable(os, { protocols: [protocol], localPort, details: ['queues', 'tcp'], ...options }),
    ),
  )
  return tables.flatMap(({ columns, rows }) => Array.from(rows, row => socketAt(columns, row)))
}

const NUMBERS = { tcp: 6, udp: 17 } as const

async function trackedOf(
  os: OS,
  protocol: 'tcp' | 'udp',
  ports: readonly number[],
  options: Cancellable,
): Promise<Snapshot['tracked']> {
  const all: TrackedConnection[] = []
  for (const port of ports) {
    const { batches } = await os.connections({ protocols: [NUMBERS[protocol]], port: port as Port }, options)
    if (!batches.known) return batches
    for (const columns of batches.value)
      for (let row = 0; row < columns.length; row++) all.push(trackedAt(columns, row))
  }
  return known(all)
}
