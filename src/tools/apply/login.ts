/**
 * Where the person sits who runs this command: which connection, console or terminal it was typed at.
 *
 * sshd writes the flow into the environment (`SSH_CONNECTION`), sudo takes it out again, and tmux keeps an old one; so
 * the environments of all that started us are looked at, and which of them holds a connection that came in. Inside of
 * tmux, screen and mosh the flow is often one that is gone by then.
 */
import { parseAddress, scopeOf, unmap } from '../../model/address.ts'
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import { isUnixName } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS } from '../../os/os.ts'
import { readTable } from '../sockets/sockets.ts'

export type Login =
  | {
      readonly kind: 'connection'
      readonly local: Endpoint
      readonly peer: Endpoint
      /** The kernel's name for the socket; null where there is no such connection any more. */
      readonly cookie: string | null
    }
  /** `tty1`: of the machine itself. A terminal is one that no connection is known to lead to. */
  | { readonly kind: 'console' | 'terminal'; readonly name: string }
  | { readonly kind: 'unknown'; readonly why: string }

interface Connection {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly cookie: string
  readonly pids: readonly number[]
  /** Somebody listens on its port, so it came in. */
  readonly cameIn: boolean
}

const CONSOLE = /^(?:tty\d+|ttyS\d+|ttyAMA\d+|ttyUSB\d+|hvc\d+|console)$/

export async function loginOf(os: OS): Promise<Login> {
  const lineage = await os.acts.filter.lineage()
  const connections = await connectionsOf(os)
  const told = lineage.find(({ sshConnection }) => sshConnection !== null)?.sshConnection ?? null
  const flow = told === null ? null : flowOf(told)
  const same = connections.find(one => flow !== null && isFlow(one, flow))
  if (same !== undefined) return loginBy(same)
  for (const { pid } of lineage) {
    const held = connections.find(({ pids, cameIn }) => cameIn && pids.includes(pid))
    if (held !== undefined) return loginBy(held)
  }
  if (flow !== null) return { kind: 'connection', ...flow, cookie: null }
  const terminal = lineage.find(one => one.terminal !== null)?.terminal ?? null
  // The first process is nobody's session.
  const hidden = lineage.find(one => one.hidden && one.pid !== 1)
  if (hidden !== undefined && (terminal === null || !CONSOLE.test(terminal)))
    return {
      kind: 'unknown',
      why: `the environment of process ${hidden.pid}, which this was started from, may not be read`,
    }
  if (terminal !== null) return { kind: CONSOLE.test(terminal) ? 'console' : 'terminal', name: terminal }
  return { kind: 'unknown', why: 'it was started at no terminal, by nothing that holds a connection' }
}

function loginBy({ local, peer, cookie }: Connection): Login {
  const from = formatEndpoint(peer)
  // What carries it further, a proxy or a forwarder, can't be seen from here.
  if (scopeOf(unmap(peer.address)) === 'loopback')
    return {
      kind: 'unknown',
      why: `it came over loopback, from ${from}: from where before that can’t be seen`,
    }
  // Without netlink there are no cookies (`/proc/net/tcp` has none).
  if (cookie === '0')
    return { kind: 'unknown', why: `the age of the connection from ${from} is not told here` }
  return { kind: 'connection', local, peer, cookie }
}

async function connectionsOf(os: OS): Promise<readonly Connection[]> {
  const table = await readTable(os, {
    protocols: ['tcp'],
    states: ['listen', 'established', 'close-wait'],
    owners: true,
  })
  const sockets = Array.from(table.rows, row => socketAt(table.columns, row))
  const listening = new Set(
    sockets.flatMap(({ state, local }) => (state === 'listen' && !isUnixName(local) ? [local.port] : [])),
  )
  return sockets.flatMap(({ state, local, peer, cookie, inode }): Connection[] => {
    if (state === 'listen' || isUnixName(local) || peer === undefined || isUnixName(peer)) return []
    const pids = table.owners?.of(inode).map(({ pid }) => pid) ?? []
    return [{ local, peer, cookie: String(cookie), pids, cameIn: listening.has(local.port) }]
  })
}

/** Of all TCP connections of our network namespace, by which one that is there now is known later. */
export async function connectionCookies(os: OS): Promise<readonly string[]> {
  const cookies: string[] = []
  for await (const columns of os.sockets({ protocols: ['tcp'] })) {
    for (let row = 0; row < columns.length; row++) cookies.push(String(columns.cookie[row]))
  }
  return cookies
}

/** `192.0.2.7 50000 192.0.2.1 22`: client and server (ssh(1)). */
function flowOf(told: string): { readonly local: Endpoint; readonly peer: Endpoint } | null {
  const [, client, clientPort, server, serverPort] =
    /^(\S+) (\d{1,5}) (\S+) (\d{1,5})$/.exec(told.trim()) ?? []
  if (serverPort === undefined) return null
  const end = (address: string, port: string): Endpoint => ({
    address: unmap(parseAddress(address)),
    port: Number(port) as Endpoint['port'],
  })
  try {
    return { peer: end(client!, clientPort!), local: end(server!, serverPort) }
  } catch (error) {
    // Somebody else's variable may hold anything.
    if (!isFault(error)) throw error
    return null
  }
}

const isFlow = (one: Connection, { local, peer }: { local: Endpoint; peer: Endpoint }): boolean =>
  one.local.port === local.port &&
  one.peer.port === peer.port &&
  unmap(one.peer.address) === peer.address &&
  unmap(one.local.address) === local.address

export function loginText(login: Login): string {
  switch (login.kind) {
    case 'connection':
      return formatEndpoint(login.peer)
    case 'console':
    case 'terminal':
      return `${login.kind} ${login.name}`
    case 'unknown':
      return 'a place that can’t be told'
  }
}
