/** The profiles of our own NAT model, which has the RFCs' judges: each must be told apart for what it is. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Endpoint } from '../../../model/endpoint.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import { NatBox, type NatPacket } from '../../../model/nat/nat-box.ts'
import { NAT_PROFILES, type NatProfileName } from '../../../model/nat/profiles.ts'
import type { Port } from '../../../model/port.ts'
import type { DatagramPeer } from '../../../os/memory/datagrams.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { A1, at, stunAnswer } from './imitated-nat.cases.ts'
import { natType } from './type.ts'

const UDP = 17
const OUTSIDE = at('198.51.100.1', 0)

const packetOf = (from: Endpoint, to: Endpoint): NatPacket => ({
  protocol: UDP,
  source: Number(addressScalar(from.address)),
  sourcePort: from.port,
  destination: Number(addressScalar(to.address)),
  destinationPort: to.port,
})
const endOf = (address: number, port: number): Endpoint => ({
  address: scalarAddress(address, 'ipv4'),
  port: port as Port,
})

/** The profiles keep UDP for five minutes. */
const LASTS = { atLeast: 295, below: 305 }

/** The server behind such a NAT. */
function behind(name: NatProfileName, now: () => number): DatagramPeer {
  let seed = 7
  const random = (): number => {
    seed = (seed * 48_271) % 0x7fffffff
    return seed / 0x7fffffff
  }
  const box = new NatBox(NAT_PROFILES[name], { external: [Number(addressScalar(OUTSIDE.address))], random })
  return ({ bytes, from, to }) => {
    const out = box.outbound(packetOf(from, to), now())
    if (out.kind === 'dropped') return []
    const { packet } = out
    const source = endOf(packet.source, packet.sourcePort)
    if (out.kind === 'hairpin')
      return [{ bytes, from: source, to: endOf(packet.destination, packet.destinationPort) }]
    const said = stunAnswer(bytes, source, to)
    if (said === undefined) return []
    const back = box.inbound(packetOf(said.site, { ...source, port: said.port as Port }), now())
    if (back.kind !== 'passed') return []
    return [
      { bytes: said.bytes, from: said.site, to: endOf(back.packet.destination, back.packet.destinationPort) },
    ]
  }
}

const NAMES: Readonly<Record<NatProfileName, string>> = {
  'full-cone': 'full-cone',
  'address-restricted': 'address-restricted',
  'port-restricted': 'port-restricted',
  symmetric: 'symmetric',
  // By what RFC 6888 asks of it, it is a full cone.
  'carrier-grade': 'full-cone',
}

for (const [name, profile] of Object.entries(NAT_PROFILES) as [
  NatProfileName,
  (typeof NAT_PROFILES)[NatProfileName],
][])
  test(`${name} is told apart`, async () => {
    const os = openMemory({ addresses: ['eth0 192.168.1.20/24', 'eth0 192.168.1.21/24'] })
    os.machine.onDatagram.add(behind(name, () => os.clock.now()))
    let done = false
    const asking = natType(os, { server: A1, lifetimeMs: 400_000 })
    const end = (): void => {
      done = true
    }
    asking.then(end, end)
    while (!done) {
      if (os.clock.sleepers > 0) await os.clock.advance(100)
      await new Promise(resolve => setImmediate(resolve))
    }
    const found = await asking
    const { mapping, filtering, hairpin, ports, lifetime } = found
    assert.equal(found.name, NAMES[name])
    assert.deepEqual(
      [mapping, filtering, hairpin].map(one => one.known && one.value),
      [profile.mapping, profile.filtering, profile.hairpin],
    )
    assert.equal(ports.known && ports.value.preservation, profile.preservesPort ? 'always' : 'never')
    assert.deepEqual(lifetime.known && lifetime.value, LASTS)
    if (found.collision.known) assert.equal(found.collision.value.overloads, profile.overloads)
  })
