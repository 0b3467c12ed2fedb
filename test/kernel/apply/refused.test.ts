/** What is not done, and why: in each case nothing has changed. */
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { PORTS } from '../stage/troupe.ts'
import { Berth, skip } from './berth.ts'
import { NEW, OLD, others, WRONG_IN_LINE_400 } from './scenery.ts'

let berth: Berth
let old = ''
let theirs = ''
before(async () => {
  if (skip !== false) return
  berth = await Berth.open()
  await others(berth)
  await berth.load(OLD)
  old = await berth.own()
  theirs = await berth.others()
})
after(async () => {
  if (skip === false) await berth.close()
})

async function nothingChanged(): Promise<void> {
  assert.equal(await berth.own(), old)
  assert.equal(await berth.others(), theirs)
  assert.deepEqual(berth.watchdogs(), [])
}

const FILES: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['wrong in line 400', WRONG_IN_LINE_400, /line 400, column \d+: syntax error/],
  ['cut off in the middle', NEW.slice(0, -4), /line \d+.*unexpected end of file/],
  ['another table', `${NEW}\ntable ip nat {\n}\n`, /line 9: "table ip nat" is not ours/],
  ['flush ruleset', `flush ruleset\n${NEW}`, /line 1: "flush ruleset" is not ours.*everybody/],
  ['a rule elsewhere', `${NEW}insert rule ip filter INPUT accept\n`, /line 8: "insert rule ip filter/],
  ['another file', `include "more.nft"\n`, /line 1: "include" is not ours/],
]
for (const [what, text, says] of FILES) {
  test(`a file with ${what} is refused, with the line`, { skip }, async () => {
    for (const more of [[], ['--dry-run']]) {
      const { status, err } = await berth.fw('apply', berth.file('rules.nft', text), ...more)
      assert.equal(status, 2, err)
      assert.match(err, says)
      assert.match(err, /Nothing was changed/)
    }
    await nothingChanged()
  })
}

test('a dry run says what would be done, and does nothing', { skip }, async () => {
  const { status, out } = await berth.fw('apply', berth.file('rules.nft', NEW), '-n')
  assert.equal(status, 0)
  assert.match(out, /now 14 lines, becomes 7 lines\n {2}nft takes the new rules, and the way back/)
  await nothingChanged()
})

test('of two at once one is on trial, and the other is told who has it', { skip }, async () => {
  const rules = berth.file('rules.nft', NEW)
  const both = await Promise.all([berth.fw('apply', rules), berth.fw('apply', rules)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [0, 1])
  const { out } = both.find(({ status }) => status === 1)!
  assert.match(out, /a change is on trial already, "apply .*rules\.nft": begun by process \d+ \(user 0\)/)
  const third = await berth.fw('apply', rules, '--json')
  assert.equal(third.status, 1)
  assert.equal(JSON.parse(third.out).items[0].findings[0].code, 'change-on-trial')
  assert.equal((await berth.fw('rollback')).status, 0)
  await berth.unwatched()
  await nothingChanged()
})

test('there is nothing to confirm or to take back', { skip }, async () => {
  const other = await Berth.open()
  try {
    for (const command of ['confirm', 'rollback']) {
      const { status, out } = await other.fw(command)
      assert.deepEqual([status, out], [3, 'nothing is on trial\n'])
    }
  } finally {
    await other.close()
  }
})

const WAYS: readonly (readonly [what: string, words: string, status: number, says: RegExp])[] = [
  [
    'nft may not be run',
    'mount --bind /dev/null /usr/sbin/nft',
    6,
    /E_FW_UNSUPPORTED|nft does not start: EACCES/,
  ],
  ['the notes can’t be written', 'mount -o remount,ro /run', 6, /filter.* can not be used: EROFS/],
  ['the notes are full', 'mount -o remount,size=4k /run', 6, /can not be used: ENOSPC/],
]
for (const [what, words, status, says] of WAYS) {
  test(`nothing is changed where ${what}`, { skip }, async () => {
    const other = await Berth.open()
    try {
      await other.load(OLD)
      await other.must(...words.split(' '))
      const told = await other.fw('apply', other.file('rules.nft', NEW))
      assert.equal(told.status, status, told.out + told.err)
      assert.match(told.err, says)
      assert.match(told.err, /Nothing was changed/)
      if (!words.includes('nft')) assert.match(await other.own(), /192\.0\.2\.66/)
      assert.deepEqual(other.watchdogs(), [])
    } finally {
      await other.close()
    }
  })
}

test('who may not change the packet filter is told what it takes', { skip }, async () => {
  const words = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath]
  const { status, err } = await berth.run(...words, PORTS, 'fw', 'apply', '/dev/null')
  assert.equal(status, 4, err)
  assert.match(err, /may not be changed.*\n.*CAP_NET_ADMIN/)
  const { out } = await berth.run(...words, PORTS, 'fw', 'status', '--json')
  assert.match(out, /E_FW_DENIED/)
  await nothingChanged()
})

test('a note that nobody can read is told, and nothing is done about it', { skip }, async () => {
  const other = await Berth.open()
  try {
    // Nothing is on trial; but to know it for sure it takes the lock, and so makes the folder.
    assert.match((await other.fw('rollback')).out, /nothing is on trial/)
    await other.must('sh', '-c', 'for at in /run/portolan/filter-*; do echo "{" > $at/trial.json; done')
    for (const words of [['status'], ['confirm'], ['rollback'], ['apply', other.file('rules.nft', NEW)]]) {
      const { status, out } = await other.fw(...words, '--json')
      assert.equal(status, 6)
      assert.match(out, /E_FW_STATE[\s\S]*trial\.json is damaged/)
    }
    assert.equal(await other.own(), '')
  } finally {
    await other.close()
  }
})
