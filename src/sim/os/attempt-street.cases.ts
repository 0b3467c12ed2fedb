/** A client, a router with rules, a server that listens: where attempts of simulated hosts are tried. */
import assert from 'node:assert/strict'
import { parseAddress } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import type { Attempt, AttemptRequest, IcmpError } from '../../os/attempt.ts'
import { createNetwork, type HostOptions, type Network, type SimulatedHost } from '../sim.ts'

export const [CLIENT, ROUTER, SERVER] = ['10.0.1.2', '10.0.1.1', '10.0.2.2'].map(parseAddress)
export const SERVER_V6 = parseAddress('fd00:2::2')

export interface Street {
  readonly network: Network
  readonly client: SimulatedHost
}

export function street(router: HostOptions = {}, client: HostOptions = {}): Street {
  const network = createNetwork({ speed: Infinity })
  const asking = network.host('client', {
    addresses: [`${CLIENT}/24`, 'fd00:1::2/64'],
    gateway: [ROUTER!, 'fd00:1::1'],
    ...client,
  })
  network.router('router', {
    addresses: ['eth0 10.0.1.1/24', 'eth0 fd00:1::1/64', 'eth1 10.0.2.1/24', 'eth1 fd00:2::1/64'],
    ...router,
  })
  network.host('server', {
    addresses: [`${SERVER}/24`, `${SERVER_V6}/64`],
    gateway: ['10.0.2.1', 'fd00:2::1'],
    machine: {
      sockets: [
        { listen: 'tcp 10.0.2.2:80' },
        { listen: 'tcp [fd00:2::2]:80' },
        { bound: 'udp 10.0.2.2:53' },
      ],
    },
  })
  network.link(asking, 'router', { delayMs: 1 })
  network.link('router', 'server', { delayMs: 1 })
  return { network, client: asking }
}

export async function trying<T>(
  { network, client }: Street,
  request: Omit<Partial<AttemptRequest>, 'to'> & { readonly to?: string; readonly port?: number },
  look: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { to = SERVER as string, port = 80, protocol = 'tcp', ...more } = request
  const end = { address: parseAddress(to), port: port as Port }
  const asked = { protocol, watch: true, ...more, to: end }
  try {
    const attempt = await client.os.reach.attempt(asked, { timeoutMs: 5000 })
    try {
      return await look(attempt)
    } finally {
      await attempt.close()
    }
  } finally {
    network.close()
  }
}

export const framesOf = async (attempt: Attempt): Promise<readonly string[]> => {
  const { frames } = await attempt.seen()
  assert.ok(frames.known)
  return frames.value.map(({ way, device, flags, icmp, hops, protocol }) =>
    [way, device, icmp === undefined ? (flags ?? protocol) : `icmp-${icmp.type}/${icmp.code}`, hops].join(
      ' ',
    ),
  )
}

export const errorsOf = async (attempt: Attempt): Promise<readonly Omit<IcmpError, 'atMs'>[]> => {
  const { icmp } = await attempt.seen()
  assert.ok(icmp.known)
  return icmp.value.map(({ atMs, ...rest }) => {
    assert.ok(atMs >= 0)
    return rest
  })
}
