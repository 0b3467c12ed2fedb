/**
 * Whom `stop` never ends, whoever asks: the first process, this program and what it was started from, and the sshd that
 * carries the login it was typed in.
 */
import type { Finding } from '../../model/finding.ts'
import { parsePort } from '../../model/port.ts'
import type { OS } from '../../os/os.ts'
import { readTable } from '../sockets/sockets.ts'

export interface Guard {
  /** This program, and whatever started it: the shell, the terminal, up to the first process. */
  readonly lineage: ReadonlySet<number>
  /** Those that carry the login. */
  readonly login: ReadonlySet<number>
  /** Units and containers that this program runs in: to stop them is to stop it. */
  readonly groups: ReadonlySet<string>
}

/**
 * `login` is the value of SSH_CONNECTION, four words (ssh(1)): the client's address and port, the server's address and
 * port. Inside of tmux or screen the sshd isn't an ancestor, so the connection itself is looked for.
 */
export async function guardOf(os: OS, login?: string): Promise<Guard> {
  const lineage = new Set<number>()
  const groups = new Set<string>()
  let pid = os.acts.self ?? 0
  // A chain of parents ends at 1; a damaged one ends here.
  for (let depth = 0; pid > 0 && depth < 128 && !lineage.has(pid); depth++) {
    lineage.add(pid)
    const found = (await os.processes([pid])).get(pid)
    if (found?.known !== true) break
    const { unit, container, parent } = found.value
    if (unit !== undefined && depth === 0) groups.add(`unit ${unit}`)
    if (container !== undefined && depth === 0) groups.add(`container ${container.id}`)
    pid = parent
  }
  return { lineage, login: await carriersOf(os, login), groups }
}

async function carriersOf(os: OS, login: string | undefined): Promise<ReadonlySet<number>> {
  const [, , clientPort, , serverPort] = /^(\S+) (\d{1,5}) (\S+) (\d{1,5})$/.exec(login?.trim() ?? '') ?? []
  if (clientPort === undefined || serverPort === undefined) return new Set()
  const table = await readTable(os, {
    protocols: ['tcp'],
    localPort: parsePort(serverPort),
    owners: true,
  })
  const { columns, owners } = table
  const peer = Number(clientPort)
  const rows = [...table.rows].filter(row => columns.peerPort[row] === peer)
  const carriers = new Set(rows.flatMap(row => owners?.of(columns.inode[row]!).map(owner => owner.pid) ?? []))
  // The listener that takes new logins carries this one, too: who ends it can't come back.
  const all = new Set(carriers)
  for (const pid of carriers) {
    let one = pid
    for (let depth = 0; one > 1 && depth < 8; depth++) {
      all.add(one)
      const found = (await os.processes([one])).get(one)
      if (found?.known !== true || !/sshd|dropbear/.test(found.value.name)) break
      one = found.value.parent
    }
  }
  all.delete(1)
  return all
}

/** Why a process may not be ended, or null. `subject` says which, `name (pid N)`. */
export function whyNever(guard: Guard, pid: number, self: number | null, subject: string): Finding | null {
  const says = reason(guard, pid, self)
  if (says === null) return null
  return {
    code: 'never-ended',
    severity: 'high',
    certainty: 'proven',
    subject,
    says: `${subject} is never ended from here: ${says}`,
    evidence: [{ source: 'processes', says }],
  }
}

function reason({ lineage, login }: Guard, pid: number, self: number | null): string | null {
  if (pid === 1) return 'it is the first process, and all others would end with it'
  if (pid === self) return 'it is this program itself'
  if (login.has(pid)) return 'it carries the login that you are typing in'
  if (lineage.has(pid)) return 'this program was started from it'
  return null
}
