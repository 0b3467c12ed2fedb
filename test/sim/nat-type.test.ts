/**
 * `nat type` on simulated hosts behind each kind of NAT box, and behind a Linux that masquerades: the packets are real ones, over
 * links, routers and sockets of the simulated network.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Endpoint } from '../../src/model/endpoint.ts'
import { NAT_PROFILES, type NatProfileName } from '../../src/model/nat/profiles.ts'
import { createNetwork, type Network, type SimulatedHost } from '../../src/sim/sim.ts'
import { natType } from '../../src/tools/nat/nat.ts'
import { A1, at, stunAnswer } from '../../src/tools/nat/type/imitated-nat.cases.ts'

/** The other end of the same server. */
const B2 = at('203.0.113.8', 3479)

/** A STUN server at two addresses and two ports (RFC 5780 section 4). */
function serve(server: SimulatedHost): void {
  const sites = [A1.address, B2.address].flatMap(address => [A1.port, B2.port].map(port => at(address, port)))
  const sockets = sites.map(site => {
    const socket = server.createSocket('udp4', (message, from) => {
      const said = stunAnswer(message, at(from.address, from.port), site)
      if (said === undefined) return
      const by = sites.findIndex(one => one.address === said.site.address && one.port === said.site.port)
      sockets[by]!.send(said.bytes, from.port, from.address)
    })
    return socket.bind(site.port, site.address)
  })
}

function behind(nat: NatProfileName | 'linux' | 'none'): {
  readonly network: Network
  readonly host: SimulatedHost
} {
  const network = createNetwork({ speed: Infinity })
  const server = network.host('server', {
    addresses: [`${A1.address}/24`, `${B2.address}/24`],
    gateway: '203.0.113.1',
  })
  const inside = ['192.168.1.20/24', '192.168.1.21/24']
  const host = network.host('laptop', { addresses: inside, gateway: '192.168.1.1' })
  const [lan, wan] = ['192.168.1.1/24', '198.51.100.1/24']
  if (nat === 'linux' || nat === 'none')
    network.router('nat', {
      addresses: [`lan0 ${lan}`, `wan0 ${wan}`],
      gateway: '198.51.100.254',
      ...(nat === 'none'
        ? {}
        : {
            nft: 'table ip t { chain p { type nat hook postrouting priority srcnat; oifname wan0 masquerade; }; }',
          }),
    })
  else network.natBox('nat', nat, { inside: lan, outside: wan, gateway: '198.51.100.254' })
  network.router('world', {
    addresses: ['eth0 198.51.100.254/24', 'eth1 203.0.113.1/24'],
    ...(nat === 'none' ? { routes: ['192.168.1.0/24 via 198.51.100.1'] } : {}),
  })
  network.link(host, 'nat', { delayMs: 2 })
  network.link('nat', 'world', { delayMs: 10 })
  network.link('world', server, { delayMs: 5 })
  serve(server)
  return { network, host }
}

const server: Endpoint = A1

for (const [name, profile] of Object.entries(NAT_PROFILES))
  test(`behind ${name}`, async () => {
    const { network, host } = behind(name as NatProfileName)
    const { mapping, filtering, hairpin } = await natType(host.os, { server })
    assert.deepEqual(
      [mapping, filtering, hairpin].map(one => one.known && one.value),
      [profile.mapping, profile.filtering, profile.hairpin],
    )
    network.close()
  })

test('behind a Linux that masquerades: independent until ports collide, and filtering by address and port', async () => {
  const { network, host } = behind('linux')
  const { name, mappingAtFirst, mapping, filtering } = await natType(host.os, { server })
  assert.equal(name, 'linux')
  assert.equal(mappingAtFirst.known && mappingAtFirst.value, 'endpoint-independent')
  assert.equal(mapping.known && mapping.value, 'address-and-port-dependent')
  assert.equal(filtering.known && filtering.value, 'address-and-port-dependent')
  network.close()
})

test('behind no NAT', async () => {
  const { network, host } = behind('none')
  const { name } = await natType(host.os, { server })
  assert.equal(name, 'none')
  network.close()
})
