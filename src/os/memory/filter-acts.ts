/** The packet filter of a machine that is made up: our table is a text, and nothing judges it but its description. */
import { fault } from '../../model/fault.ts'
import { sameRules } from '../../model/filter/own-table.ts'
import type { Trial, TrialEnd } from '../../model/filter/trial.ts'
import type { Ancestor, FilterActs, FilterNotes, ManagerOutcome, TableOutcome } from '../acts.ts'
import type { Machine } from './machine.ts'

/** What has become of it since it was described. */
export interface MachineFilter {
  table: string | null
  trial: Trial | null
  last: TrialEnd | null
  watched: boolean
  /** Command lines of ufw and firewall-cmd that were run, and paths that were written. */
  readonly ran: string[]
}

const filters = new WeakMap<Machine, MachineFilter>()

export function filterOf(machine: Machine): MachineFilter {
  const { filter = {} } = machine.description
  let found = filters.get(machine)
  if (found === undefined) {
    const { ownTable = null, trial = null, last = null, watched = false } = filter
    found = { table: ownTable, trial, last, watched, ran: [] }
    filters.set(machine, found)
  }
  return found
}

const BOOT = 'memory'

export function filterActsOf(machine: Machine): FilterActs {
  const now = filterOf(machine)
  const { busy, refuses, systemd = false } = machine.description.filter ?? {}
  const check = async (text: string | null): Promise<TableOutcome> => {
    const wrong = (text ?? '').split('\n').findIndex(line => refuses?.test(line) === true)
    return wrong === -1
      ? { kind: 'done' }
      : { kind: 'refused', line: wrong + 1, column: 1, says: 'syntax error' }
  }
  const notes: FilterNotes = {
    boot: BOOT,
    trial: () => now.trial,
    last: () => now.last,
    watched: () => now.watched,
    readTable: async () => now.table,
    check,
  }
  const done = async (words: readonly string[]): Promise<ManagerOutcome> => {
    now.ran.push(words.join(' '))
    return { kind: 'done' }
  }
  return {
    async openDesk({ waitMs }) {
      if (busy !== undefined) {
        await machine.clock.sleep(waitMs)
        throw fault('E_FW_BUSY', { who: busy })
      }
      return {
        ...notes,
        async replace(text, expected) {
          if (!sameRules(now.table, expected)) return { kind: 'changed' }
          const outcome = await check(text)
          if (outcome.kind === 'done') now.table = text
          return outcome
        },
        keep(trial) {
          now.trial = trial
        },
        end(end) {
          now.trial = null
          now.last = end
        },
        close() {},
      }
    },
    readNotes: async () => notes,
    async watch() {
      if (now.watched) return null
      now.watched = true
      return {
        check,
        close() {
          now.watched = false
        },
      }
    },
    lineage: async () => lineageOf(machine),
    uptime: () => Math.round(machine.clock.monotonic()),
    runManager: argv => done(argv),
    startUp: async () => ({ systemd }),
    async persist({ files, commands }) {
      for (const { path } of files) await done(['write', path])
      for (const argv of commands) await done(argv)
      return { kind: 'done' }
    },
  }
}

function lineageOf(machine: Machine): readonly Ancestor[] {
  const found: Ancestor[] = []
  let pid = machine.description.self ?? 0
  while (pid > 0 && !found.some(one => one.pid === pid)) {
    const one = machine.processes.get(pid)
    if (one === undefined) break
    const { terminal = null, sshConnection = null, environmentHidden: hidden = false } = one.description
    found.push({ pid, uid: one.process.uid, terminal, sshConnection, hidden })
    pid = one.process.parent
  }
  return found
}
