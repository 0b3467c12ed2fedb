/**
 * For tests: golden files of commands. Each names a machine of `test/golden/machines.ts`, a command and the terminal,
 * then, after a line of dashes, holds what the command wrote and how it ended. Control characters but tab and newline
 * are shown as their pictures (␛ for ESC), so that a golden file drives no terminal.
 */
import assert from 'node:assert/strict'
import { MACHINES } from '../../../test/golden/machines.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { runFake } from './fake-context.ts'

export interface GoldenCase {
  readonly machine: string
  readonly command: string
  /** Columns; null where output is piped. */
  readonly terminal: number | null
  readonly env: Readonly<Record<string, string>>
}

export interface Outcome {
  readonly out: string
  readonly err: string
  readonly status: number
}

const RULE = '-'.repeat(40)

/** Reads what stands above the line of dashes. */
export function parseCase(text: string): GoldenCase {
  const [head = ''] = text.split(`${RULE}\n`)
  const {
    machine,
    command,
    terminal,
    env = '',
    ...more
  } = Object.fromEntries(
    head.split('\n').flatMap(line => (line === '' ? [] : [line.split(/: (.*)/s).slice(0, 2)])),
  ) as Record<string, string>
  assert.deepEqual(Object.keys(more), [], 'unknown words above the line')
  assert.ok(machine !== undefined && machine in MACHINES, `there is no machine "${machine}"`)
  assert.match(command ?? '', /^ports\b/)
  assert.match(terminal ?? '', /^(?:\d+|piped)$/)
  return {
    machine,
    command: command!,
    terminal: terminal === 'piped' ? null : Number(terminal),
    env: Object.fromEntries(env.split(' ').flatMap(one => (one === '' ? [] : [one.split('=')]))),
  }
}

/** The whole golden file. */
export function formatGolden({ machine, command, terminal, env }: GoldenCase, outcome: Outcome): string {
  const variables = Object.entries(env).map(one => one.join('='))
  return [
    `machine: ${machine}\n`,
    `command: ${command}\n`,
    `terminal: ${terminal ?? 'piped'}\n`,
    ...(variables.length === 0 ? [] : [`env: ${variables.join(' ')}\n`]),
    `${RULE}\n`,
    pictures(outcome.out),
    ...(outcome.err === '' ? [] : [`${RULE} stderr\n`, pictures(outcome.err)]),
    `${RULE} exit ${outcome.status}\n`,
  ].join('')
}

/** U+2400 and what follows: a picture for each control character. */
const pictures = (text: string): string =>
  text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, control =>
    control === '\x7f' ? '\u2421' : String.fromCharCode(0x2400 + control.charCodeAt(0)),
  )

/** Runs a case on its machine, whose clock is turned by hand. */
export async function runCase({ machine, command, terminal, env }: GoldenCase): Promise<Outcome> {
  const { description, happens = [], hostNames = {}, files = {} } = MACHINES[machine]!
  const os = openMemory(description)
  const argv = wordsOf(command).slice(1)
  const stop = new AbortController()
  const running = runFake(argv, {
    os,
    env,
    hostNames,
    files,
    signal: stop.signal,
    ...(terminal === null ? {} : { terminal }),
  })
  let done = false
  void running.finally(() => {
    done = true
  })
  // A command that waits, and one that has a limit, sleep on the clock once each.
  const sleepers = argv.includes('--timeout') ? 2 : 1
  const turn = async (): Promise<void> => {
    while (!done && os.clock.sleepers < sleepers) await new Promise(resolve => setImmediate(resolve))
  }
  for (const happen of happens) {
    await turn()
    happen(os.machine)
    await os.clock.advance(1000)
  }
  for (let more = 0; more < 10; more++) {
    await turn()
    if (done) break
    // A watch that nothing ends is interrupted; time ends everything else.
    if (argv[0] === 'watch' && !argv.includes('--timeout')) stop.abort()
    else await os.clock.advance(1000)
  }
  return running
}

/** The words of a command line, quoted as for a shell. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(match => match[1] ?? match[2]!)
