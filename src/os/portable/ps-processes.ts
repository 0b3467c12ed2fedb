/** Processes by pid, through ps(1). */
import { type Known, known, unknown } from '../../model/known.ts'
import type { Process } from '../../model/owner.ts'
import { processName } from '../../wire/proc-process.ts'
import {
  PS_FACTS,
  PS_PROGRAMS,
  type PsProcess,
  parsePsFacts,
  parsePsPrograms,
  psArguments,
} from '../../wire/ps.ts'
import { runTool, type Tool } from './run-tool.ts'

/** No system counts further (Linux, PID_MAX_LIMIT), and ps refuses a whole list for one such number. */
const LAST_PID = 2 ** 22
/** So many fit in a command line anywhere. */
const MOST_AT_ONCE = 1000

export async function readProcesses(
  tool: Tool,
  pids: readonly number[],
): Promise<ReadonlyMap<number, Known<Process>>> {
  const found = new Map<number, Known<Process>>(pids.map(pid => [pid, unknown('vanished')]))
  const possible = [...found.keys()].filter(pid => pid > 0 && pid <= LAST_PID)
  for (let i = 0; i < possible.length; i += MOST_AT_ONCE) {
    const list = possible.slice(i, i + MOST_AT_ONCE).join(',')
    const facts = await runTool(tool, [...PS_FACTS, list])
    const programs = parsePsPrograms((await runTool(tool, [...PS_PROGRAMS, list])).toString('utf8'))
    for (const one of parsePsFacts(facts.toString('utf8'))) {
      const program = programs.get(one.pid)
      if (found.has(one.pid) && program !== undefined) found.set(one.pid, known(processOf(one, program)))
    }
  }
  return found
}

/** ps tells no working folder, and the path of the program only on systems that tell it whole. */
function processOf({ pid, parent, uid, startedAt, command }: PsProcess, program: string): Process {
  const argv = psArguments(command, program)
  const path = program.startsWith('/') ? program : undefined
  const comm = program.slice(program.lastIndexOf('/') + 1)
  return {
    pid,
    parent,
    name: processName(comm, argv, path),
    comm,
    argv,
    cwd: unknown('unsupported'),
    exe: path === undefined ? unknown('unsupported') : known(path),
    uid,
    startedAt,
  }
}
