/** What a trace needs beside the drawing, which golden files show: what it says where something can't be known. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gatehouse } from '../../../test/golden/gatehouse.ts'
import { runFake } from '../../faces/cli/fake-context.ts'
import { unknown } from '../../model/known.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { parseFlowQuestion, readHost, readRuleset } from '../firewall/live.ts'
import { traceFlow } from './trace.ts'

async function traced(machine: MachineDescription, flow: string) {
  const os = openMemory(machine)
  const host = await readHost(os)
  assert.ok(host.known)
  const { ruleset } = await readRuleset(os)
  return traceFlow(os, { ruleset, host: host.value }, parseFlowQuestion(flow))
}
const ANSWER = 'udp 203.0.113.9:53 -> 198.51.100.2:5000'

test('an answer goes the way of its connection', async () => {
  const { stages, tracked } = await traced(gatehouse, ANSWER)
  assert.ok(tracked)
  assert.deepEqual(stages.find(({ stage }) => stage === 'dnat')?.did, { kind: 'translated', stored: true })
})

test('where connections can’t be read, a packet is what it says it is', async () => {
  const blind: MachineDescription = { ...gatehouse, tracked: unknown('denied') }
  const first = await traced(blind, ANSWER)
  assert.equal(first.tracked, false)
  assert.equal(first.decision.kind, 'drop')
  const { decision } = await traced(blind, `${ANSWER} state established`)
  assert.equal(decision.kind, 'accept')
})

test('what is said of the state wins over what is tracked', async () => {
  const { decision } = await traced(gatehouse, `${ANSWER} state new`)
  assert.equal(decision.kind, 'drop')
})

test('without routes there is no way: E_ROUTES_UNREADABLE', async () => {
  const os = openMemory({ addresses: ['eth0 192.0.2.1/24'] })
  const { status, err } = await runFake(['trace', 'tcp 192.0.2.9:1 -> 192.0.2.1:2', '--json'], { os })
  assert.equal(status, 4)
  assert.match(err, /^ports: the routes of this machine can’t be read/)
})

test('what comes from loopback doesn’t leave the machine, unless that is allowed', async () => {
  const flow = 'udp 127.0.0.1:5000 -> 203.0.113.9:53'
  const { end, stages } = await traced(gatehouse, flow)
  assert.equal(end, 'no-route')
  assert.equal(stages.at(-1)?.stage, 'routing')
  const allowed = {
    ...gatehouse,
    tunables: { ...gatehouse.tunables, 'net.ipv4.conf.all.route_localnet': '1' },
  }
  assert.equal((await traced(allowed, flow)).end, 'sent')
})

test('a device whose packets aren’t passed on', async () => {
  const flow = 'udp 192.168.1.20:5000 -> 203.0.113.9:123'
  const closed = { ...gatehouse, tunables: { ...gatehouse.tunables, 'net.ipv4.conf.lan.forwarding': '0' } }
  assert.deepEqual(
    [(await traced(gatehouse, flow)).end, (await traced(closed, flow)).end],
    ['sent', 'not-forwarding'],
  )
})
