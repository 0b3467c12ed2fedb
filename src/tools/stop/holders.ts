/** Who holds a port: the processes that listen on it or are bound to it, and how each came to. */
import type { Finding } from '../../model/finding.ts'
import type { Process } from '../../model/owner.ts'
import { SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { OS } from '../../os/os.ts'
import type { Explanation } from '../sockets/sockets.ts'
import { type Guard, whyNever } from './guard.ts'
import { ownerHidden } from './plan-findings.ts'

export interface Holder {
  readonly process: Process
  /** Its command line, secrets masked. */
  readonly command: string
  readonly user: string | undefined
  /** It opened the socket, or has it from another holder that it descends from. */
  readonly role: 'creator' | 'inherited'
  /** The sockets by which it holds the port. */
  readonly inodes: readonly number[]
  readonly protocols: readonly string[]
  /** It is among those that are never ended, or can't be. */
  readonly refused: Finding | null
}

export async function holdersOf(
  os: OS,
  { asked, listeners, bound, table }: Explanation,
  guard: Guard,
): Promise<{ holders: Holder[]; hidden: Finding[] }> {
  const { columns, facts, owners } = table
  const rows = [...listeners.flatMap(one => one.rows), ...bound]
  const found = new Map<number, { inodes: Set<number>; protocols: Set<string> }>()
  const hidden = new Map<string, Finding>()
  for (const row of rows) {
    const protocol = SOCKET_PROTOCOLS[columns.protocol[row]!]!
    const inode = columns.inode[row]!
    const holding = owners?.of(inode) ?? []
    if (holding.length === 0) {
      const finding = ownerHidden(
        `${protocol} ${asked.port}`,
        facts.noOwner(row) ?? 'denied',
        facts.userName(columns.uid[row]!),
      )
      hidden.set(finding.says, finding)
    }
    for (const { pid } of holding) {
      const one = found.get(pid) ?? { inodes: new Set(), protocols: new Set() }
      one.inodes.add(inode)
      one.protocols.add(protocol)
      found.set(pid, one)
    }
  }
  const users = await os.userNames([...found.keys()].flatMap(pid => facts.process(pid)?.uid ?? []))
  const holders = [...found].flatMap(([pid, { inodes, protocols }]): Holder[] => {
    const process = facts.process(pid)
    if (process === null) return []
    const inherited = facts.parents(pid).some(parent => sharesSocket(found.get(parent.pid)?.inodes, inodes))
    return [
      {
        process,
        command: facts.command(process),
        user: users.get(process.uid),
        role: inherited ? 'inherited' : 'creator',
        inodes: [...inodes],
        protocols: [...protocols],
        refused: refusalOf(guard, process, os.acts.self),
      },
    ]
  })
  // Who made a socket goes first: its workers end with it, and it would start them again.
  holders.sort(
    (a, b) =>
      order(a) - order(b) || a.process.startedAt - b.process.startedAt || a.process.pid - b.process.pid,
  )
  return { holders, hidden: [...hidden.values()] }
}

const order = ({ role }: Holder): number => (role === 'creator' ? 0 : 1)

const sharesSocket = (theirs: ReadonlySet<number> | undefined, ours: ReadonlySet<number>): boolean =>
  theirs !== undefined && [...ours].some(inode => theirs.has(inode))

function refusalOf(guard: Guard, process: Process, self: number | null): Finding | null {
  const never = whyNever(guard, process.pid, self, `${process.name} (pid ${process.pid})`)
  if (never === null || process.pid !== 1) return never
  const remedy = 'It may listen for a unit: see `systemctl list-sockets`, then `systemctl stop NAME.socket`.'
  return process.comm === 'systemd' ? { ...never, remedy } : never
}
