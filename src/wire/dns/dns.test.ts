/** RFC 1035's example of compression, the messages of RFC 8484, laws, and Node's own resolver as the other end. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import test from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../../model/address.ts'
import {
  addressRecord,
  DNS_IN,
  DNS_TYPE,
  type DnsMessage,
  type DnsRecord,
  decodeDns,
  dnsQuery,
  encodeDns,
  isAnswerTo,
  isDnsName,
  sameName,
} from './dns.ts'
import { labelsOf, readName } from './name.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** RFC 1035 section 4.1.4: names at 20, 40, 64 and 92 of a message. */
const COMPRESSED = (() => {
  const message = new Uint8Array(93)
  message.set([1, 0x46, 3, 0x49, 0x53, 0x49, 4, 0x41, 0x52, 0x50, 0x41, 0], 20)
  message.set([3, 0x46, 0x4f, 0x4f, 0xc0, 20], 40)
  message.set([0xc0, 26], 64)
  return message
})()
for (const [at, name, next] of [
  [20, 'F.ISI.ARPA', 32],
  [40, 'FOO.F.ISI.ARPA', 46],
  [64, 'ARPA', 66],
  [92, '.', 93],
] as const)
  test(`RFC 1035 section 4.1.4: the name at ${at}`, () =>
    assert.deepEqual(readName(COMPRESSED, at), { name, next }))

test('RFC 8484 section 4.1.1: a question for www.example.com', () => {
  const wire = bytes('00000100 00010000 00000000 03777777 07657861 6d706c65 03636f6d 00000100 01')
  assert.deepEqual(decodeDns(wire), dnsQuery(0, 'www.example.com', DNS_TYPE.A))
  assert.deepEqual(encodeDns(dnsQuery(0, 'www.example.com', DNS_TYPE.A)), wire)
})

test('RFC 8484 section 4.2.2: the answer, whose name is a pointer', () => {
  const wire = bytes(`00008180 00010001 00000000 03777777 07657861 6d706c65 03636f6d 00001c00
    01c00c00 1c000100 000e7d00 1020010d b8abcd00 12000100 02000300 04`)
  const address = parseAddress('2001:db8:abcd:12:1:2:3:4')
  const query = dnsQuery(0, 'www.example.com', DNS_TYPE.AAAA)
  const answer: DnsMessage = {
    ...query,
    response: true,
    recursionAvailable: true,
    answers: [addressRecord('www.example.com', address, 3709)],
  }
  assert.deepEqual(decodeDns(wire), answer)
  assert.deepEqual(encodeDns(answer), wire)
  assert.equal(isAnswerTo(query, answer), true)
})

const QUERY = dnsQuery(7, 'db.example', DNS_TYPE.A)
const NOT_ANSWERS: readonly (readonly [why: string, change: Partial<DnsMessage>])[] = [
  ['another number', { id: 8 }],
  ['a question, no answer', { response: false }],
  ['another name', { questions: [{ name: 'dc.example', type: 1, class: 1 }] }],
  ['another type', { questions: [{ name: 'db.example', type: 28, class: 1 }] }],
  ['no question, and no error', { questions: [] }],
]
for (const [why, change] of NOT_ANSWERS)
  test(`no answer to our question: ${why}`, () =>
    assert.equal(isAnswerTo(QUERY, { ...QUERY, response: true, ...change }), false))
test('an answer may write the name in other cases', () => {
  const questions = [{ name: 'DB.eXample', type: 1, class: 1 }]
  assert.equal(isAnswerTo(QUERY, { ...QUERY, response: true, questions }), true)
})

const LOOPS: readonly (readonly [name: string, hex: string])[] = [
  ['a pointer to itself', 'c00c'],
  ['a pointer forward', 'c00e 0161 00'],
  ['a label, and back to it', '0161 c00c'],
  ['two that point at each other', 'c00e c00c'],
  ['a label type of old (RFC 6891 section 5)', '4161 00'],
  ['a length past the end', '0561'],
]
for (const [name, hex] of LOOPS)
  test(`no name, and no endless reading: ${name}`, () => {
    const message = bytes(`0000 0000 0000 0000 0000 0000 ${hex}`)
    assert.equal(readName(message, 12), undefined)
  })

test('a name that needs more pointers than a name has labels is none', () => {
  const before = (i: number): number => Math.max(0, i * 2 - 1)
  const pointers = Array.from({ length: 200 }, (_, i) => [0xc0 | (before(i) >> 8), before(i) & 0xff])
  const chain = [0, ...pointers.flat()]
  assert.equal(readName(Uint8Array.from(chain), chain.length - 2), undefined)
  assert.deepEqual(readName(Uint8Array.from(chain), 201), { name: '.', next: 203 })
})

const NAMES: readonly (readonly [text: string, is: boolean])[] = [
  ['a', true],
  ['a.', true],
  ['.', true],
  ['', false],
  ['a..b', false],
  ['.a', false],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  [`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`, true],
  [`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(62)}`, false],
  ['with space', false],
  ['a\\046b', true],
  ['a\\999b', false],
  ['a\\', false],
]
for (const [text, is] of NAMES)
  test(`${JSON.stringify(text.slice(0, 20))} of ${text.length} characters is ${is ? 'a' : 'no'} name`, () =>
    assert.equal(isDnsName(text), is))

test('an escaped dot belongs to its label', () => {
  assert.deepEqual(
    labelsOf('a\\.b.c')?.map(label => Buffer.from(label).toString()),
    ['a.b', 'c'],
  )
  assert.equal(sameName('DB.Example', 'db.eXAMPLE'), true)
})

const PLAIN = { noNullPrototype: true } as const
const label = fc.uint8Array({ minLength: 1, maxLength: 12 })
const name = fc.array(label, { maxLength: 6 }).map(labels => {
  const wire = Uint8Array.from([...labels.flatMap(one => [one.length, ...one]), 0])
  return readName(wire, 0)!.name
})
const u16 = fc.nat(0xffff)
const address = fc.oneof(fc.ipV4(), fc.ipV6()).map(parseAddress)
const record: fc.Arbitrary<DnsRecord> = fc
  .tuple(
    name,
    fc.nat(0xffff_ffff),
    fc.oneof(
      address.map(one => ({ type: one.includes(':') ? 28 : 1, data: { kind: 'address', address: one } })),
      fc.tuple(fc.constantFrom(2, 5, 12), name).map(([type, to]) => ({
        type,
        data: { kind: 'name', name: to },
      })),
      fc
        .record({ priority: u16, weight: u16, port: u16, target: name }, PLAIN)
        .map(service => ({ type: 33, data: { kind: 'service', ...service } })),
      fc
        .array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 3 })
        .map(strings => ({ type: 16, data: { kind: 'text', strings } })),
      fc.uint8Array({ maxLength: 40 }).map(raw => ({ type: 99, data: { kind: 'bytes', bytes: raw } })),
    ),
  )
  .map(([owner, ttl, rest]) => ({ name: owner, class: DNS_IN, ttl, ...rest }) as DnsRecord)
const records = fc.array(record, { maxLength: 5 })
const message = fc
  .record(
    {
      id: u16,
      response: fc.boolean(),
      opcode: fc.nat(15),
      authoritative: fc.boolean(),
      truncated: fc.boolean(),
      recursionDesired: fc.boolean(),
      recursionAvailable: fc.boolean(),
      rcode: fc.nat(15),
      questions: fc.array(fc.record({ name, type: u16, class: u16 }, PLAIN), { maxLength: 2 }),
      answers: records,
      authorities: records,
      additionals: records,
      cut: fc.constant(false),
      edns: fc.option(fc.record({ udpSize: u16, version: fc.nat(255), dnssecOk: fc.boolean() }, PLAIN), {
        nil: undefined,
      }),
      extended: fc.nat(255),
    },
    PLAIN,
  )
  .map(({ edns, extended, ...rest }) =>
    edns === undefined ? rest : { ...rest, edns, rcode: rest.rcode + extended * 16 },
  )

/** Pointers may give a name the case in which it stood before; a name is the same without it. */
const uncased = (of: unknown): unknown =>
  JSON.parse(JSON.stringify(of), (key, value) =>
    ['name', 'target'].includes(key) && typeof value === 'string' ? value.toLowerCase() : value,
  )

test('law: what is written reads back', () => {
  fc.assert(fc.property(message, one => assert.deepEqual(uncased(decodeDns(encodeDns(one))), uncased(one))))
})

test('law: a message cut anywhere is cut, or none', () => {
  fc.assert(
    fc.property(message, fc.nat(), (one, at) => {
      const whole = encodeDns(one)
      const length = at % whole.length
      const read = decodeDns(whole.slice(0, length))
      assert.equal(read === undefined, length < 12)
      if (read !== undefined) assert.equal(read.cut, true)
    }),
  )
})

test('law: any bytes are read or refused, soon', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), one =>
      assert.ok(decodeDns(one) !== null || one.length < 12),
    ),
  )
})

test('Node’s resolver asks what we can read, and reads what we write', async () => {
  const server = createSocket('udp4')
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const asked: string[] = []
  server.on('message', (datagram, from) => {
    const query = decodeDns(datagram)!
    const [question] = query.questions
    asked.push(`${question!.name} ${question!.type}`)
    const reply = (data: DnsRecord['data'], type: number, owner = question!.name): DnsRecord => ({
      name: owner,
      type,
      class: DNS_IN,
      ttl: 60,
      data,
    })
    const answers: Record<number, readonly DnsRecord[]> = {
      [DNS_TYPE.A]: [
        reply({ kind: 'name', name: 'real.example' }, DNS_TYPE.CNAME),
        addressRecord('real.example', parseAddress('192.0.2.7'), 60),
      ],
      [DNS_TYPE.AAAA]: [addressRecord(question!.name, parseAddress('2001:db8::7'), 60)],
      [DNS_TYPE.SRV]: [
        reply({ kind: 'service', priority: 1, weight: 2, port: 5432, target: 'db.example' }, DNS_TYPE.SRV),
      ],
      [DNS_TYPE.TXT]: [reply({ kind: 'text', strings: [utf8('one'), utf8('two')] }, DNS_TYPE.TXT)],
    }
    const found = question!.name.startsWith('no') ? undefined : answers[question!.type]
    const { edns: _, ...plain } = query
    server.send(
      encodeDns({ ...plain, additionals: [], response: true, rcode: found ? 0 : 3, answers: found ?? [] }),
      from.port,
      from.address,
    )
  })
  try {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    resolver.setServers([`127.0.0.1:${server.address().port}`])
    assert.deepEqual(await resolver.resolve4('db.example'), ['192.0.2.7'])
    assert.deepEqual(await resolver.resolve6('db.example'), ['2001:db8::7'])
    const service = { name: 'db.example', port: 5432, priority: 1, weight: 2, type: 'SRV' }
    assert.deepEqual(await resolver.resolveSrv('_pg._tcp.example'), [service])
    assert.deepEqual(await resolver.resolveTxt('db.example'), [['one', 'two']])
    await assert.rejects(resolver.resolve4('nobody.example'), { code: 'ENOTFOUND' })
    assert.deepEqual(asked.map(one => one.toLowerCase()).sort(), [
      '_pg._tcp.example 33',
      'db.example 1',
      'db.example 16',
      'db.example 28',
      'nobody.example 1',
    ])
  } finally {
    server.close()
  }
})
