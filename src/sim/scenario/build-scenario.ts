/** From what a scenario says to a network that stands; what can't be is said with its place in the file. */
import { isAddress, parseAddress } from '../../model/address.ts'
import { parseEndpoint } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import type { HostOptions } from '../host/host.ts'
import type { Network } from '../network/network.ts'
import type { SimulatedHost } from '../simulated-host.ts'
import type { Scenario, ScenarioHost } from './scenario-schema.ts'
import type { Place, ScenarioSource } from './source.ts'

/** Throws `E_SCENARIO`. */
export async function buildScenario(
  network: Network<SimulatedHost>,
  { hosts, links = [], connections = [] }: Scenario,
  source: ScenarioSource,
): Promise<void> {
  for (const [name, host] of Object.entries(hosts))
    placed(source, ['hosts', name], () => {
      if (host.nat === undefined) network.host(name, optionsOf(host))
      else
        network.natBox(name, host.nat, { ...optionsOf(host), inside: host.inside!, outside: host.outside! })
    })
  for (const [i, { between, ...options }] of links.entries())
    placed(source, ['links', i], () => network.lan(between, options as object))
  const [problem] = network.problems()
  if (problem !== undefined) throw source.faultNear(['hosts', problem.host], problem.says)
  for (const [i, connection] of connections.entries()) {
    const place = ['connections', i]
    const from = network.hosts.get(connection.from)
    if (from === undefined) throw source.fault([...place, 'from'], `there is no host ${connection.from}`)
    await connect(network, from, connection, why => source.fault([...place, 'to'], why))
  }
}

function optionsOf(host: ScenarioHost): HostOptions {
  const {
    router,
    nat: _,
    inside: __,
    outside: ___,
    processes,
    sockets,
    users,
    settings,
    pages,
    files,
    names,
    naming,
    ...rest
  } = host
  return {
    ...(rest as HostOptions),
    ...(router === undefined ? {} : { forward: router }),
    machine: {
      ...(processes === undefined
        ? {}
        : { processes: processes as NonNullable<HostOptions['machine']>['processes'] & object }),
      ...(sockets === undefined
        ? {}
        : {
            sockets: sockets.map(({ backlog, ...socket }) => ({
              ...(socket as object),
              ...(backlog === undefined ? {} : { acceptQueue: { length: 0, limit: backlog } }),
            })),
          }),
      ...(users === undefined ? {} : { users: users as Readonly<Record<number, string>> }),
      ...(settings === undefined
        ? {}
        : {
            tunables: Object.fromEntries(
              Object.entries(settings).map(([key, value]) => [key, String(value)]),
            ),
          }),
      ...(pages === undefined ? {} : { pages }),
      ...(files === undefined ? {} : { files }),
      ...(names === undefined ? {} : { names }),
      ...(naming === undefined
        ? {}
        : { naming: naming as NonNullable<HostOptions['machine']>['naming'] & object }),
    },
  }
}

/** What the network refuses is refused at its place. */
function placed(source: ScenarioSource, place: Place, make: () => unknown): void {
  try {
    make()
  } catch (error) {
    if (isFault(error) && error.code === 'E_RULES_SYNTAX')
      throw source.faultWithin(
        [...place, 'nft'],
        Number(error.details.line),
        Number(error.details.column),
        String(error.details.why),
      )
    if (isFault(error)) throw source.faultNear(place, String(error.details.why ?? error.message))
    if (error instanceof TypeError) throw source.faultNear(place, error.message)
    throw error
  }
}

/** Simulated milliseconds that a connection of the file may take. */
const PATIENCE_MS = 200_000

async function connect(
  network: Network<SimulatedHost>,
  from: SimulatedHost,
  { to, by }: NonNullable<Scenario['connections']>[number],
  refused: (why: string) => Error,
): Promise<void> {
  const { host: name, port } = parseEndpoint(to)
  const text = String(name ?? '')
  const other = network.hosts.get(text)
  const address = isAddress(text)
    ? parseAddress(text)
    : [...(other?.devices.values() ?? [])][0]?.addresses[0]?.address
  if (address === undefined) throw refused(`"${to}" is not like "web:443": there is no host ${text}`)
  const process = by === undefined ? undefined : from.os.machine.processes.get(by)
  if (by !== undefined && process === undefined) throw refused(`host ${from.name} has no process ${by}`)
  const owner =
    process === undefined ? {} : { owner: { pid: by!, name: process.process.name, uid: process.process.uid } }
  const connection = from.createConnection({ host: address, port, ...owner })
  let came: Error | null = new Error('nothing came back')
  let isOver = false
  const end = (outcome: Error | null): void => {
    came = outcome
    isOver = true
  }
  connection.once('connect', () => end(null))
  connection.once('error', end)
  await network.settled()
  for (let step = 1; !isOver && step < PATIENCE_MS; step *= 2) {
    await network.advance(step)
    await network.settled()
  }
  const error = came as Error | null
  if (error !== null) throw refused(`no connection from ${from.name} to ${to}: ${error.message}`)
  await network.settled()
}
