/** Rows of networks in which something is to be found: by the RFCs of NAT and by how hosts route, not by what we answer. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { networkText } from '../../faces/cli/trace/network-text.ts'
import { endsText } from '../../faces/cli/trace/packet-ends.ts'
import { isFault } from '../../model/fault.ts'
import { createNetwork, type Network, networkView } from '../../sim/sim.ts'
import { parseFlowQuestion } from '../firewall/live.ts'
import { type NetworkTraceOptions, traceNetwork } from './trace.ts'

const WEB = { sockets: [{ listen: 'tcp 0.0.0.0:80', by: 1 }] }

const plain = (text: string): string => text

const hostsOf = ({ hops }: { readonly hops: readonly { readonly host: string }[] }): string =>
  hops.map(({ host }) => host).join(' ')

function follow(network: Network, flow: string, options: NetworkTraceOptions = { reply: true }) {
  return traceNetwork(networkView(network), parseFlowQuestion(flow), options)
}

function behindGate(nft?: string): Network {
  const network = createNetwork({ seed: 1, clock: 'by-hand' })
  network.host('client', { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
  network.host('shop', { addresses: ['10.0.0.3/24'], gateway: '10.0.0.1', machine: WEB })
  network.router('gate', {
    addresses: ['lan0 10.0.0.1/24', 'wan0 192.0.2.1/24'],
    ...(nft === undefined ? {} : { nft }),
  })
  network.host('far', { addresses: ['192.0.2.9/24'], machine: WEB })
  network.lan(['gate:lan0', 'client', 'shop'])
  network.link('gate:wan0', 'far')
  return network
}

test('no translation, and no way back: the answer finds no route', async () => {
  const told = await follow(behindGate(), 'tcp 10.0.0.2:4000 -> 192.0.2.9:80')
  assert.equal(`${told.end} ${hostsOf(told)}`, 'delivered client gate far')
  assert.equal(told.reply?.fits, false)
  assert.equal(`${told.reply.end} ${hostsOf(told.reply)}`, 'no-route far')
})

test('masqueraded, it comes back by the connection that the packet would have made', async () => {
  const nft =
    'table ip n { chain post { type nat hook postrouting priority 100; oifname "wan0" masquerade; } }'
  const told = await follow(behindGate(nft), 'tcp 10.0.0.2:4000 -> 192.0.2.9:80')
  assert.equal(hostsOf(told.reply!), 'far gate client')
  assert.equal(told.reply?.fits, true)
})

const PUBLISHED = (more = ''): string => `table ip n {
  chain pre { type nat hook prerouting priority -100; ip daddr 192.0.2.1 tcp dport 80 dnat to 10.0.0.3; }
  chain post { type nat hook postrouting priority 100; ${more} }
}`

test('a published port asked from inside: the answer comes straight, and from somebody else', async () => {
  const told = await follow(behindGate(PUBLISHED()), 'tcp 10.0.0.2:4000 -> 192.0.2.1:80')
  assert.equal(hostsOf(told), 'client gate shop')
  assert.equal(hostsOf(told.reply!), 'shop client')
  assert.equal(told.reply?.fits, false)
  assert.equal(endsText(told.reply.hops.at(-1)!.packet), '10.0.0.3:80 > 10.0.0.2:4000')
})

test('unless its source is translated as well', async () => {
  const hairpin = 'ip saddr 10.0.0.0/24 ip daddr 10.0.0.3 masquerade;'
  const told = await follow(behindGate(PUBLISHED(hairpin)), 'tcp 10.0.0.2:4000 -> 192.0.2.1:80')
  assert.equal(hostsOf(told.reply!), 'shop gate client')
  assert.equal(told.reply?.fits, true)
})

test('a circle ends with the time to live', async () => {
  const network = createNetwork({ seed: 1, clock: 'by-hand' })
  network.host('client', { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
  network.router('a', { addresses: ['lan0 10.0.0.1/24', 'wan0 192.0.2.1/24'], gateway: '192.0.2.2' })
  network.router('b', { addresses: ['192.0.2.2/24'], gateway: '192.0.2.1' })
  network.link('client', 'a')
  network.link('a', 'b')
  const flow = parseFlowQuestion('udp 10.0.0.2:4000 -> 198.51.100.1:53')
  const fields = new Map([['ip ttl', 9]])
  const told = await traceNetwork(
    networkView(network),
    { ...flow, packet: { ...flow.packet, fields } },
    { reply: true },
  )
  assert.equal(told.end, 'expired')
  // Eight routers take one off, the ninth finds 1 (RFC 1812 section 5.3.1).
  assert.equal(hostsOf(told), 'client a b a b a b a b a')
  assert.match(networkText(told, plain, 80), /^┼ and round again: 6 more hosts$/m)
  assert.equal(told.isForNobody, true)
  assert.equal(told.reply, null)
})

function homes(
  profile: 'full-cone' | 'symmetric',
  outside: string | readonly string[] = '192.0.2.1/24',
): Network {
  const network = createNetwork({ seed: 1, clock: 'by-hand' })
  network.natBox('carrier', profile, { inside: '100.64.0.1/24', outside })
  for (const [name, wan] of [
    ['one', '100.64.0.2'],
    ['two', '100.64.0.3'],
  ] as const) {
    network.natBox(name, profile, { inside: '10.0.0.1/24', outside: `${wan}/24`, gateway: '100.64.0.1' })
    network.host(`host-${name}`, { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
    network.link(`host-${name}`, `${name}:lan0`)
  }
  network.host('far', { addresses: ['192.0.2.9/24'], machine: WEB })
  network.lan(['carrier:lan0', 'one:wan0', 'two:wan0'])
  network.link('carrier:wan0', 'far')
  return network
}
const FLOW = 'tcp 10.0.0.2:4000 -> 192.0.2.9:80'

test('two homes have the same address: which one has to be said (E_TRACE_START)', async () => {
  for (const from of [undefined, 'far', 'nobody'])
    await assert.rejects(
      follow(homes('full-cone'), FLOW, from === undefined ? {} : { from }),
      error => isFault(error) && error.code === 'E_TRACE_START',
    )
  const { hops } = await follow(homes('full-cone'), FLOW, { from: 'host-two' })
  assert.equal(hostsOf({ hops }), 'host-two two carrier far')
})

test('through two NATs and back, also by ports that chance chooses', async () => {
  for (const profile of ['full-cone', 'symmetric'] as const) {
    const told = await follow(homes(profile), FLOW, { from: 'host-one', reply: true })
    assert.equal(hostsOf(told.reply!), 'far carrier one host-one')
    assert.equal(told.reply?.fits, true)
    const seen = endsText(told.hops.at(-1)!.packet)
    assert.equal(seen, `192.0.2.1:${profile === 'symmetric' ? '?' : 4000} > 192.0.2.9:80`)
  }
})

test('of several outside addresses chance takes one, and nobody can say where answers go', async () => {
  const network = homes('full-cone', ['192.0.2.1/24', '192.0.2.2/24'])
  const told = await follow(network, FLOW, { from: 'host-one', reply: true })
  assert.equal(`${told.end} ${told.reply?.end}`, 'delivered unforeseen')
})

test('what is for everybody on a link', async () => {
  const told = await follow(behindGate(), 'udp 10.0.0.2:68 -> 10.0.0.255:67')
  assert.equal(`${told.end} ${hostsOf(told)}`, 'everybody client')
})
