/**
 * `ports --sim town.yaml --host web ls`: the command that follows, on a host of a simulated network instead of the machine that it
 * runs on. Simulated time leaps: nothing is waited for.
 */

import type { Address } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { type Network, networkView, readScenario, type SimulatedHost } from '../../sim/sim.ts'
import type { CliContext, HostNames } from './context.ts'
import type { ExitStatus } from './exit.ts'
import { readText } from './read-text.ts'

type Run = (argv: readonly string[], context: CliContext) => Promise<ExitStatus>

/** Commands that can be asked of a whole network. */
const ASK_ALL: ReadonlySet<string> = new Set(['trace'])

/** Throws `E_USAGE`, `E_FILE_READ`, and `E_SCENARIO`. */
export async function simulate(argv: readonly string[], context: CliContext, run: Run): Promise<ExitStatus> {
  const { file, host: name, words } = readFlags(argv)
  // Help is the same on every host.
  if (words.slice(0, words.includes('--') ? words.indexOf('--') : undefined).includes('--help'))
    return run(words, context)
  const network = await readScenario(await readText(context, file), { file, speed: Infinity })
  try {
    const whole = name === undefined && ASK_ALL.has(words[0] ?? '')
    return await run(
      words,
      whole ? contextOfAll(context, network, file) : contextOn(context, network, chosen(network, name, file)),
    )
  } finally {
    network.close()
  }
}

function readFlags(argv: readonly string[]): {
  file: string
  host: string | undefined
  words: readonly string[]
} {
  const found: { sim?: string; host?: string } = {}
  const words = [...argv]
  for (;;) {
    const [, flag, value] = /^--(sim|host)(?:=(.*))?$/.exec(words[0] ?? '') ?? []
    if (flag === undefined) break
    words.shift()
    const given = value ?? words.shift()
    if (given === undefined || given === '')
      throw wrong(`--${flag} needs a value, as in --sim town.yaml --host web`)
    found[flag as 'sim' | 'host'] = given
  }
  if (found.sim === undefined)
    throw wrong('--host names a host of a simulated network: say which with --sim <file>')
  return { file: found.sim, host: found.host, words }
}

function chosen(network: Network, name: string | undefined, file: string): SimulatedHost {
  const names = [...network.hosts.keys()]
  const only = name ?? (names.length === 1 ? names[0]! : undefined)
  const found = only === undefined ? undefined : network.hosts.get(only)
  if (found !== undefined) return found
  const there = `${file} has ${names.join(', ')}`
  throw wrong(only === undefined ? `--sim needs a --host: ${there}` : `there is no host ${only}: ${there}`)
}

const wrong = (what: string) => fault('E_USAGE', { what, command: 'ports' })

/** No host was named: what needs one says so. */
function contextOfAll(context: CliContext, network: Network, file: string): CliContext {
  return Object.create(context, {
    hostname: { value: file, enumerable: true },
    now: { value: () => network.startAt + network.now(), enumerable: true },
    network: { value: networkView(network), enumerable: true },
    openOS: { value: async () => chosen(network, undefined, file).os, enumerable: true },
  })
}

/** The same outputs and files; the host, its clock and its names are simulated. */
function contextOn(context: CliContext, network: Network, host: SimulatedHost): CliContext {
  const { os } = host
  const hostNames: HostNames = {
    async nameOf(address) {
      const isOwn = [...(await os.addresses())].some(one => one.address === address)
      return isOwn ? host.name : null
    },
    async addressesOf(asked) {
      const told = await os.reach.resolve(asked)
      if (told.kind === 'found') return told.addresses as readonly Address[]
      throw Object.assign(new Error(`the simulated network has no ${asked}`), { code: told.code })
    },
  }
  // What is told by getters has to be told when it is asked for.
  return Object.create(context, {
    platform: { value: os.platform, enumerable: true },
    hostname: { value: host.name, enumerable: true },
    uid: { value: 0, enumerable: true },
    hostNames: { value: hostNames, enumerable: true },
    now: { value: () => os.clock.now(), enumerable: true },
    openOS: { value: async () => os, enumerable: true },
    host: { value: { net: networkView(network), name: host.name }, enumerable: true },
    startDetached: {
      value: async () => {
        throw fault('E_PROGRAM', {
          program: 'ports',
          why: 'nothing runs on a simulated host after the command has ended',
        })
      },
      enumerable: true,
    },
  })
}
