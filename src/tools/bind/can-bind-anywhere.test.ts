import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { canBindAnywhere } from './bind.ts'

const ask = (machine: MachineDescription, v6only = false) =>
  canBindAnywhere(openMemory(machine), { protocol: 'tcp', port: 3000, uid: 1000, trial: true, v6only })

const HELD: MachineDescription = {
  processes: [{ pid: 812, run: 'server', uid: 1000 }],
  sockets: [{ listen: 'tcp 127.0.0.1:3000', by: 812 }],
}
const OFF = { 'net.ipv6.conf.all.disable_ipv6': '1' }

const ROWS: readonly [
  says: string,
  machine: MachineDescription,
  at: string,
  verdict: string,
  notes: string[],
][] = [
  ['with IPv6, both families are asked about', {}, '::', 'yes', []],
  ['without IPv6 in the kernel, IPv4 alone', { lacks: ['ipv6'] }, '0.0.0.0', 'yes', ['ipv6-off']],
  [
    'without IPv6 in the kernel, who holds the IPv4 port is named first',
    { ...HELD, lacks: ['ipv6'] },
    '0.0.0.0',
    'no',
    ['port-listened-on', 'ipv6-off'],
  ],
  ['with IPv6 switched off the socket is made, and gets IPv4', { tunables: OFF }, '::', 'yes', ['ipv6-off']],
  [
    'with IPv6 switched on nothing is said',
    { tunables: { ...OFF, 'net.ipv6.conf.all.disable_ipv6': '0' } },
    '::',
    'yes',
    [],
  ],
]
for (const [says, machine, at, verdict, notes] of ROWS)
  test(says, async () => {
    const answer = await ask(machine)
    assert.deepEqual([answer.endpoint.address, answer.verdict], [at, verdict])
    assert.deepEqual(
      answer.reasons.map(({ code }) => code),
      notes,
    )
  })

test('who asks for IPv6 alone where there is none gets the refusal', async () => {
  const { verdict, errno, reasons } = await ask({ lacks: ['ipv6'] }, true)
  assert.deepEqual([verdict, errno, reasons[0]!.code], ['no', 'EAFNOSUPPORT', 'ipv6-off'])
})
