/**
 * The model of the port space beside the running kernel: random programs, some always the same and some new with every
 * run. A disagreement is shown shrunk, as a row for `cases/`.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { whyNoStage } from '../stage/stage.ts'
import { campaign } from './campaign.ts'
import type { OpenModel } from './judge.ts'
import { openKernel } from './kernel.ts'
import { openModel } from './open-model.ts'
import { PROFILE_NAMES, type ProfileName } from './profile.ts'
import { printRow } from './shrink.ts'

const why = whyNoStage()
const FRESH = Math.floor(Math.random() * 2 ** 31)

const CAMPAIGNS: readonly (readonly [
  name: string,
  seed: number,
  programs: number,
  profiles: readonly ProfileName[],
])[] = [
  ['3,000 programs that are always the same', 20_251_122, 3000, PROFILE_NAMES],
  [`3,000 new programs, seed ${FRESH}`, FRESH, 3000, PROFILE_NAMES],
  [`1,000 new rounds of demultiplexing, seed ${FRESH}`, FRESH, 1000, ['demux', 'groups']],
]

test('kernel and model agree', { skip: why ?? false, concurrency: false }, async t => {
  const kernel = await openKernel()
  try {
    for (const [name, seed, programs, profiles] of CAMPAIGNS) {
      await t.test(name, async () => {
        const { found, steps } = await campaign(kernel, openModel, { programs, seed, profiles, enough: 3 })
        assert.equal(found.map(printRow).join('\n'), '')
        assert.ok(steps > 10 * programs, `${steps} outcomes`)
      })
    }
  } finally {
    await kernel.close()
  }
})

/** A model that knows no conflict: every bind() that the real one refuses as taken succeeds. */
const careless: OpenModel = surroundings => {
  const model = openModel(surroundings)
  return {
    outside: action => model.outside(action),
    adopt: (action, outcome) => model.adopt(action, outcome),
    localEnd: id => model.localEnd(id),
    peerEnd: id => model.peerEnd(id),
    expect(action) {
      const expected = model.expect(action)
      return action.do === 'bind' && expected.errnos.includes('EADDRINUSE') ? { errnos: ['OK'] } : expected
    },
  }
}

test('a model that is wrong is found out, and shown in few lines', { skip: why ?? false }, async () => {
  const kernel = await openKernel()
  try {
    const { found } = await campaign(kernel, careless, {
      programs: 200,
      seed: 1,
      profiles: ['tcp'],
      enough: 1,
    })
    assert.equal(found.length, 1)
    assert.equal(found[0]!.why, 'EADDRINUSE instead of OK')
    const { actions } = found[0]!.program
    assert.ok(actions.length <= 6 && actions.at(-1)!.do === 'bind', JSON.stringify(actions))
  } finally {
    await kernel.close()
  }
})
