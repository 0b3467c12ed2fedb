/**
 * Becomes another program in the same process: execve(2). Pid, start, parent and terminal stay, so signals reach the
 * program itself and its exit status is ours.
 */
import { fault } from '../../model/fault.ts'
import type { Libc } from '../ffi.ts'
import type { BecomeRequest } from '../os.ts'

/** SD_LISTEN_FDS_START of sd_listen_fds(3). */
const FIRST_LISTENER = 3
/** As long a queue as the system allows (net.core.somaxconn caps it). */
const BACKLOG = 4096
/** What Node ignores for itself, and a program would inherit: SIGPIPE and SIGXFSZ. */
const IGNORED_BY_NODE = [13, 25]

/** Never comes back. Throws `E_PROGRAM`, when nothing has changed yet. */
export function become(libc: Libc | null, request: BecomeRequest): never {
  const { program, words, env, listener } = request
  const path = pathOf(program, env.PATH)
  if (path === null) throw fault('E_PROGRAM', { program, why: whyNot(program) })
  if (listener !== undefined) {
    const fd = listener.fd
    if (libc === null || fd === null) throw fault('E_BIND_UNSUPPORTED', { why: 'koffi is not installed' })
    if (libc.listen(fd, BACKLOG) < 0)
      throw fault('E_PROGRAM', { program, why: `the socket can not listen (errno ${libc.errno()})` })
    // From here on Node may miss whatever was descriptor 3; it has a few instructions to live.
    libc.dup2(fd, FIRST_LISTENER)
  }
  for (const signal of IGNORED_BY_NODE) libc?.defaultSignal(signal)
  process.execve!(path, [program, ...words], {
    ...env,
    ...(listener === undefined ? {} : { LISTEN_FDS: '1', LISTEN_PID: String(process.pid) }),
  })
  throw fault('E_PROGRAM', { program, why: 'the system did not start it' })
}

const whyNot = (program: string): string =>
  program === ''
    ? 'its name is empty'
    : program.includes('/')
      ? 'there is no file at that path that may be executed'
      : 'there is no such program in PATH'

/** As execvp(3) looks for it; null where there is no file that we may execute. */
function pathOf(program: string, search = '/usr/local/bin:/usr/bin:/bin'): string | null {
  const { accessSync, constants, statSync } = process.getBuiltinModule('node:fs')
  const places = program.includes('/') ? [program] : search.split(':').map(dir => `${dir || '.'}/${program}`)
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK)
      if (statSync(place).isFile()) return place
    } catch {
      // Not here: the next folder is looked at, and in the end nothing is found.
    }
  }
  return null
}
