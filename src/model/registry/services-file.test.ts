import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPort } from '../port.ts'
import { isProtocol } from '../protocol.ts'
import { parseServices } from './services-file.ts'

const READ: [what: string, text: string, entries: string[]][] = [
  ['a name and a port', 'ssh 22/tcp', ['1: ssh 22/tcp []']],
  [
    'tabs, aliases, a comment',
    'http\t\t80/tcp\twww web\t# WorldWideWeb HTTP',
    ['1: http 80/tcp [www web] WorldWideWeb HTTP'],
  ],
  ['CRLF', 'a 1/tcp x\r\nb 2/udp\r\n', ['1: a 1/tcp [x]', '2: b 2/udp []']],
  ['a byte order mark', '\ufeffa 1/tcp', ['1: a 1/tcp []']],
  ['comments and empty lines', '# a\n\n   \n#\n  b 2/udp  \n', ['5: b 2/udp []']],
  ['a comment that touches the line', 'a 1/tcp#two#three', ['1: a 1/tcp [] two#three']],
  ['the protocol in capitals', 'a 1/TCP', ['1: a 1/tcp []']],
  ['all four protocols', 'a 1/sctp\na 1/dccp', ['1: a 1/sctp []', '2: a 1/dccp []']],
  ['the first and the last port', 'a 0/tcp\nb 65535/udp', ['1: a 0/tcp []', '2: b 65535/udp []']],
  ['no last line end', 'a 1/tcp\nb 2/tcp', ['1: a 1/tcp []', '2: b 2/tcp []']],
]
for (const [what, text, expected] of READ)
  test(`services(5): ${what}`, () => {
    const { path, entries, notes } = parseServices(text, 'p')
    const short = entries.map(
      ({ line, name, port, protocol, aliases, comment }) =>
        `${line}: ${name} ${port}/${protocol} [${aliases.join(' ')}]${comment === null ? '' : ` ${comment}`}`,
    )
    assert.deepEqual([path, short, notes], ['p', expected, []])
  })

const LEFT_OUT: [what: string, line: string, says: RegExp][] = [
  ['no port', 'ssh', /"ssh" has no port/],
  ['no protocol', 'ssh 22', /"22" is not a port and a protocol/],
  ['an empty protocol', 'ssh 22/', /"" is no protocol/],
  ['a protocol without ports here', 'rtmp 1/ddp', /"ddp" is no protocol/],
  ['a port too large', 'big 65536/tcp', /last port is 65535/],
  ['a leading zero', 'zero 022/tcp', /leading zero/],
  ['a negative port', 'minus -1/tcp', /negative/],
  ['a range', 'x11 6000-6063/tcp', /range/],
  ['words in the wrong order', '22/tcp ssh', /"ssh" is not a port and a protocol/],
  ['an escape sequence in a name', '\u001b[31mred 1/tcp', /control characters/],
  ['a NUL in an alias', 'a 1/tcp b\u0000c', /control characters/],
]
for (const [what, line, says] of LEFT_OUT)
  test(`services(5), left out: ${what}`, () => {
    const { entries, notes } = parseServices(`good 1/tcp\n${line}\nalso 2/tcp`, '/etc/services')
    assert.deepEqual(
      entries.map(entry => entry.name),
      ['good', 'also'],
    )
    assert.equal(notes.length, 1)
    assert.deepEqual([notes[0]!.subject, notes[0]!.where], ['/etc/services:2', '/etc/services'])
    assert.match(notes[0]!.says, says)
    assert.doesNotMatch(JSON.stringify(notes), /\\u00[01]/)
  })

test('services(5): a file that is something else is not reported line by line', () => {
  const { entries, notes } = parseServices('nonsense\n'.repeat(1000), 'p')
  assert.deepEqual([entries.length, notes.length], [0, 51])
  assert.match(notes.at(-1)!.says, /950 more lines/)
})

test('services(5): any text is read, and what is read is sound', () => {
  const word = fc.constantFrom(
    'ssh',
    '22/tcp',
    '80/udp',
    '99999/tcp',
    '#',
    '\t',
    '\r',
    '\n',
    ' ',
    '/',
    '\u0000',
    'é',
    '1/x',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 40 }).map(words => words.join('')),
  )
  fc.assert(
    fc.property(texts, text => {
      const { entries, notes } = parseServices(text, 'p')
      const lines = text.split(/\r?\n/).length
      for (const { name, port, protocol, aliases, line } of entries) {
        assert.ok(isPort(port) && isProtocol(protocol) && line >= 1 && line <= lines)
        for (const word of [name, ...aliases])
          assert.match(word, /^[^\s#\u0000-\u001f\u007f-\u009f][^#\u0000-\u0020\u007f-\u009f]*$/)
      }
      assert.ok(entries.length + notes.length <= lines)
    }),
  )
})
