/** can-bind of SCTP and DCCP: rules that no kernel has judged say so, and a kernel without the protocol is named first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { Protocol } from '../../model/protocol.ts'
import { systemNamed } from '../../model/space/systems/systems.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { canBind, canBindOn } from './bind.ts'

const SERVER: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 192.0.2.10/24', 'eth0 fe80::1/64'],
  processes: [{ pid: 812, run: 'amf', uid: 1000 }],
  tunables: { 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.osrelease': '6.12.9' },
}

const ask = (
  protocol: Protocol,
  machine: MachineDescription,
  trial: boolean,
  address = '0.0.0.0',
  port = 3868,
) =>
  canBind(openMemory({ ...SERVER, ...machine }), {
    protocol,
    address: parseAddress(address),
    port,
    uid: 1000,
    trial,
  })

const HELD: readonly [protocol: Protocol, listen: string][] = [
  ['sctp', 'sctp 0.0.0.0:3868'],
  ['dccp', 'dccp 0.0.0.0:3868'],
]
for (const [protocol, listen] of HELD) {
  for (const trial of [true, false])
    test(`${protocol}: who holds the port is named, inferred, and the rules are called unjudged${trial ? '' : ', untried'}`, async () => {
      const { verdict, errno, tried, reasons } = await ask(
        protocol,
        { sockets: [{ listen, by: 812 }] },
        trial,
      )
      assert.deepEqual([verdict, errno, tried], ['no', 'EADDRINUSE', trial])
      assert.deepEqual(
        reasons.map(({ code, certainty }) => [code, certainty]),
        [
          ['port-listened-on', 'inferred'],
          ['rules-unjudged', 'proven'],
        ],
      )
      assert.match(reasons[1]!.says, /^no kernel has judged these rules/)
    })

  test(`${protocol}: a TCP holder never stands in its way`, async () => {
    const { verdict } = await ask(protocol, { sockets: [{ listen: 'tcp 0.0.0.0:3868', by: 812 }] }, true)
    assert.equal(verdict, 'yes')
  })

  test(`${protocol}: what the system grants needs no rules`, async () => {
    const { verdict, reasons } = await ask(protocol, {}, true)
    assert.deepEqual([verdict, reasons], ['yes', []])
  })
}

const LACKING: readonly [protocol: Protocol, errno: string, remedy: RegExp][] = [
  ['sctp', 'EPROTONOSUPPORT', /modprobe sctp/],
  ['dccp', 'ESOCKTNOSUPPORT', /DCCP left Linux in 6\.16/],
]
for (const [protocol, wanted, remedy] of LACKING)
  test(`${protocol}: a kernel that lacks it says so first, with ${wanted}`, async () => {
    const { verdict, errno, reasons } = await ask(protocol, { lacks: [protocol] }, true)
    assert.deepEqual([verdict, errno], ['no', wanted])
    assert.deepEqual([reasons[0]!.code, reasons[0]!.certainty], ['protocol-missing', 'proven'])
    assert.match(reasons[0]!.remedy!, remedy)
  })

test('without a trial it depends on whether the kernel has SCTP', async () => {
  const { verdict, errno, reasons } = await ask('sctp', {}, false)
  assert.deepEqual([verdict, errno], ['depends', null])
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['protocol-untried', 'rules-unjudged'],
  )
})

test('somebody who uses SCTP shows that the kernel has it', async () => {
  const { verdict } = await ask(
    'sctp',
    { sockets: [{ listen: 'sctp 192.0.2.10:3868', by: 812 }] },
    false,
    '127.0.0.1',
  )
  assert.equal(verdict, 'yes')
})

test('DCCP and a kernel from 6.16 on: the version tells without a trial', async () => {
  const { verdict, errno, reasons } = await ask('dccp', { tunables: { 'kernel.osrelease': '6.16.1' } }, false)
  assert.deepEqual([verdict, errno, reasons[0]!.certainty], ['no', 'ESOCKTNOSUPPORT', 'inferred'])
})

test('SCTP looks at the address before the privilege, in IPv6 too (sctp_do_bind)', async () => {
  assert.equal((await ask('sctp', {}, false, '2001:db8::7', 80)).errno, 'EADDRNOTAVAIL')
  assert.equal((await ask('dccp', {}, false, '2001:db8::7', 80)).errno, 'EACCES')
})

test('a link-local address without a zone is none of ours to SCTP (sctp_inet6_bind_verify)', async () => {
  const { errno, reasons } = await ask('sctp', {}, false, 'fe80::1')
  assert.deepEqual([errno, reasons[0]!.code], ['EADDRNOTAVAIL', 'zone-missing'])
})

test('an SCTP socket at a real IPv6 address stands in the way of the IPv4 wildcard, a DCCP socket does not', async () => {
  const at = async (protocol: Protocol) => {
    const sockets = [{ bound: `${protocol} [::1]:3868`, by: 812, v6only: protocol === 'dccp' }]
    return (await ask(protocol, { sockets }, false)).verdict
  }
  assert.deepEqual([await at('sctp'), await at('dccp')], ['no', 'yes'])
})

test('of other systems nobody says', async () => {
  const system = systemNamed('freebsd')
  assert.ok(!system.judged)
  const asked = {
    protocol: 'sctp',
    address: parseAddress('0.0.0.0'),
    port: 3868,
    uid: 0,
    trial: false,
  } as const
  const { verdict, reasons } = await canBindOn(openMemory(SERVER), system, asked)
  assert.deepEqual([verdict, reasons[0]!.code], ['depends', 'rules-unknown'])
})
