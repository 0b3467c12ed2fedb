/** Our filter language beside that of ss: what people paste selects the same sockets. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { SceneAnswer } from './filter-ss-scene.ts'

/** Filters that mean the same to both. */
const SAME: readonly string[] = [
  '',
  'sport = :22',
  'sport = 22',
  'sport :22',
  'sport = :ssh',
  'sport eq ssh',
  'sport == :https',
  'dport = :https',
  '( dport = :https or sport = :ssh )',
  'sport != :22',
  'sport neq :22',
  'sport ne :22',
  'dport > :1024',
  'dport gt :1024',
  'sport >= :1024',
  'sport geq :1024',
  'sport ge :1024',
  'sport < :1024',
  'sport lt :1024',
  'sport <= :1023',
  'sport leq :1023',
  'sport le :1023',
  'dport <= :0',
  'dport = :0',
  'sport = inet:22',
  'sport = inet6:443',
  'sport = inet::22',
  'sport != inet:22',
  'src 127.0.0.0/8',
  'src 127/8',
  'src 10.0.0.1',
  'dst 10.0.0.9:443',
  'dst 10/8',
  'src 127.0.0.1:22',
  'src = 127.0.0.1:ssh',
  'dst 127.0.0.2:8080',
  'src 127.0.0.3',
  'src 127.0.0.1/30:8080',
  'src 0.0.0.0/0',
  'dst 0.0.0.0',
  'src [::1]',
  'src [::1]:1024',
  'dst [2001:db8::/32]:5001',
  'src 2001:db8::/32',
  'src [::ffff:127.0.0.1]',
  'src [::ffff:0:0/96]',
  'src [fe80::1]',
  'src :22',
  'src *:22',
  'dst *',
  'dst *:*',
  'dst any',
  'src inet:*',
  'src inet6:*',
  'dev v0',
  'dev = v0',
  'dev != v0',
  'dev lo',
  'state established',
  'state listening',
  'state listening state established',
  'state time-wait',
  'state close-wait',
  'state fin-wait-2',
  'state syn-sent',
  'state connected',
  'state synchronized',
  'state bucket',
  'state big',
  'state all',
  'exclude listening',
  'excl listening',
  'state connected exclude time-wait',
  'exclude established state listening',
  'state established sport = :22',
  'state established ( sport = :22 or dport = :22 ) dst 127.0.0.1',
  'not sport = :22',
  '! sport = :22',
  'not not sport = :22',
  'not ( sport = :22 or dport = :22 )',
  'sport = :22 and dport > :1024',
  'sport = :22 & dport > :1024',
  'sport = :22 && dport > :1024',
  'sport = :22 dport > :1024',
  'sport = :22 or sport = :80',
  'sport = :22 | sport = :80',
  'sport = :22 || sport = :80',
  'sport = :22 dport > :1024 or sport = :80',
  'not sport = :22 src 127.0.0.1',
]

/** Filters that only we take, and one that ss takes which selects the same. */
const OURS_ALONE: readonly (readonly [ours: string, ss: string])[] = [
  ['sport=:22', 'sport = :22'],
  ['(sport = :22)', '( sport = :22 )'],
  ['!sport=:22', '! sport = :22'],
  ['sport=:22|sport=:80', 'sport = :22 or sport = :80'],
  ['sport in 22,80', 'sport = :22 or sport = :80'],
  ['sport 22-80', 'sport >= :22 and sport <= :80'],
  ['src != 127.0.0.1', 'not src 127.0.0.1'],
  ['src ::1', 'src [::1]'],
  ['state listen', 'state listening'],
  ['state listening,established', 'state listening state established'],
  ['sport = :22 state established', 'state established sport = :22'],
  ['22', '( sport = :22 or dport = :22 )'],
  ['127.0.0.2', '( src 127.0.0.2 or dst 127.0.0.2 )'],
  ['10/8', '( src 10.0.0.0/8 or dst 10.0.0.0/8 )'],
  ['listen', 'state listening'],
  ['ipv6', 'src inet6:*'],
]

/** Filters that both take and read otherwise, each with the reason. */
const OTHERWISE: readonly (readonly [filter: string, because: string])[] = [
  [
    'sport = :80 or sport = :22 and dport = :9',
    'ss(8) says that and binds tighter; ss itself reads from left to right',
  ],
  ['not sport = inet:22', 'to ss a family anywhere leaves out all others; to us it belongs to its term'],
]

/** Filters that ss takes and we refuse, each with the reason. */
const REFUSED: readonly (readonly [filter: string, because: string])[] = [
  ['sport = :026', 'ss reads octal'],
  ['sport = :0x16', 'ss reads hexadecimal'],
  ['sport = :99999', 'there is no such port'],
  ['src localhost', 'ss looks names up'],
  ['src 127.1', 'ss reads 127.1.0.0'],
  ['src 2001:db8::1:5001', 'ss takes the last group for the port'],
  ['autobound', 'the table does not tell'],
  ['fwmark = 0', 'the table does not tell'],
]

const FILTERS = [
  ...new Set([...SAME, ...OURS_ALONE.flat(), ...[...OTHERWISE, ...REFUSED].map(([filter]) => filter)]),
]
const answers = new Map<string, SceneAnswer>()

before(() => {
  const scene = fileURLToPath(new URL('./filter-ss-scene.ts', import.meta.url))
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    [...asRoot, '--net', '--mount', process.execPath, scene],
    {
      input: JSON.stringify(FILTERS),
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 2 ** 26,
    },
  )
  assert.equal(status, 0, `the scene failed: ${stderr}`)
  for (const answer of JSON.parse(stdout) as SceneAnswer[]) answers.set(answer.filter, answer)
})

const answerTo = (filter: string): SceneAnswer => answers.get(filter) ?? assert.fail(`no answer to ${filter}`)

for (const filter of SAME) {
  test(`"${filter}" is the same to ss`, () => {
    const { ss, ours } = answerTo(filter)
    assert.equal(ss.complaint, null)
    assert.equal(ours.complaint, null)
    assert.deepEqual(ours.cookies, ss.cookies)
  })
}

for (const [ours, ss] of OURS_ALONE) {
  test(`"${ours}" is "${ss}" to ss`, () => {
    assert.notEqual(answerTo(ours).ss.complaint, null, 'ss has learnt it')
    assert.equal(answerTo(ss).ss.complaint, null)
    assert.deepEqual(answerTo(ours).ours, answerTo(ss).ss)
  })
}

for (const [filter, because] of OTHERWISE) {
  test(`"${filter}" is read otherwise: ${because}`, () => {
    const { ss, ours } = answerTo(filter)
    assert.equal(ss.complaint, null)
    assert.equal(ours.complaint, null)
    assert.notDeepEqual(ours.cookies, ss.cookies)
  })
}

for (const [filter, because] of REFUSED) {
  test(`"${filter}" is refused: ${because}`, () => {
    const { ss, ours } = answerTo(filter)
    assert.equal(ss.complaint, null)
    assert.match(ours.complaint ?? '', /^Fault: the filter/)
  })
}

test('the sockets put the filters to the test: most select some and leave out some', () => {
  const everything = answerTo('').ss.cookies.length
  assert.ok(everything >= 20, `${everything} sockets`)
  const telling = SAME.filter(filter => {
    const { length } = answerTo(filter).ss.cookies
    return length > 0 && length < everything
  })
  assert.ok(telling.length >= SAME.length * 0.8, `${telling.length} of ${SAME.length}`)
})
