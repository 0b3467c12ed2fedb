/**
 * Runs the programs that stop units and containers, and asks docker which container a port belongs to.
 *
 * Never through a shell, with a list of arguments, a deadline and an environment of its own; programs are looked for in
 * the folders that the caller names, else in the system's.
 */
import type { Known } from '../model/known.ts'
import { type Service, stopCommand } from '../model/service.ts'
import type { ContainerFacts, ContainerQuery, ManagerOutcome, ServiceOutcome, ToolOptions } from './acts.ts'
import { type Ran, runProgram } from './run-program.ts'

/** A unit may take 90 s to stop (DefaultTimeoutStopSec, systemd-system.conf(5)); a little more than that. */
const STOP_TIMEOUT_MS = 100_000
const ASK_TIMEOUT_MS = 10_000
const MOST_BYTES = 1024 * 1024

async function run(
  argv: readonly string[],
  { path, signal, timeoutMs }: ToolOptions,
  usualMs: number,
): Promise<Ran> {
  return runProgram(argv, {
    env: surroundings(),
    timeoutMs: timeoutMs ?? usualMs,
    mostBytes: MOST_BYTES,
    ...(path === undefined ? {} : { path }),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** `systemctl --user` finds the user's manager by its folder (systemd's sd_bus_open_user), docker its settings at home. */
function surroundings(): Readonly<Record<string, string>> {
  const { homedir } = process.getBuiltinModule('node:os')
  const uid = process.getuid?.()
  return { HOME: homedir(), ...(uid === undefined ? {} : { XDG_RUNTIME_DIR: `/run/user/${uid}` }) }
}

export async function stopService(service: Service, options: ToolOptions = {}): Promise<ServiceOutcome> {
  return ending(stopCommand(service), options)
}

/** Runs a program that manages the packet filter, or one that loads it at a boot, and waits for its end. */
export async function runManager(
  argv: readonly string[],
  options: ToolOptions = {},
): Promise<ManagerOutcome> {
  const outcome = await ending(argv, options)
  return outcome.kind === 'stopped' ? { kind: 'done' } : outcome
}

async function ending(argv: readonly string[], options: ToolOptions): Promise<ServiceOutcome> {
  const { status, out, err } = await run(argv, options, STOP_TIMEOUT_MS)
  const said = (err.trim() || out.trim()).split('\n', 1)[0]!
  if (status === 0) return { kind: 'stopped' }
  if (status === 'missing') return { kind: 'missing', says: `there is no program ${argv[0]} here` }
  if (status === 'timeout') return { kind: 'failed', says: `${argv[0]} did not end in time` }
  if (/permission|access denied|authentication|not permitted/i.test(said))
    return { kind: 'denied', says: said }
  return { kind: 'failed', says: said || `${argv[0]} ended with ${status}` }
}

/** Names and labels with tabs between: neither can have one (docker's reference grammar, compose's project names). */
const FORMAT =
  '{{.ID}}\t{{.Names}}\t{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.service"}}'

export async function container(
  query: ContainerQuery,
  options: ToolOptions = {},
): Promise<Known<ContainerFacts>> {
  const filter = 'id' in query ? `id=${query.id}` : `publish=${query.published}/${query.protocol}`
  const argv = ['docker', 'ps', '--no-trunc', '--filter', filter, '--format', FORMAT]
  const { status, out, err } = await run(argv, options, ASK_TIMEOUT_MS)
  if (status === 'missing') return { known: false, reason: 'unsupported' }
  if (status !== 0) return { known: false, reason: /permission/i.test(err) ? 'denied' : 'unsupported' }
  const [line = ''] = out.split('\n', 1)
  const [id = '', name = '', project = '', composed = ''] = line.split('\t')
  if (id === '') return { known: false, reason: 'vanished' }
  return {
    known: true,
    value: {
      id,
      name,
      ...(project === '' || composed === '' ? {} : { compose: { project, service: composed } }),
    },
  }
}
