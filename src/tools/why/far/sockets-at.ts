/** The sockets of one port at a view, with what is needed to tell who takes what arrives, and words for each. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { valueOr } from '../../../model/known.ts'
import type { Process } from '../../../model/owner.ts'
import { isUnixName, type Socket } from '../../../model/socket.ts'
import { socketAt } from '../../../model/socket-row.ts'
import { type LinuxDialect, linuxDialect } from '../../../model/space/dialect.ts'
import type { SocketHolder } from '../../../os/os.ts'
import { NONE, readTable } from '../../sockets/sockets.ts'
import type { ReadView } from '../view.ts'

export interface SocketsAt {
  readonly sockets: readonly Socket[]
  readonly dialect: LinuxDialect
  deviceOf(index: number): string
  /** `node (812), tcp 127.0.0.1:8080` */
  textOf(socket: Socket): string
  /** `, held by node (812)`, or nothing where that isn't known. */
  heldBy(socket: Socket): string
  holdersOf(socket: Socket): readonly SocketHolder[]
  processesOf(socket: Socket): readonly Process[]
}

export async function socketsAt(
  { os, routes }: ReadView,
  protocol: 'tcp' | 'udp',
  port: number,
): Promise<SocketsAt> {
  const [table, release, tables] = await Promise.all([
    readTable(os, { protocols: [protocol], localPort: port, owners: 'found', details: ['queues'] }),
    os.tunables([RELEASE]),
    routes(),
  ])
  await table.facts.prepare(table.rows, { owners: true })
  const told = release.get(RELEASE)
  const rows = [...table.rows]
  const sockets = rows.map(row => socketAt(table.columns, row))
  const rowOf = (socket: Socket): number => rows[sockets.indexOf(socket)]!
  const index = table.owners
  const holdersOf = (socket: Socket): readonly SocketHolder[] => {
    const found: SocketHolder[] = []
    if (index === null) return found
    for (let i = index.first(socket.inode); i !== NONE; i = index.next(i))
      found.push({ pid: index.pid(i), fd: index.fd(i), inode: socket.inode })
    return found
  }
  const nameOf = (socket: Socket): string => {
    const [process] = table.facts.processes(rowOf(socket))
    return process === undefined ? '' : `${process.name} (${process.pid})`
  }
  const interfaces = tables.known ? tables.value.interfaces : []
  return {
    sockets,
    dialect: linuxDialect(told === undefined ? '' : valueOr(told, '')),
    deviceOf: index => interfaces.find(one => one.index === index)?.name ?? `interface ${index}`,
    textOf: socket => [nameOf(socket), `${protocol} ${endOf(socket)}`].filter(word => word !== '').join(', '),
    heldBy: socket => (nameOf(socket) === '' ? '' : `, held by ${nameOf(socket)}`),
    holdersOf,
    processesOf: socket => table.facts.processes(rowOf(socket)),
  }
}

const endOf = ({ local }: Socket): string => (isUnixName(local) ? local.path : formatEndpoint(local))
const RELEASE = 'kernel.osrelease'
