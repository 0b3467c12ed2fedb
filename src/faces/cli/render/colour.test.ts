import assert from 'node:assert/strict'
import test from 'node:test'
import { fakeContext } from '../fake-context.ts'
import { paintFor } from './colour.ts'

const rows: readonly (readonly [
  what: string,
  terminal: boolean,
  env: Readonly<Record<string, string>>,
  noColor: boolean,
  coloured: boolean,
])[] = [
  ['a terminal', true, { TERM: 'xterm' }, false, true],
  ['a pipe', false, { TERM: 'xterm' }, false, false],
  ['--no-color', true, {}, true, false],
  ['--no-color against FORCE_COLOR', true, { FORCE_COLOR: '1' }, true, false],
  ['NO_COLOR=1', true, { NO_COLOR: '1' }, false, false],
  ['NO_COLOR set to nothing', true, { NO_COLOR: '' }, false, true],
  ['TERM=dumb', true, { TERM: 'dumb' }, false, false],
  ['FORCE_COLOR=1 in a pipe', false, { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false, false],
  [
    'FORCE_COLOR=1 against NO_COLOR and TERM=dumb',
    true,
    { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' },
    false,
    true,
  ],
]
for (const [what, terminal, env, noColor, coloured] of rows) {
  test(`${what}: ${coloured ? 'colours' : 'no colours'}`, () => {
    const context = fakeContext({ env, ...(terminal ? { terminal: 80 } : {}) })
    const painted = paintFor(context, context.stdout, { noColor })('public', 'danger')
    assert.equal(painted !== 'public', coloured)
    assert.equal(painted.replace(/\x1b\[[\d;]*m/g, ''), 'public')
  })
}

test('an empty text or no style leaves nothing behind', () => {
  const context = fakeContext({ terminal: 80 })
  const paint = paintFor(context, context.stdout, {})
  assert.equal(paint('', 'danger'), '')
  assert.equal(paint('x', undefined), 'x')
})
