/**
 * `ports --sim town.yaml --host web ls`: the command that follows, on a host of a simulated network instead of the machine that it
 * runs on. Simulated time leaps: nothing is waited for.
 */

import type { Address } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import type { RemoteHost } from '../../os/open.ts'
import { type Network, networkView, readScenario, type SimulatedHost } from '../../sim/sim.ts'
import type { CliContext, HostNames } from './context.ts'
import type { ExitStatus } from './exit.ts'
import { readText } from './read-text.ts'

type Run = (argv: readonly string[], context: CliContext) => Promise<ExitStatus>

/** Commands that can be asked of a whole network. */
const ASK_ALL: ReadonlySet<string> = new Set(['trace'])

export interface Simulated {
  readonly file: string
  readonly host: string | undefined
  /** The command and what follows it. */
  readonly words: readonly string[]
}

/** Throws `E_USAGE`, `E_FILE_READ`, and `E_SCENARIO`. */
export async function simulate(
  { file, host: name, words }: Simulated,
  context: CliContext,
  run: Run,
): Promise<ExitStatus> {
  const network = await readScenario(await readText(context, file), { file, speed: Infinity })
  try {
    const whole = name === undefined && ASK_ALL.has(words[0] ?? '')
    return await run(
      words,
      whole
        ? contextOfAll(context, network, file)
        : contextOn(context, network, chosen(network, name, file), file),
    )
  } finally {
    network.close()
  }
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

/** What is another machine elsewhere is another host of the network here, called by its name. */
const otherHost = ({ name, os }: SimulatedHost): RemoteHost => ({
  ...os,
  place: name,
  uid: 0,
  through: { kind: 'agent', program: 'the simulated network' },
})

/** The same outputs and files; the host, its clock and its names are simulated. */
function contextOn(context: CliContext, network: Network, host: SimulatedHost, file: string): CliContext {
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
    openRemote: {
      value: async (asked: string) => otherHost(chosen(network, asked, file)),
      enumerable: true,
    },
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
