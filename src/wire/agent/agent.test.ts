/**
 * The agent's words: what is written reads back as it was, and what nobody wrote is never taken for something. Base64 is held
 * to Node's, text to JSON itself.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { TrackedColumns } from '../../model/nat/tracked-columns.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import {
  type Answer,
  decodeValue,
  encodeValue,
  Lines,
  type Question,
  readAnswer,
  readQuestion,
  writeAnswer,
  writeQuestion,
} from './agent.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { littleEndian } from './columns.ts'

const overTheWire = (value: unknown): unknown => {
  const told = decodeValue(JSON.parse(JSON.stringify(encodeValue(value))))
  assert.ok(told !== null, 'no value')
  return told.value
}

test('base64 is that of Node, both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      const text = toBase64(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64'))
      assert.deepEqual(fromBase64(text), Uint8Array.from(bytes))
    }),
  )
})

for (const [what, text] of [
  ['a lost letter', 'AAA'],
  ['a letter of another alphabet', 'AA-_'],
  ['a letter beyond ASCII', 'AAAÿ'],
  ['a letter beyond bytes', 'AAAŁ'],
  ['padding inside', 'A=AA'],
  ['bits after the end', 'AB=='],
] as const)
  test(`base64 with ${what} is none`, () => assert.equal(fromBase64(text), null))

/** Values such as the seam has, nested. */
const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false, '', '$', 'denied'),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.uint8Array(),
    fc.uint16Array(),
    fc.uint32Array(),
    fc.float64Array(),
    fc.bigUint64Array(),
    fc.array(tie('value')),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$', 'v', '__proto__', 'constructor')),
      tie('value'),
      {
        noNullPrototype: true,
      },
    ),
    fc.array(fc.tuple(tie('value'), tie('value'))).map(pairs => new Map(pairs)),
    fc.array(tie('value')).map(members => new Set(members)),
  ),
})).value

/** Without members that are undefined: those are left out on the way. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (value instanceof Map)
    return new Map([...value].map(([k, v]) => [withoutUndefined(k), withoutUndefined(v)]))
  if (value instanceof Set) return new Set([...value].map(withoutUndefined))
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, withoutUndefined(one)]])),
  )
}

test('any value of the seam comes back as it was', () => {
  fc.assert(fc.property(anyValue, value => assert.deepEqual(overTheWire(value), withoutUndefined(value))))
})

test('a member called __proto__ is a member', () => {
  const value = JSON.parse('{"__proto__":{"polluted":true}}') as object
  const back = overTheWire(value) as object
  assert.deepEqual(Object.keys(back), ['__proto__'])
  assert.equal((back as { polluted?: boolean }).polluted, undefined)
})

test('bytes are little-endian on every machine', () => {
  const cells = Uint32Array.of(0x01020304)
  assert.deepEqual([...littleEndian(cells, false)].toReversed(), [...littleEndian(cells, true)])
  assert.deepEqual([...littleEndian(Uint8Array.of(1, 2), false)], [1, 2])
})

function someSockets(): SocketColumns {
  const columns = new SocketColumns(4)
  for (let row = 0; row < 3; row++) {
    columns.add()
    columns.localPort[row] = 8080 + row
    columns.local.set([192, 0, 2, row], row * 16)
    columns.cookie[row] = (1n << 63n) + BigInt(row)
    columns.inode[row] = 4_000_000_000 + row
  }
  columns.tcpColumn()[1] = 0.25
  columns.names.set(2, '/run/shop.sock')
  columns.peerInodes.set(2, 77)
  columns.notes.push({
    code: 'x',
    severity: 'note',
    certainty: 'proven',
    subject: 's',
    says: 'x',
    evidence: [],
  })
  return columns
}

test('a socket table comes back row by row, and room for more', () => {
  const sent = someSockets()
  const back = overTheWire(sent) as SocketColumns
  assert.ok(back instanceof SocketColumns)
  const rows = (columns: SocketColumns) =>
    Array.from({ length: columns.length }, (_, row) => socketAt(columns, row))
  assert.deepEqual(rows(back), rows(sent))
  assert.deepEqual([back.notes, back.names, back.peerInodes], [sent.notes, sent.names, sent.peerInodes])
  back.append(sent)
  assert.deepEqual(rows(back), [...rows(sent), ...rows(sent)])
})

test('a table of tracked connections comes back, with and without counters', () => {
  const sent = new TrackedColumns(2)
  sent.add()
  sent.addresses.fill(7)
  sent.mark[0] = 9
  assert.deepEqual(overTheWire(sent), Object.assign(new TrackedColumns(1), { ...sent, ...cut(sent) }))
  sent.countersColumn()[2] = 2 ** 40
  sent.startedAtColumn()[0] = 1.5
  const back = overTheWire(sent) as TrackedColumns
  assert.deepEqual([...back.counters!], [Number.NaN, Number.NaN, 2 ** 40, Number.NaN])
  assert.equal(back.startedAt![0], 1.5)
})

/** The columns of the first row alone. */
const cut = (table: TrackedColumns) =>
  Object.fromEntries(
    Object.entries(table).flatMap(([name, cells]) =>
      ArrayBuffer.isView(cells)
        ? [
            [
              name,
              (cells as Uint8Array).slice(0, cells.byteLength / (cells as Uint8Array).BYTES_PER_ELEMENT / 2),
            ],
          ]
        : [],
    ),
  )

const WRONG: readonly (readonly [what: string, told: unknown])[] = [
  ['a kind that nobody knows', { $: 'date', v: 1 }],
  ['a kind that is no word', { $: 1 }],
  ['a kind of every object', { $: 'toString', v: 'AAAA' }],
  ['a number with another name', { $: 'number', v: '1' }],
  ['a bigint of letters', { $: 'bigint', v: 'abc' }],
  ['a bigint without end', { $: 'bigint', v: '9'.repeat(1000) }],
  ['a map of no pairs', { $: 'map', v: [1] }],
  ['a set of nothing', { $: 'set' }],
  ['an object with a number for a name', { $: 'object', v: [[1, 2]] }],
  ['half a number in an array', { $: 'Uint16Array', v: 'AA==' }],
  ['something wrong deep inside', [{ a: [{ $: 'map', v: 7 }] }]],
  ['sockets that are no table', { $: 'sockets', v: 5 }],
  [
    'more rows than bytes',
    { $: 'sockets', v: { rows: 2, columns: { protocol: 'AA==' }, names: [], peers: [], notes: [] } },
  ],
  ['more rows than anybody has', { $: 'tracked', v: { rows: 2e9, columns: {} } }],
  ['connections without columns', { $: 'tracked', v: { rows: 1 } }],
]
for (const [what, told] of WRONG) test(`${what} is no value`, () => assert.equal(decodeValue(told), null))

test('a socket table with a state that no name stands for is none', () => {
  const told = encodeValue(someSockets()) as { v: { columns: { state: unknown } } }
  assert.ok(decodeValue(told) !== null)
  told.v.columns.state = 200
  assert.equal(decodeValue(told), null)
})

test('what is nested without end is no value', () => {
  let deep: unknown = 1
  for (let i = 0; i < 5000; i++) deep = [deep]
  assert.equal(decodeValue(deep), null)
})

const QUESTIONS: readonly Question[] = [
  { kind: 'call', id: 1, call: 'sockets', args: [{ protocols: ['tcp'] }] },
  { kind: 'call', id: 2, call: 'owners', args: [{ inodes: new Set([1, 2]) }] },
  { kind: 'call', id: 3, call: 'send', on: 7, args: [Uint8Array.of(0, 255), undefined] },
  { kind: 'cancel', id: 2 },
  { kind: 'took', id: 2, count: 3 },
  { kind: 'beat' },
]
for (const question of QUESTIONS)
  test(`a question reads back: ${JSON.stringify(question)}`, () => {
    const line = writeQuestion(question)
    assert.match(line, /^[^\n]+\n$/)
    assert.deepEqual(readQuestion(line.trimEnd()), question)
  })

const ANSWERS: readonly Answer[] = [
  {
    kind: 'hello',
    hello: {
      protocol: 1,
      program: 'portolan 9',
      platform: 'linux',
      hostname: 'web',
      netns: 4026531840,
      pid: 7,
      uid: null,
      now: 1.5,
      uptime: 0,
    },
  },
  { kind: 'value', id: 1, value: undefined },
  { kind: 'value', id: 1, value: { known: false, reason: 'denied' } },
  { kind: 'item', id: 1, value: [1n] },
  { kind: 'end', id: 4 },
  { kind: 'fault', id: 1, code: 'E_NETNS_UNKNOWN', details: { netns: 1 } },
  { kind: 'error', id: 1, name: 'Error', message: 'a\nb', code: 'EIO' },
  { kind: 'error', id: 1, name: 'Error', message: '' },
  { kind: 'beat' },
]
for (const answer of ANSWERS)
  test(`an answer reads back: ${answer.kind} ${'value' in answer ? typeof answer.value : ''}`, () => {
    const line = writeAnswer(answer)
    assert.match(line, /^[^\n]+\n$/)
    assert.deepEqual(readAnswer(line.trimEnd()), answer)
  })

for (const line of [
  '',
  'Welcome to web!',
  '{',
  '[]',
  'null',
  '7',
  '{"id":-1,"end":true}',
  '{"id":1}',
  '{"id":1.5,"value":1}',
])
  test(`${JSON.stringify(line)} is neither question nor answer`, () => {
    assert.equal(readQuestion(line), null)
    assert.equal(readAnswer(line), null)
  })

test('a greeting that says too little is none', () => {
  assert.equal(readAnswer('{"portolan-agent":1}'), null)
  assert.equal(
    readAnswer('{"portolan-agent":1,"program":"x","platform":"linux","hostname":"h","netns":-1}'),
    null,
  )
})

test('no text makes the readers throw', () => {
  const written = [
    ...QUESTIONS.map(writeQuestion),
    ...ANSWERS.map(writeAnswer),
    JSON.stringify(encodeValue(someSockets())),
  ]
  const read = (text: string): void => {
    readQuestion(text)
    readAnswer(text)
    // Whatever is read can be written again.
    const told = readAnswer(`{"id":1,"value":${text}}`)
    if (told !== null) assert.deepEqual(readAnswer(writeAnswer(told).trimEnd()), told)
  }
  fc.assert(fc.property(fc.json(), read))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), read))
  fc.assert(
    fc.property(fc.constantFrom(...written), fc.nat(), fc.nat(255), (text, where, code) => {
      const at = where % text.length
      read(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1))
      read(text.slice(0, at))
    }),
    { numRuns: 2000 },
  )
})

test('lines are the same however they are cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' '))),
      fc.array(fc.nat(20)),
      (texts, cuts) => {
        const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''))
        const lines = new Lines(1000)
        const got: string[] = []
        let at = 0
        for (const cut of [...cuts, bytes.length]) {
          got.push(...lines.push(bytes.subarray(at, at + cut))!)
          at += cut
        }
        assert.deepEqual(got, texts)
        assert.equal(lines.unfinished, false)
      },
    ),
  )
})

test('a line without its end is none, and one that is too long ends it', () => {
  const lines = new Lines(10)
  assert.deepEqual(lines.push(Buffer.from('one\ntw')), ['one'])
  assert.equal(lines.unfinished, true)
  assert.equal(lines.push(Buffer.from('o that is longer')), null)
  assert.equal(new Lines(3).push(Buffer.from('four\n')), null)
})
