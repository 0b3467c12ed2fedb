/** Whoever is killed with -9, and whenever: our table ends as it was or as confirmed, whole, and all others as they were. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { PORTS } from '../stage/troupe.ts'
import { Berth, kill, skip } from './berth.ts'
import { type InBetween, nftInBetween } from './nft-in-between.ts'
import { NEW, OLD, others } from './scenery.ts'

/** A berth with rules of everybody, and what they look like. */
async function scene(): Promise<{ berth: Berth; nft: InBetween; old: string; theirs: string }> {
  const berth = await Berth.open()
  try {
    await others(berth)
    await berth.load(OLD)
    const [old, theirs] = [await berth.own(), await berth.others()]
    return { berth, nft: await nftInBetween(berth), old, theirs }
  } catch (error) {
    await berth.close()
    throw error
  }
}

const WHEN = ['before', 'after'] as const

test('the one that applies is killed at each call of nft, and its watchdog, too', { skip }, async t => {
  const { berth, nft, old, theirs } = await scene()
  try {
    const rules = berth.file('rules.nft', NEW)
    nft.restart()
    assert.equal((await berth.fw('apply', rules)).status, 0)
    const steps = nft.calls()
    assert.ok(steps.length >= 6, steps.join('\n'))
    const fresh = await berth.own()
    assert.notEqual(fresh, old)
    assert.equal((await berth.fw('rollback')).status, 0)
    await berth.unwatched()
    assert.equal(await berth.own(), old)
    for (const [i, step] of steps.entries()) {
      for (const when of WHEN) {
        await t.test(`${when} call ${i + 1}, nft ${step}`, async () => {
          nft.restart()
          nft.killAt(i + 1, when)
          const { status } = await berth.fw('apply', rules)
          assert.notEqual(status, 0)
          nft.restart()
          // Whole in between: either the one or the other.
          assert.ok([old, fresh].includes(await berth.own()))
          for (const pid of berth.watchdogs()) kill(pid, 'SIGKILL')
          await berth.unwatched()
          const { status: told, out } = await berth.fw('status')
          assert.equal(told, 0, out)
          assert.match(out, /nothing is on trial/)
          assert.equal(await berth.own(), old)
          assert.equal(await berth.others(), theirs)
        })
      }
    }
  } finally {
    await berth.close()
  }
})

test('the watchdog is killed at each call of nft while it rolls back; the next command ends its work', {
  skip,
}, async t => {
  const { berth, nft, old, theirs } = await scene()
  try {
    const rules = berth.file('rules.nft', NEW)
    const apply = async (): Promise<number> => {
      const { status, err } = await berth.fw('apply', rules)
      assert.equal(status, 0, err)
      const [watchdog, ...more] = berth.watchdogs()
      assert.deepEqual(more, [])
      nft.restart()
      return watchdog!
    }
    // Told to end it rolls back at once.
    kill(await apply(), 'SIGTERM')
    await berth.unwatched()
    const steps = nft.calls()
    assert.equal(await berth.own(), old)
    assert.match((await berth.fw('status')).out, /rolled back, because its watchdog was told to end/)
    assert.ok(steps.length >= 3, steps.join('\n'))
    for (const [i, step] of steps.entries()) {
      for (const when of WHEN) {
        await t.test(`${when} call ${i + 1}, nft ${step}`, async () => {
          const watchdog = await apply()
          nft.killAt(i + 1, when)
          kill(watchdog, 'SIGTERM')
          await berth.unwatched()
          const { status, out } = await berth.fw('status')
          assert.equal(status, 0, out)
          assert.match(out, /rolled back/)
          assert.equal(await berth.own(), old)
          assert.equal(await berth.others(), theirs)
        })
      }
    }
  } finally {
    await berth.close()
  }
})

test('killed while nft still works: nobody else gets at the table before it has ended', {
  skip,
}, async () => {
  const { berth, nft, old, theirs } = await scene()
  try {
    nft.pauseAt('change')
    const applying = berth.fw('apply', berth.file('rules.nft', NEW))
    const applier = await nft.paused()
    const [watchdog] = berth.watchdogs()
    kill(watchdog!, 'SIGKILL')
    kill(applier, 'SIGKILL')
    assert.notEqual((await applying).status, 0)
    const next = berth.fw('status')
    nft.resume()
    const { status, out } = await next
    assert.equal(status, 0, out)
    assert.match(out, /watchdog had been killed/)
    assert.equal(await berth.own(), old)
    assert.equal(await berth.others(), theirs)
  } finally {
    await berth.close()
  }
})

test('a watchdog that is killed while the change is on trial: the next command rolls back', {
  skip,
}, async () => {
  const { berth, old } = await scene()
  try {
    for (const [command, status] of [
      ['status', 0],
      ['confirm', 1],
      ['rollback', 0],
    ] as const) {
      assert.equal((await berth.fw('apply', berth.file('rules.nft', NEW))).status, 0)
      assert.notEqual(await berth.own(), old)
      for (const pid of berth.watchdogs()) kill(pid, 'SIGKILL')
      await berth.unwatched()
      const told = await berth.fw(command)
      assert.equal(told.status, status, told.out)
      assert.equal(await berth.own(), old, command)
    }
  } finally {
    await berth.close()
  }
})

test('killed at sixteen moments spread over an apply: our table is whole at once, and as it was in the end', {
  skip,
}, async () => {
  const { berth, old, theirs } = await scene()
  try {
    const rules = berth.file('rules.nft', NEW)
    const start = () => {
      const [program, ...words] = berth.inside([process.execPath, PORTS, 'fw', 'apply', rules])
      return spawn(program!, words, { stdio: 'ignore' })
    }
    const begun = performance.now()
    await once(start(), 'exit')
    const whole = performance.now() - begun
    const fresh = await berth.own()
    assert.equal((await berth.fw('rollback')).status, 0)
    for (let moment = 1; moment <= 16; moment++) {
      const applying = start()
      const ended = once(applying, 'exit')
      await new Promise(resolve => setTimeout(resolve, (whole * moment) / 16))
      applying.kill('SIGKILL')
      await ended
      assert.ok([old, fresh].includes(await berth.own()), `at ${moment}/16`)
      // A watchdog may be just starting, or watch already: taken back it is in either case.
      const { status, out } = await berth.fw('rollback')
      assert.ok(status === 0 || status === 3, out)
      await berth.unwatched()
      assert.equal(await berth.own(), old, `at ${moment}/16`)
    }
    assert.equal(await berth.others(), theirs)
  } finally {
    await berth.close()
  }
})
