import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFlowSuite } from './flow-suite.ts'

test('flows with their verdicts and lines, comments and blank lines left out', () => {
  const suite = parseFlowSuite(
    [
      '# SSH',
      '',
      'accept tcp 10.0.0.9:4000 -> 10.0.0.2:22  # from inside',
      'drop tcp 192.0.2.9:4000 -> 10.0.0.2:22',
    ].join('\r\n'),
  )
  assert.deepEqual(
    suite.map(({ wanted, line, text }) => ({ wanted, line, text })),
    [
      { wanted: 'accept', line: 3, text: 'tcp 10.0.0.9:4000 -> 10.0.0.2:22' },
      { wanted: 'drop', line: 4, text: 'tcp 192.0.2.9:4000 -> 10.0.0.2:22' },
    ],
  )
})

const REFUSED: readonly [name: string, text: string, message: RegExp][] = [
  ['no verdict', '\ntcp 10.0.0.9:4000 -> 10.0.0.2:22', /line 2, "tcp .*": it doesn’t begin with the verdict/],
  ['a wrong flow', 'accept tcp 10.0.0.9 -> 10.0.0.2:22', /line 1, .*: the source "10.0.0.9" is not/],
  ['nothing', '# only words\n', /there is no flow in it/],
]
for (const [name, text, message] of REFUSED) {
  test(`refused: ${name}`, () => {
    assert.throws(() => parseFlowSuite(text), { code: 'E_SUITE_SYNTAX', message })
  })
}
