import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../../model/fault.ts'
import { fakeContext } from '../fake-context.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import { type Answer, formatOf, print, writePieces } from './output.ts'

const none: OutputFlags = { output: undefined, json: false, noHeader: false, noColor: false }
const answer: Answer<number> = {
  schema: 'numbers@1',
  type: 'number',
  columns: [
    { key: 'number', title: 'NUMBER', value: n => n, align: 'right' },
    { key: 'double', title: 'DOUBLE', value: n => n * 2, align: 'right', style: () => 'good' },
  ],
  rows: [1, 10],
  item: number => ({ number }),
  complete: false,
  warnings: [{ code: 'owners-hidden', message: 'two are hidden', hint: 'Run with sudo.' }],
}
const printed = async (flags: Partial<OutputFlags> & { fields?: readonly string[] }, terminal?: number) => {
  const context = fakeContext(terminal === undefined ? {} : { terminal })
  await print(context, { ...none, ...flags }, answer)
  return context.written
}

const said = 'ports: two are hidden\n  Run with sudo.\n'
const rows: readonly (readonly [what: string, flags: Partial<OutputFlags>, out: string, err: string])[] = [
  ['piped', {}, 'number\tdouble\n1\t2\n10\t20\n', said],
  ['piped without a header', { noHeader: true }, '1\t2\n10\t20\n', said],
  ['a table, piped', { output: 'table' }, 'NUMBER  DOUBLE\n     1       2\n    10      20\n', said],
  ['csv', { output: 'csv' }, 'number,double\r\n1,2\r\n10,20\r\n', said],
  [
    'ndjson',
    { output: 'ndjson' },
    '{"type":"number","seq":0,"number":1}\n{"type":"number","seq":1,"number":10}\n' +
      '{"type":"warning","seq":2,"code":"owners-hidden","message":"two are hidden","hint":"Run with sudo."}\n',
    '',
  ],
]
for (const [what, flags, out, err] of rows) {
  test(`${what}: data on stdout, what the reader should know ${err === '' ? 'with it' : 'on stderr'}`, async () => {
    assert.deepEqual(await printed(flags), { out, err })
  })
}

test('json: one document with its warnings, and nothing on stderr', async () => {
  const { out, err } = await printed({ json: true })
  assert.deepEqual(JSON.parse(out), {
    schema: 'portolan/numbers@1',
    generatedAt: '2026-01-02T03:04:05.000Z',
    host: 'harbour',
    complete: false,
    warnings: answer.warnings,
    items: [{ number: 1 }, { number: 10 }],
  })
  assert.equal(err, '')
})

test('a terminal gets a table with colours', async () => {
  assert.match((await printed({}, 80)).out, /\x1b\[32m2\x1b\[39m/)
  assert.doesNotMatch((await printed({ noColor: true }, 80)).out, /\x1b/)
})

test('fields are chosen and ordered by name, and one that there is not is a fault', async () => {
  assert.equal((await printed({ fields: ['double', 'number'] })).out, 'double\tnumber\n2\t1\n20\t10\n')
  await assert.rejects(
    printed({ fields: ['triple'] }),
    error => isFault(error) && error.code === 'E_FIELD_UNKNOWN',
  )
})

test('--json with another format is a contradiction, with -o json it is not', () => {
  const context = fakeContext()
  assert.throws(() => formatOf(context, { ...none, json: true, output: 'csv' }), { code: 'E_USAGE' })
  assert.equal(formatOf(context, { ...none, json: true, output: 'json' }), 'json')
})

test('many short lines are written in few chunks, bytes as they are, in order', async () => {
  const context = fakeContext()
  let writes = 0
  const output = {
    ...context.stdout,
    write(chunk: string | Uint8Array) {
      writes++
      return context.stdout.write(chunk)
    },
  }
  function* pieces() {
    for (let i = 0; i < 20_000; i++) yield `${i}\n`
    yield new TextEncoder().encode('bytes\n')
    yield 'end\n'
  }
  await writePieces(output, pieces())
  assert.ok(writes < 10, `${writes} writes`)
  const lines = context.written.out.split('\n')
  assert.equal(lines.length, 20_003)
  assert.deepEqual(lines.slice(-3), ['bytes', 'end', ''])
})
