/**
 * A simulated network to try programs on: hosts, links, routers, NAT boxes and firewalls in one process, made of the same model of
 * ports, filters and NAT that the tools answer by.
 *
 *     import { createNetwork } from 'portolan/sim'
 *
 *     const network = createNetwork({ seed: 1 })
 *     const server = network.host('server', { addresses: ['192.0.2.1/24'] })
 *     const client = network.host('client', { addresses: ['192.0.2.2/24'] })
 *     network.link(server, client, { delayMs: 20, loss: 0.01 })
 *
 * Each host answers the questions of the seam (`host.os`) and gives out sockets that Node's own clients and servers take
 * (`host.createServer`, `host.createConnection`, `host.createSocket`). Nothing of it touches the machine that it runs on. The same seed
 * gives the same packets, byte for byte, for programs that don't ask the real clock.
 */
import { type Address, parseAddress } from '../model/address.ts'
import { Network as NetworkOf, type NetworkOptions } from './network/network.ts'
import { SimulatedHost } from './simulated-host.ts'

export type { Address } from '../model/address.ts'
export type { NatBehaviour } from '../model/nat/nat-box.ts'
export { NAT_PROFILES, type NatProfileName } from '../model/nat/profiles.ts'
export type { Datagram } from '../wire/ip/datagram.ts'
export { decodeDatagram, encodeDatagram } from '../wire/ip/ip.ts'
export type { HostOptions, PingOptions, PingResult } from './host/host.ts'
export type { Link, LinkOptions } from './link/link.ts'
export type {
  Capture,
  CapturedDatagram,
  NatBoxDescription,
  NetworkOptions,
  Problem,
} from './network/network.ts'
export { type NetworkView, networkView } from './network/network.ts'
export { SimulatedHost } from './simulated-host.ts'

export type Network = NetworkOf<SimulatedHost>

/** An empty network. Throws `E_SIM_NETWORK` for options that make no sense. */
export function createNetwork(options: NetworkOptions = {}): Network {
  const network: Network = new NetworkOf<SimulatedHost>(
    made => new SimulatedHost(made, lookup, () => network.natBoxes.get(made.name)),
    options,
  )
  const lookup = (name: string): readonly Address[] => {
    const host = network.hosts.get(name)
    const described = host?.options.machine?.names?.[name]
    if (described !== undefined) return described.map(parseAddress)
    return host === undefined
      ? []
      : [...host.devices.values()].flatMap(one => one.addresses.map(({ address }) => address))
  }
  return network
}

export interface ScenarioOptions extends NetworkOptions {
  /** What the text is called in messages: the name of its file. */
  readonly file?: string
}

/**
 * The network that a scenario file describes (docs/sim.md), with its connections made. Its seed holds unless one is given. Throws
 * `E_SCENARIO`, which says line and column.
 */
export async function readScenario(
  text: string,
  { file = 'scenario', ...options }: ScenarioOptions = {},
): Promise<Network> {
  const { makeScenario, parseScenario } = await import('./scenario/scenario.ts')
  const parsed = parseScenario(text, file)
  const { seed } = parsed.scenario
  const network = createNetwork({ ...(seed === undefined ? {} : { seed }), ...options })
  try {
    await makeScenario(network, parsed)
  } catch (error) {
    network.close()
    throw error
  }
  return network
}

/** The JSON Schema of scenario files. */
export async function scenarioSchema(): Promise<object> {
  return (await import('./scenario/scenario.ts')).scenarioSchema()
}
