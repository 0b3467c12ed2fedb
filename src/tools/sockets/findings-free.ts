/**
 * Why a port can be taken, or out of reach, though no listener here has it: a bound socket, connections that
 * are only closing, a listener in another namespace, a reserved range.
 */
import type { EndpointSpec } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import type { Protocol } from '../../model/protocol.ts'
import { stateCode } from '../../model/socket-columns.ts'
import type { OS } from '../../os/os.ts'
import { listenersOf } from './listeners.ts'
import { readTable, type SocketTable } from './table.ts'

export interface Unheld {
  readonly asked: EndpointSpec
  readonly table: SocketTable
  readonly connections: readonly number[]
  readonly bound: readonly number[]
  readonly protocols: readonly Protocol[]
  /** Inodes of the namespaces that were looked at; our own when left out. */
  readonly netns?: readonly number[] | undefined
  readonly signal?: AbortSignal
}

export async function findingsWithoutSocket(os: OS, unheld: Unheld): Promise<Finding[]> {
  const subject = `port ${unheld.asked.port}`
  return [
    ...boundOnly(unheld, subject),
    ...timeWaitOnly(unheld, subject),
    ...(await elsewhere(os, unheld, subject)),
    ...(await reserved(os, unheld.asked.port, subject)),
  ]
}

function boundOnly({ table, bound }: Unheld, subject: string): Finding[] {
  return bound.map(row => {
    const holders = table.facts.processes(row).map(one => `${one.name} (pid ${one.pid})`)
    return {
      code: 'bound-not-listening',
      severity: 'low',
      certainty: 'proven',
      subject,
      says: `bound by ${holders.join(', ') || 'a process that can’t be named'}, which neither listens nor connects: others get EADDRINUSE`,
      evidence: [{ source: 'sock_diag', says: 'a socket in state bound-inactive' }],
      remedy: 'End or finish the program that holds it; older tools don’t show such sockets.',
    }
  })
}

function timeWaitOnly({ table, connections, bound }: Unheld, subject: string): Finding[] {
  const { columns } = table
  if (bound.length > 0 || connections.length === 0) return []
  if (!connections.every(row => columns.state[row] === TIME_WAIT)) return []
  const longest = connections.reduce((most, row) => Math.max(most, columns.timerMs[row]!), 0)
  const [what, sockets] =
    connections.length === 1
      ? ['one closed connection lingers', 'one socket']
      : [`${connections.length} closed connections linger`, `${connections.length} sockets`]
  return [
    {
      code: 'time-wait-only',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `only ${what} in TIME_WAIT, the last for ${Math.ceil(longest / 1000)} s more: a server that sets SO_REUSEADDR may listen at once`,
      evidence: [{ source: 'sock_diag', says: `${sockets} in TIME_WAIT` }],
      remedy: 'Wait, or let the server set SO_REUSEADDR before it binds, as most do.',
    },
  ]
}

async function elsewhere(os: OS, unheld: Unheld, subject: string): Promise<Finding[]> {
  const { asked, netns: searched = [os.netns] } = unheld
  const others = (await os.namespaces()).filter(one => !searched.includes(one.inode) && one.readable.known)
  const found: Finding[] = []
  for (const { inode, name } of others) {
    const listeners = await listenersIn(os, inode, unheld)
    for (const { protocol, processes } of listeners) {
      found.push({
        code: 'in-other-namespace',
        severity: 'note',
        certainty: 'proven',
        subject,
        where: `network namespace ${name ?? inode}`,
        says: `${protocol} ${asked.port} is listened on in network namespace ${name ?? inode}${processes === '' ? '' : ` by ${processes}`}, not in this one`,
        evidence: [{ source: 'sock_diag', says: `a listener in namespace ${inode}` }],
        remedy: `See it with: ports ${asked.port} --netns ${name ?? inode}`,
      })
    }
  }
  return found
}

async function listenersIn(os: OS, netns: number, { asked, protocols, signal }: Unheld) {
  const request = {
    netns: [netns],
    localPort: asked.port,
    protocols,
    listening: true,
    ...(signal === undefined ? {} : { signal }),
  }
  try {
    // Owners cost a look at every process, and most namespaces have no such listener.
    if ((await readTable(os, request)).rows.length === 0) return []
    const table = await readTable(os, { ...request, owners: true })
    await table.facts.prepare(table.rows, { owners: true, exposure: true })
    return listenersOf(table).map(({ protocol, pids }) => ({
      protocol,
      processes: pids.map(pid => `${table.facts.process(pid)?.name ?? '?'} (pid ${pid})`).join(', '),
    }))
  } catch (error) {
    if (isFault(error)) return [] // it ended, or may not be entered after all: `ports self` tells
    throw error
  }
}

/** Ports that automatic choice leaves out (ip_local_reserved_ports); an explicit bind still gets them. */
async function reserved(os: OS, port: number, subject: string): Promise<Finding[]> {
  const name = 'net.ipv4.ip_local_reserved_ports'
  const setting = (await os.tunables([name])).get(name)
  if (setting?.known !== true || !inRanges(setting.value, port)) return []
  return [
    {
      code: 'reserved-port',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: 'reserved by the administrator: never chosen automatically, but a program that asks for it gets it',
      evidence: [{ source: name, says: setting.value }],
    },
  ]
}

/** `8080,9148-9150`; empty where none is reserved. */
const inRanges = (ranges: string, port: number): boolean =>
  Array.from(ranges.matchAll(/(\d+)(?:-(\d+))?/g)).some(
    ([, first, last = first]) => port >= Number(first) && port <= Number(last),
  )

const TIME_WAIT = stateCode('time-wait')
