/**
 * UDP hole punching (RFC 5128 section 3.3) as programs do it with datagram sockets: two hosts behind NATs learn from a server on the
 * outside under which endpoint the other is seen, and send to it. Which pairs of NATs let that through is long known: all but
 * those in which one side answers from another port than the other side lets in.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { createNetwork, type NatProfileName } from '../../src/sim/sim.ts'

const SERVER = '203.0.113.10'
const RENDEZVOUS = 3478
const ROUNDS = 5

const NATS: readonly NatProfileName[] = ['full-cone', 'address-restricted', 'port-restricted', 'symmetric']

const fails = (one: NatProfileName, other: NatProfileName): boolean =>
  [one, other].includes('symmetric') &&
  [one, other].every(nat => nat === 'symmetric' || nat === 'port-restricted')

/** Whether both peers hear an answer to what they sent each other. */
async function punch(nats: readonly [NatProfileName, NatProfileName]): Promise<boolean> {
  const network = createNetwork({ seed: 5, clock: 'by-hand' })
  const router = network.router('internet', {
    addresses: ['eth0 203.0.113.1/24', 'eth1 198.51.100.1/24', 'eth2 192.0.2.1/24'],
  })
  const server = network.host('server', { addresses: [`${SERVER}/24`], gateway: '203.0.113.1' })
  network.link(server, router, { delayMs: 10 })
  const outsides = ['198.51.100.2/24', '192.0.2.2/24']
  const peers = nats.map((profile, i) => {
    const box = network.natBox(`nat${i}`, profile, {
      inside: '10.0.0.1/24',
      outside: outsides[i]!,
      gateway: outsides[i]!.replace('.2/24', '.1'),
    })
    const host = network.host(`peer${i}`, { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
    network.link(host, box, { delayMs: 1 })
    network.link(box, router, { delayMs: 10 })
    return host.createSocket('udp4')
  })
  try {
    const seen: { address: string; port: number }[] = []
    const meeting = server.createSocket('udp4')
    meeting.on('message', (_, from) => {
      seen.push(from)
      if (seen.length < 2) return
      for (const [i, { address, port }] of seen.entries()) {
        const other = seen[1 - i]!
        meeting.send(`${other.address} ${other.port}`, port, address)
      }
    })
    meeting.bind(RENDEZVOUS)
    await network.advance(1)
    const answered = [false, false]
    const told = peers.map(async (peer, i) => {
      peer.send('hello', RENDEZVOUS, SERVER)
      // The server tells them in the order in which they came.
      const [message] = (await once(peer, 'message')) as [Buffer]
      const [address = '', port] = String(message).split(' ')
      const target = { peer, address, port: Number(port) }
      peer.on('message', (text, from) => {
        if (String(text) === 'answer') answered[i] = true
        if (String(text) !== 'punch') return
        peer.send('answer', from.port, from.address)
        // Where the other is really heard from is better than what the server saw (RFC 8445: peer reflexive).
        Object.assign(target, { address: from.address, port: from.port })
      })
      return target
    })
    await network.advance(200)
    const targets = await Promise.all(told)
    for (let round = 0; round < ROUNDS; round++) {
      for (const { peer, address, port } of targets) peer.send('punch', port, address)
      await network.advance(200)
    }
    return answered.every(one => one)
  } finally {
    network.close()
  }
}

for (const one of NATS) {
  for (const other of NATS.slice(NATS.indexOf(one))) {
    test(
      `${one} and ${other}: ${fails(one, other) ? 'no way' : 'they meet'}`,
      { timeout: 20_000 },
      async () => assert.equal(await punch([one, other]), !fails(one, other)),
    )
  }
}
