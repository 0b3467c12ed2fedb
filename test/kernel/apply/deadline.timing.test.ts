/** The deadline: the old rules come back by themselves, however busy the machine is and whoever is cut off. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { Berth, skip, until } from './berth.ts'
import { Harbour } from './harbour.ts'
import { CLOSED, manyRules, NEW, OLD, others } from './scenery.ts'

test('at the deadline the table is as it was; a confirmation afterwards is refused', { skip }, async () => {
  const berth = await Berth.open()
  try {
    await others(berth)
    await berth.load(OLD)
    const [old, theirs] = [await berth.own(), await berth.others()]
    assert.equal((await berth.fw('apply', berth.file('rules.nft', NEW), '--confirm', '5s')).status, 0)
    const begun = performance.now()
    assert.notEqual(await berth.own(), old)
    await until('the old rules are back', async () => (await berth.own()) === old)
    const took = performance.now() - begun
    assert.ok(took > 3500, `too early: ${took} ms`)
    await berth.unwatched()
    const { status, out } = await berth.fw('confirm', '--anyway')
    assert.equal(status, 1)
    assert.match(out, /^too late: "apply .*" was rolled back, because nobody confirmed it in time/)
    assert.equal(await berth.own(), old)
    assert.equal(await berth.others(), theirs)
  } finally {
    await berth.close()
  }
})

test('a watchdog that is stopped is late; a confirmation after the deadline rolls back itself', {
  skip,
}, async () => {
  const berth = await Berth.open()
  try {
    await berth.load(OLD)
    const old = await berth.own()
    assert.equal((await berth.fw('apply', berth.file('rules.nft', NEW), '--confirm', '5s')).status, 0)
    const [watchdog] = berth.watchdogs()
    process.kill(watchdog!, 'SIGSTOP')
    await until('the deadline has passed', async () => {
      return (await berth.fw('status', '--json')).out.includes('"secondsLeft":0')
    })
    assert.notEqual(await berth.own(), old)
    const { status, out } = await berth.fw('confirm', '--anyway')
    assert.equal(status, 1)
    assert.match(out, /^too late/)
    assert.equal(await berth.own(), old)
    process.kill(watchdog!, 'SIGCONT')
    await berth.unwatched()
    assert.equal(await berth.own(), old)
  } finally {
    await berth.close()
  }
})

test('rules that cut the connection by which they came: it lives again after the deadline', {
  skip,
}, async () => {
  const harbour = await Harbour.open()
  const { here } = harbour
  try {
    const port = await harbour.server()
    const login = await harbour.login(port)
    // The answer can't come through; it is sent again when the way is open (RFC 6298).
    const told = await login.run(['fw', 'apply', here.file('closed.nft', CLOSED), '--confirm', '5s'])
    assert.equal(told.status, 0)
    await here.unwatched()
    assert.equal(await here.own(), '')
    const { status, out } = await login.run(['fw', 'status'])
    assert.equal(status, 0)
    assert.match(out, /nobody confirmed it in time/)
  } finally {
    await harbour.close()
  }
})

test('10,000 rules on a machine that is busy: back they are', { skip }, async () => {
  const berth = await Berth.open()
  const hogs = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )
  try {
    await berth.load(manyRules(10_000))
    const old = await berth.own()
    const { status, err } = await berth.fw('apply', berth.file('rules.nft', NEW), '--confirm', '5s')
    assert.equal(status, 0, err)
    await berth.unwatched()
    assert.equal(await berth.own(), old)
    assert.match((await berth.fw('status')).out, /rolled back/)
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL')
    await berth.close()
  }
})
