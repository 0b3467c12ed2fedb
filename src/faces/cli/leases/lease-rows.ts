/** Leases as rows, columns and items. */

import type { OS } from '../../../os/os.ts'
import type { Lease } from '../../../tools/bind/bind.ts'
import type { Column } from '../render/column.ts'

export interface LeaseRow {
  readonly lease: Pick<Lease, 'name' | 'ports' | 'holder' | 'expiresAt' | 'project' | 'branch'>
  /** What the holder is called; null where there is none, or it can't be seen. */
  readonly process: string | null
  readonly user: string | null
}

/** With the names of holders and users, which one question each asks for. */
export async function leaseRows(os: OS, leases: readonly Lease[]): Promise<readonly LeaseRow[]> {
  const pids = leases.flatMap(({ holder }) => (holder === null ? [] : [holder.pid]))
  const [processes, users] = await Promise.all([
    os.processes([...new Set(pids)]),
    os.userNames([...new Set(leases.map(({ uid }) => uid))]),
  ])
  return leases.map(lease => {
    const process = lease.holder === null ? undefined : processes.get(lease.holder.pid)
    return {
      lease,
      process: process?.known === true ? process.value.name : null,
      user: users.get(lease.uid) ?? (lease.uid < 0 ? null : String(lease.uid)),
    }
  })
}

const portsText = (ports: readonly number[]): string =>
  ports.length > 1 ? `${ports[0]}-${ports.at(-1)}` : String(ports[0] ?? 'none')

/** Of ports that nobody has there is nothing else to tell. */
export const FREE_COLUMNS: readonly Column<number>[] = [
  { key: 'port', title: 'PORT', value: port => port, align: 'right' },
]

export const LEASE_COLUMNS: readonly Column<LeaseRow>[] = [
  { key: 'ports', title: 'PORTS', value: ({ lease }) => portsText(lease.ports), align: 'right' },
  { key: 'name', title: 'NAME', value: ({ lease }) => lease.name ?? '(no name)', style: () => 'accent' },
  { key: 'holder', title: 'HOLDER', value: holderText, truncate: 'end' },
  { key: 'user', title: 'USER', value: ({ user }) => user ?? '(unknown)', priority: 3 },
  {
    key: 'expires',
    title: 'EXPIRES',
    value: ({ lease }) => timeText(lease.expiresAt) ?? 'with its holder',
    priority: 2,
  },
  {
    key: 'branch',
    title: 'BRANCH',
    value: ({ lease }) => lease.branch ?? '(none)',
    priority: 5,
    truncate: 'end',
  },
  {
    key: 'project',
    title: 'PROJECT',
    value: ({ lease }) => lease.project ?? '(none)',
    priority: 4,
    truncate: 'middle',
  },
]

function holderText({ lease, process }: LeaseRow): string {
  if (lease.holder === null) return '(nobody: until its time)'
  return process === null ? `process ${lease.holder.pid}` : `${process} (${lease.holder.pid})`
}

const timeText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** `{ name, ports, holder, expiresAt }`, and what is known beside it. */
export const leaseItem = ({ lease, process, user }: LeaseRow): object => ({
  name: lease.name,
  ports: lease.ports,
  holder:
    lease.holder === null ? null : { pid: lease.holder.pid, ...(process === null ? {} : { name: process }) },
  expiresAt: timeText(lease.expiresAt),
  ...(user === null ? {} : { user }),
  ...(lease.project === undefined ? {} : { project: lease.project }),
  ...(lease.branch === undefined ? {} : { branch: lease.branch }),
})
