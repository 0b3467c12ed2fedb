/**
 * The least policy for what listens: each server that others can reach, and nothing else. Who is connected is told in
 * the comment; a server that nobody uses at this moment can be left out.
 *
 * Left out in any case: what only loopback reaches, and UDP ports of the ephemeral range, which clients bind: answers to
 * them come in as such.
 */
import {
  type Address,
  familyOf,
  scopeOf,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  unmap,
  withoutZone,
} from '../../model/address.ts'
import { type Allowance, type Policy, plainComment } from '../../model/filter/policy.ts'
import { isUnixName, type Socket } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS } from '../../os/os.ts'
import { readTable } from '../sockets/sockets.ts'

export interface SocketPolicy {
  readonly policy: Policy
  /** Servers that were left out, and why, a line each. */
  readonly leftOut: readonly string[]
}

interface Server {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly address: Address
  readonly names: readonly string[]
  /** Connections at this moment; null where that can't be told, as of UDP. */
  readonly connections: number | null
}

/** `usedOnly`: leaves out servers of TCP that nobody is connected to now. */
export async function policyFromSockets(
  os: OS,
  { usedOnly = false }: { readonly usedOnly?: boolean } = {},
): Promise<SocketPolicy> {
  const servers = await serversOf(os)
  const ephemeral = await ephemeralRange(os)
  const leftOut: string[] = []
  const kept = servers.filter(server => {
    const why = whyNot(server, ephemeral, usedOnly)
    if (why !== null) leftOut.push(`${server.protocol}/${server.port} at ${server.address}: ${why}`)
    return why === null
  })
  const allow = mergeFamilies(kept).map(allowanceOf)
  return { policy: { allow, ping: true, otherwise: 'drop' }, leftOut: [...new Set(leftOut)] }
}

function whyNot(
  { protocol, port, address, connections }: Server,
  ephemeral: readonly [number, number],
  usedOnly: boolean,
): string | null {
  if (scopeOf(address) === 'loopback') return 'only this machine reaches it'
  if (protocol === 'udp' && port >= ephemeral[0] && port <= ephemeral[1])
    return 'a port of the ephemeral range, as clients have'
  if (protocol === 'udp' && (port === 68 || port === 546))
    return 'the DHCP client, which always gets its answers'
  return usedOnly && connections === 0 ? 'nobody is connected to it' : null
}

async function serversOf(os: OS): Promise<readonly Server[]> {
  const protocols = ['tcp', 'udp'] as const
  const table = await readTable(os, { protocols, listening: true, owners: true })
  const busy = await readTable(os, { protocols: ['tcp'], states: ['established'] })
  const connections = new Map<number, number>()
  for (const row of busy.rows) {
    const port = busy.columns.localPort[row]!
    connections.set(port, (connections.get(port) ?? 0) + 1)
  }
  await table.facts.prepare(table.rows, { owners: true })
  return [...table.rows].flatMap((row): Server[] => {
    const socket = socketAt(table.columns, row)
    const address = addressOf(socket)
    const { protocol } = socket
    if (address === null || (protocol !== 'tcp' && protocol !== 'udp')) return []
    const { port } = socket.local as { port: number }
    const names = [...new Set(table.facts.processes(row).map(({ name }) => name))]
    return [
      {
        protocol,
        port,
        address,
        names,
        connections: protocol === 'udp' ? null : (connections.get(port) ?? 0),
      },
    ]
  })
}

const addressOf = ({ local }: Socket): Address | null =>
  isUnixName(local) ? null : unmap(withoutZone(local.address))

/** Both unspecified addresses of one port are one server for everybody, in one rule. */
function mergeFamilies(servers: readonly Server[]): readonly Server[] {
  const seen = new Map<string, Server>()
  for (const server of servers) {
    const { protocol, port, address, names } = server
    const key = `${protocol} ${port} ${isAny(address) ? '*' : address}`
    const known = seen.get(key)
    seen.set(
      key,
      known === undefined ? server : { ...known, names: [...new Set([...known.names, ...names])] },
    )
  }
  return [...seen.values()].toSorted((a, b) =>
    a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port,
  )
}

const isAny = (address: Address): boolean => address === UNSPECIFIED_V4 || address === UNSPECIFIED_V6

function allowanceOf({ protocol, port, address, names, connections }: Server): Allowance {
  const used = connections === null ? '' : connections === 0 ? 'nobody connected' : `${connections} connected`
  const any = isAny(address)
  return {
    protocol,
    ports: [[port, port]],
    from: [],
    to: any ? [] : [address],
    family: any ? null : familyOf(address),
    interface: null,
    comment: plainComment([names.join(' '), used].filter(part => part !== '').join(', ')),
  }
}

/** ip_local_port_range; the kernel's default where it can't be read (net/ipv4/af_inet.c, inet_init_net). */
async function ephemeralRange(os: OS): Promise<readonly [number, number]> {
  const name = 'net.ipv4.ip_local_port_range'
  const told = (await os.tunables([name])).get(name)
  const [first, last] = told?.known === true ? told.value.trim().split(/\s+/).map(Number) : []
  return first === undefined || last === undefined ? [32_768, 60_999] : [first, last]
}
