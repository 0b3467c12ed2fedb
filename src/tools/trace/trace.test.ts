/** What a trace needs beside the drawing, which golden files show: what it says where something can't be known. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gatehouse } from '../../../test/golden/gatehouse.ts'
import { runFake } from '../../faces/cli/fake-context.ts'
import { unknown } from '../../model/known.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { parseFlowQuestion, readHost, readRuleset } from '../firewall/firewall.ts'
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
