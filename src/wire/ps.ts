/**
 * The output of ps(1), for systems whose processes can't be read in another way.
 *
 * Answers: parent, user, start and arguments (`PS_FACTS`); the program (`PS_PROGRAMS`), which is asked for apart, as it
 * can have blanks in it. Arguments come in one string: where they have blanks inside, they come apart at the wrong
 * places. Source: POSIX ps for -o, and the manual pages of Linux and macOS for `lstart`, which both write as ctime(3)
 * does. To be run with TZ=UTC and LC_ALL=C. What is particular to macOS is from documentation.
 */

export interface PsProcess {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  /** Milliseconds since 1970, to the second. */
  readonly startedAt: number
  /** Arguments with blanks between; empty where there are none to tell. */
  readonly command: string
}

/** Behind `ps`; the pids follow, with commas between. */
export const PS_FACTS: readonly string[] = ['-ww', '-o', 'pid=,ppid=,uid=,lstart=,args=', '-p']
export const PS_PROGRAMS: readonly string[] = ['-ww', '-o', 'pid=,comm=', '-p']

/** Lines that make no sense are left out. */
export function parsePsFacts(text: string): PsProcess[] {
  return text.split('\n').flatMap(line => {
    const [, pid, parent, uid, month, day, hour, minute, second, year, command] = FACTS.exec(line) ?? []
    if (pid === undefined || !MONTHS.includes(month!)) return []
    const date = [Number(year), MONTHS.indexOf(month!), Number(day)] as const
    return {
      pid: Number(pid),
      parent: Number(parent),
      uid: Number(uid),
      startedAt: Date.UTC(...date, Number(hour), Number(minute), Number(second)),
      command: command ?? '',
    }
  })
}

const FACTS =
  /^ *(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +\w{3} (\w{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4}) *(?: (\S.*))?$/s

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The program by pid: a path on macOS, the kernel's short name on Linux. */
export function parsePsPrograms(text: string): Map<number, string> {
  const programs = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [, pid, program] = /^ *(\d{1,10}) +(\S.*)$/.exec(line) ?? []
    if (pid !== undefined) programs.set(Number(pid), program!.trimEnd())
  }
  return programs
}

/** The arguments: the program in one piece where its path is known, the rest at the blanks. */
export function psArguments(command: string, program: string): string[] {
  if (program !== '' && (command === program || command.startsWith(`${program} `)))
    return [program, ...command.slice(program.length).split(' ').filter(Boolean)]
  return command.split(' ').filter(Boolean)
}
