/** A host behind an agent, held to the suite of the seam: all in one process, the words between them as text. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { LOOPBACK_V4 } from '../../model/address.ts'
import { CONFORMANCE, runCase, type Stage } from '../conformance.ts'
import { honest, stageOf } from '../defective-host.cases.ts'
import { throughAgent } from './pair.cases.ts'

/** Leases end with their holder, who would be the agent. */
const NOT_FROM_AFAR = 'claims'

async function openStage(): Promise<Stage> {
  const { claims: _, ...stage } = stageOf(honest())
  return { ...stage, os: (await throughAgent(stage.os)).os }
}

for (const one of CONFORMANCE)
  if (!one.needs.includes(NOT_FROM_AFAR)) test(`through an agent: ${one.name}`, () => runCase(one, openStage))

test('what can’t be done from afar is refused with the reason', async () => {
  const { os } = await openStage()
  await assert.rejects(os.claims(), { code: 'E_LEASE_UNSUPPORTED', message: /ssh:\/\/web/ })
  await assert.rejects(os.become({ program: 'true', words: [], env: {} }), { code: 'E_PROGRAM' })
  const { filter } = os.acts
  await assert.rejects(filter.openDesk({ waitMs: 0, what: 'x' }), { code: 'E_FW_UNSUPPORTED' })
  await assert.rejects(filter.watch(), { code: 'E_FW_UNSUPPORTED' })
  assert.equal((await filter.runManager(['ufw', 'allow', '1'])).kind, 'unsupported')
  assert.equal((await filter.persist({ files: [], commands: [] })).kind, 'unsupported')
  await os.close()
})

test('it is the other host by name, platform and clock', async () => {
  const host = honest()
  const { os } = await throughAgent(host)
  assert.deepEqual([os.hostname, os.platform, os.netns], [host.hostname, host.platform, host.netns])
  assert(Math.abs(os.clock.now() - host.clock.now()) < 1000)
  await os.close()
})

test('when it is closed, the agent closes its host', async () => {
  let closed = 0
  const host = honest()
  const { os, served } = await throughAgent({
    ...host,
    close: async () => {
      closed++
      await host.close()
    },
  })
  await os.close()
  await served
  assert.equal(closed, 1)
  await assert.rejects(os.can(), { code: 'E_REMOTE_LOST' })
  assert.equal(
    await os.bind({ protocol: 'tcp', address: LOOPBACK_V4, port: 0 }).catch(e => e.code),
    'E_REMOTE_LOST',
  )
})
