/** Programs that start a process again when it ends, by the parent's name, and how each is told not to. */
import type { Process } from '../../model/owner.ts'

export interface Supervisor {
  readonly pid: number
  readonly name: string
  /** What to type instead. */
  readonly remedy: string
}

interface Kind {
  readonly looks: RegExp
  readonly remedy: string
}

/** `looks` is held against the name and the title, which PM2 writes as `PM2 v5.3.0: God Daemon (~/.pm2)`. */
const KINDS: readonly Kind[] = [
  { looks: /^PM2 v/, remedy: 'Find its name with `pm2 list`, then `pm2 stop NAME`.' },
  {
    looks: /^supervisord$/,
    remedy: 'Find its name with `supervisorctl status`, then `supervisorctl stop NAME`.',
  },
  { looks: /^runsv$/, remedy: 'Run `sv down` with the folder of the service.' },
  { looks: /^s6-supervise$/, remedy: 'Run `s6-svc -d` with the folder of the service.' },
  { looks: /^supervise$/, remedy: 'Run `svc -d` with the folder of the service.' },
  { looks: /^monit$/, remedy: 'Run `monit stop NAME`.' },
  { looks: /^circusd$/, remedy: 'Run `circusctl stop NAME`.' },
  {
    looks: /^(?:nodemon|forever|node-dev|ts-node-dev|watchexec|entr|cargo-watch|overmind|foreman|honcho)$/,
    remedy: 'End that program, which starts it again.',
  },
]

/** The nearest parent that is known for starting things again, or null. `parents`: nearest first. */
export function supervisorOf(parents: readonly Process[]): Supervisor | null {
  for (const { pid, name, comm, argv } of parents) {
    // Of a script the name has the interpreter before it: `node nodemon`.
    const names = [name, name.split(' ').at(-1)!, comm, argv[0] ?? '']
    const kind = KINDS.find(({ looks }) => names.some(one => looks.test(one)))
    if (kind !== undefined) return { pid, name, remedy: kind.remedy }
  }
  return null
}
