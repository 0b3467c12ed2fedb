/** Socket tables written by hand, and facts about their rows, for tests of what reads tables. */

import type { Address } from '../../../model/address.ts'
import { addressBytes, familyOf } from '../../../model/address.ts'
import { parseEndpoint } from '../../../model/endpoint.ts'
import type { ExposureLevel } from '../../../model/exposure.ts'
import type { NoOwnerReason, Process } from '../../../model/owner.ts'
import type { SocketProtocol } from '../../../model/protocol.ts'
import type { SocketState, TcpNumbers, TimerKind } from '../../../model/socket.ts'
import {
  familyCode,
  protocolCode,
  SocketColumns,
  stateCode,
  TCP_FIELDS,
  timerCode,
} from '../../../model/socket-columns.ts'
import type { ControlGroup } from '../../../os/os.ts'
import type { RowFacts } from './row-facts.ts'

/** `local` and `peer` are endpoints, or a name for a unix socket. What is left out is 0 or untold. */
export interface RowSpec {
  readonly protocol?: SocketProtocol
  readonly state: SocketState
  readonly local?: string
  readonly peer?: string
  readonly timer?: TimerKind
  readonly inode?: number
  readonly peerInode?: number
  readonly uid?: number
  readonly netns?: number
  readonly interface?: number
  readonly receive?: number
  readonly send?: number
  readonly drops?: number
  readonly cookie?: bigint
  readonly tcp?: TcpNumbers
}

export function tableOf(specs: readonly RowSpec[]): SocketColumns {
  const columns = new SocketColumns(4)
  for (const spec of specs) addRow(columns, spec)
  return columns
}

function addRow(columns: SocketColumns, spec: RowSpec): void {
  const row = columns.add()
  const protocol = spec.protocol ?? 'tcp'
  columns.protocol[row] = protocolCode(protocol)
  columns.state[row] = stateCode(spec.state)
  columns.timer[row] = timerCode(spec.timer ?? 'none')
  columns.inode[row] = spec.inode ?? 0
  columns.uid[row] = spec.uid ?? 0
  columns.netns[row] = spec.netns ?? 1
  columns.interface[row] = spec.interface ?? 0
  columns.receiveQueue[row] = spec.receive ?? 0
  columns.sendQueue[row] = spec.send ?? 0
  columns.cookie[row] = spec.cookie ?? 0n
  if (spec.drops !== undefined) columns.drops[row] = spec.drops
  if (spec.tcp !== undefined) {
    const numbers = columns.tcpColumn()
    for (const [i, field] of TCP_FIELDS.entries())
      numbers[row * TCP_FIELDS.length + i] = spec.tcp[field] ?? Number.NaN
  }
  if (protocol === 'unix') {
    columns.family[row] = familyCode('unix')
    if (spec.local !== undefined) columns.names.set(row, spec.local)
    if (spec.peerInode !== undefined) columns.peerInodes.set(row, spec.peerInode)
    return
  }
  const local = parseEndpoint(spec.local ?? '0.0.0.0:0')
  columns.family[row] = familyCode(familyOf(local.host as Address))
  columns.local.set(addressBytes(local.host as Address), row * 16)
  columns.localPort[row] = local.port
  if (spec.peer === undefined) return
  const peer = parseEndpoint(spec.peer)
  columns.peer.set(addressBytes(peer.host as Address), row * 16)
  columns.peerPort[row] = peer.port
}

export const processOf = (over: Partial<Process> & { readonly pid: number }): Process => ({
  parent: 1,
  name: 'app',
  comm: 'app',
  argv: ['app'],
  cwd: { known: true, value: '/' },
  exe: { known: true, value: '/bin/app' },
  uid: 0,
  startedAt: 0,
  ...over,
})

/** Facts by row; a row without an entry in `processes` is held by someone hidden. */
export interface FactSpec {
  readonly now?: number
  readonly processes?: Readonly<Record<number, readonly Process[]>>
  readonly noOwner?: Readonly<Record<number, NoOwnerReason>>
  readonly users?: Readonly<Record<number, string>>
  readonly exposure?: Readonly<Record<number, ExposureLevel>>
  readonly groups?: Readonly<Record<number, ControlGroup>>
  readonly interfaces?: Readonly<Record<number, string>>
  readonly namespaces?: Readonly<Record<number, { readonly name: string | null; readonly self: boolean }>>
}

export const factsOf = (spec: FactSpec): RowFacts => ({
  now: spec.now ?? 0,
  processes: row => spec.processes?.[row] ?? [],
  noOwner: row => (spec.processes?.[row] === undefined ? (spec.noOwner?.[row] ?? 'denied') : null),
  userName: uid => spec.users?.[uid],
  exposure: row => (spec.exposure?.[row] === undefined ? null : { level: spec.exposure[row] }),
  group: row => spec.groups?.[row] ?? null,
  interfaceName: index => spec.interfaces?.[index],
  namespace: inode => spec.namespaces?.[inode] ?? null,
})

export const allRows = (columns: SocketColumns): Uint32Array =>
  Uint32Array.from({ length: columns.length }, (_, row) => row)
