/** From a described process to one as hosts tell it. */
import { known, unknown } from '../../model/known.ts'
import type { Process } from '../../model/owner.ts'
import { processName } from '../../wire/proc-process.ts'
import type { ProcessDescription } from './description.ts'

/** The kernel's short name has 15 bytes (TASK_COMM_LEN without its NUL). */
const COMM_LENGTH = 15

/** `now`: when the machine was described. */
export function readProcess(description: ProcessDescription, now: number): Process {
  const { pid, hidden = false, unit, container } = description
  const argv = description.argv ?? description.run?.split(' ') ?? [`program-${pid}`]
  const program = argv[0] ?? `kernel-${pid}`
  const exe = description.exe ?? (program.startsWith('/') ? program : `/usr/bin/${program}`)
  const comm = description.comm ?? program.slice(program.lastIndexOf('/') + 1).slice(0, COMM_LENGTH)
  return {
    pid,
    parent: description.parent ?? (pid === 1 ? 0 : 1),
    name: description.name ?? processName(comm, argv, exe),
    comm,
    argv,
    cwd: hidden ? unknown('denied') : known(description.cwd ?? '/'),
    exe: hidden ? unknown('denied') : known(exe),
    uid: description.uid ?? 0,
    startedAt: description.startedAt ?? now - 3_600_000,
    ...(description.stopped === undefined ? {} : { stopped: description.stopped }),
    ...(unit === undefined ? {} : { unit }),
    ...(container === undefined ? {} : { container }),
  }
}
