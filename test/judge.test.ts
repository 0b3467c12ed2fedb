/** The judge judged: what `npm test` says about skips and about what a run leaves behind. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { allowedAbsences, hidden } from '../scripts/testing/absences.ts'
import { watch } from '../scripts/testing/leftovers.ts'
import { root } from './project.ts'

const ALLOWED = [
  { reason: '(?:SCTP|DCCP) is not in this kernel', why: 'a module that distributions leave out' },
]

const ABSENCES: readonly (readonly [name: string, reason: string, isHidden: boolean])[] = [
  ['a reason on the list', 'SCTP is not in this kernel', false],
  ['another that the pattern allows', 'DCCP is not in this kernel', false],
  ['a reason that only begins like one', 'SCTP is not in this kernel, or so', true],
  ['a reason that only ends like one', 'they say SCTP is not in this kernel', true],
  ['no reason', 'skip, without a reason', true],
  ['a todo', 'todo, without a reason', true],
]

for (const [name, reason, isHidden] of ABSENCES) {
  test(`${name} is ${isHidden ? 'refused' : 'allowed'}`, () => {
    const absence = { test: 'a test', file: 'a.test.ts', reason }
    assert.deepEqual(hidden([absence], ALLOWED), isHidden ? [absence] : [])
  })
}

test('the committed list says for each reason why it cannot be helped', () => {
  for (const { reason, why } of allowedAbsences(root)) {
    assert.doesNotThrow(() => new RegExp(reason))
    assert.ok(why.length > 20, `${reason}: ${why}`)
  }
})

const skip = process.platform === 'linux' ? false : 'leftovers are looked for on Linux only'

test('a process that is left behind is named, and so is its listener', { skip }, async () => {
  const { env, leftovers } = watch()
  const code = "net.createServer().listen(0, '127.0.0.1', () => console.log('listens'))"
  const child = spawn(process.execPath, ['-e', code], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    const left = (await leftovers(0)).filter(line => line.includes(String(child.pid)))
    assert.equal(left.length, 2, left.join('\n'))
    assert.match(left[0]!, /^process \d+ \(.*createServer/)
    assert.match(left[1]!, /^listener tcp 127\.0\.0\.1:\d+, held by \d+ \(/)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  assert.deepEqual(
    (await leftovers(0)).filter(line => line.includes(String(child.pid))),
    [],
  )
})
