import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFault } from '../fault.ts'
import { IANA_DATE, IANA_INDEX } from '../registry/iana.gen.ts'
import { fromField, printIndexFile, readIndexFile, registryFrom, toField } from '../registry/registry.ts'
import { readCsv } from './csv.ts'
import { csvToIndex, readRegistryCsv } from './iana-import.ts'
import { printIndex } from './index-text.ts'

const COLUMNS = [
  'Service Name',
  'Port Number',
  'Transport Protocol',
  'Description',
  'Assignee',
  'Contact',
  'Registration Date',
  'Modification Date',
  'Reference',
  'Service Code',
  'Unauthorized Use Reported',
  'Assignment Notes',
]
const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
const csv = (rows: readonly (readonly string[])[], end = '\r\n'): string =>
  [COLUMNS, ...rows].map(row => row.map(quoted).join(',') + end).join('')
const row = (
  name: string,
  port: string,
  protocol: string,
  description = '',
  more: string[] = [],
): string[] => [
  ...[name, port, protocol, description, ...more],
  ...Array<string>(COLUMNS.length - 4 - more.length).fill(''),
]
const faultOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (isFault(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no fault'
}

const RECORDS: [what: string, text: string, records: (string[] | null)[]][] = [
  [
    'plain',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF and a last line end',
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields',
    ',a,\n,,\n',
    [
      ['', 'a', ''],
      ['', '', ''],
    ],
  ],
  [
    'commas, quotes and line breaks in quotes',
    '"a,b","say ""no""","1\r\n2"\nx',
    [['a,b', 'say "no"', '1\r\n2'], ['x']],
  ],
  ['a quote in a plain field', 'a"b,c', [['a"b', 'c']]],
  ['an empty quoted field', '"",x', [['', 'x']]],
  ['empty lines', '\n\r\na\n\n', [['a']]],
  ['a byte order mark', '\ufeff"a",b', [['a', 'b']]],
  ['cut off inside quotes', 'a\n"b,c\n', [['a'], null]],
  ['a comma at the very end', 'a,', [['a', '']]],
  ['a lone carriage return is text', 'a\rb,c', [['a\rb', 'c']]],
]
for (const [what, text, records] of RECORDS)
  test(`CSV: ${what}`, () => assert.deepEqual([...readCsv(text)], records))

test('CSV: what is printed is read back', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') })
  const records = fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(records, fc.constantFrom('\n', '\r\n'), (rows, end) => {
      assert.deepEqual([...readCsv(rows.map(row => row.map(quoted).join(',') + end).join(''))], rows)
    }),
  )
})

const ROWS = [
  row('', '0', 'tcp', 'Reserved', ['[Jon_Postel]', '[Jon_Postel]']),
  row('ssh', '22', 'tcp', 'The Secure Shell (SSH) Protocol', [
    '',
    '',
    '',
    '2017-03-08',
    '[RFC4251]',
    '',
    '',
    'u=<username>\np=<password>',
  ]),
  row('', '47', 'tcp', 'Reserved', ['', '', '', '2017-05-18', '', '', '', 'Removed, "as asked"']),
  row('', '48-49', '', 'Unassigned'),
  row(
    'whoispp',
    '63',
    'tcp',
    'whois++\nIANA assigned this well-formed service name as a replacement for "whois++".',
  ),
  row('whois++', '63', 'tcp', 'whois++', [
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    'This entry is an alias to "whoispp".',
  ]),
  row('http', '80', 'tcp', 'World Wide Web HTTP', ['[IESG]', '[IETF_Chair]', '', '2021-10-01', '[RFC9110]']),
  row('www', '80', 'tcp', 'World Wide Web HTTP'),
  row('http', '80', 'sctp', 'HTTP', ['', '', '', '', '[RFC9260][RFC9110]']),
  row('x11', '6000-6063', 'tcp', 'X Window System'),
  row('forte', '7000', 'udp', 'Forté, 100% "quoted",\n  on two lines', ['', '', '2026-11-20']),
  row('_named', '', 'tcp', 'a name without a port'),
  row('', '49151', '', 'IANA Reserved'),
]

test('the index of a CSV answers as its rows say', () => {
  for (const end of ['\n', '\r\n']) {
    const { rows, newest, skipped } = readRegistryCsv(csv(ROWS, end))
    assert.deepEqual([rows.length, newest, skipped], [ROWS.length, '2026-11-20', []])
    const registry = registryFrom({ iana: { text: printIndex(rows), date: newest, origin: 'a test' } })
    const at = (port: number, protocol: 'tcp' | 'udp' | 'sctp') =>
      registry.lookupPort(port, { protocol, layers: ['iana'] })[0]!
    assert.deepEqual(
      [at(80, 'tcp').name, at(80, 'tcp').aliases, at(80, 'tcp').reference],
      ['http', ['www'], '[RFC9110]'],
    )
    assert.deepEqual([at(80, 'sctp').description, at(80, 'sctp').aliases], ['HTTP', []])
    assert.deepEqual(
      [at(63, 'tcp').name, at(63, 'tcp').aliases, at(63, 'tcp').description],
      ['whoispp', ['whois++'], 'whois++'],
    )
    assert.deepEqual(
      [at(47, 'tcp').status, at(48, 'tcp').status, at(49151, 'sctp').status],
      ['reserved', 'unassigned', 'reserved'],
    )
    assert.equal(at(7000, 'udp').description, 'Forté, 100% "quoted", on two lines')
    assert.deepEqual(at(6063, 'tcp').range, { first: 6000, last: 6063 })
    assert.equal(at(22, 'tcp').where, 'a test, 2026-11-20')
    assert.deepEqual(
      registry.portlessNames('_named').map(({ protocols }) => protocols),
      [['tcp']],
    )
    assert.deepEqual(
      registry.searchServices('forté 100%', { layers: ['iana'] }).map(({ port }) => port),
      [7000],
    )
  }
})

const SKIPPED: [what: string, bad: string[], why: RegExp][] = [
  ['a protocol of another kind', row('a', '1', 'ddp'), /unknown transport protocol, "ddp"/],
  ['a port too large', row('a', '65536', 'tcp'), /"65536" is neither/],
  ['a range upside down', row('a', '20-10', 'tcp'), /20-10 is upside down/],
  ['three numbers', row('a', '1-2-3', 'tcp'), /neither a port nor a range/],
  ['half a range', row('a', '1-', 'tcp'), /neither a port nor a range/],
  ['a comma in a name', row('a,b', '1', 'tcp'), /comma or a control character/],
  ['an escape sequence in a name', row('\u001b[0m', '1', 'tcp'), /comma or a control character/],
  ['nothing at all', row('', '', 'tcp', 'what?'), /neither a name nor a port/],
]
for (const [what, bad, why] of SKIPPED)
  test(`a row is left out and reported: ${what}`, () => {
    const { rows, skipped } = readRegistryCsv(csv([ROWS[0]!, bad, ROWS[1]!]))
    assert.deepEqual([rows.length, skipped.length], [2, 1])
    assert.match(skipped[0]!.says, why)
    assert.equal(skipped[0]!.subject, 'record 3')
  })

/** The old package as IANA would have published it: 13,701 rows with all columns, quotes and line breaks. */
const old: Record<string, string>[] = createRequire(import.meta.url)(
  'service-names-port-numbers/service-names-port-numbers.json',
)
const KEYS = [
  'ServiceName',
  'PortNumber',
  'TransportProtocol',
  'Description',
  'Assignee',
  'Contact',
  'RegistrationDate',
  'ModificationDate',
  'Reference',
  'ServiceCode',
  'KnownUnauthorizedUses',
  'AssignmentNotes',
]
const whole = csv(old.map(entry => KEYS.map(key => entry[key] ?? '')))

test('a whole registry becomes an index that knows all its rows', () => {
  const { index, csv: read } = csvToIndex(whole, 'a test')
  assert.deepEqual([read.rows.length, read.skipped, index.date], [old.length, [], '2015-07-24'])
  const registry = registryFrom({ iana: index })
  for (const { ServiceName: name, PortNumber: ports, TransportProtocol: protocol } of old) {
    if (name === undefined) continue
    if (ports === undefined) assert.ok(registry.portlessNames(name).length > 0, name)
    else {
      const found = registry.lookupName(name, { layers: ['iana'] })
      const here = found.filter(one => String(one.range?.first ?? one.port) === ports.split('-')[0])
      assert.ok(
        here.some(one => protocol === undefined || one.protocol === protocol),
        `${name} ${ports}`,
      )
    }
  }
  assert.deepEqual(readIndexFile(printIndexFile(index)), index)
})

const REFUSED: [what: string, text: string, says: RegExp][] = [
  ['nothing', '', /no column "Service Name".*begins ""/],
  ['an error page', '<!DOCTYPE html><title>404</title>', /no column.*begins "<!DOCTYPE html>/],
  ['another table', 'Value,Name\n1,icmp\n', /no column "Service Name"/],
  ['the right head and a few rows', csv(ROWS), /has 13 rows, and the registry more than 10000/],
  ['half a download', whole.slice(0, whole.length / 2), /rows, and the registry|cut off/],
  ['a download cut inside quotes', whole.slice(0, whole.lastIndexOf('"')), /ends inside quotes/],
  [
    'a registry where 80 is something else',
    whole.replaceAll('http,80,tcp', 'gopher,80,tcp'),
    /TCP 80 is not http/,
  ],
]
for (const [what, text, says] of REFUSED)
  test(`refused: ${what}`, () =>
    assert.match(
      faultOf(() => csvToIndex(text, 'a test')),
      new RegExp(`^E_REGISTRY_FORMAT: .*${says.source}`),
    ))

const BUILT_IN = { text: IANA_INDEX, date: IANA_DATE, origin: 'here and there' }
const DAMAGED: [what: string, file: string, says: RegExp][] = [
  ['empty', '', /first line is not/],
  ['something else', 'hello\nworld', /first line is not/],
  ['cut off', printIndexFile(BUILT_IN).slice(0, -1), /characters and says that it has/],
  ['longer than it says', `${printIndexFile(BUILT_IN)}x`, /characters and says that it has/],
  ['of a later kind', printIndexFile(BUILT_IN).replace('iana 1', 'iana 2'), /first line is not/],
]
for (const [what, file, says] of DAMAGED)
  test(`an index file is refused: ${what}`, () =>
    assert.match(
      faultOf(() => readIndexFile(file)),
      says,
    ))

test('an index file is read back', () => assert.deepEqual(readIndexFile(printIndexFile(BUILT_IN)), BUILT_IN))

test('fields of the index are ASCII and read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.match(toField(text), /^[\x20-\x7e]*$/)
      assert.equal(fromField(toField(text)), text)
    }),
  )
})

test('any text is read, or refused with the one fault', () => {
  const part = fc.constantFrom(csv([]), csv(ROWS), 'a,1,tcp,b\n', '"', ',', '\r\n', 'x', '80', '\ufeff')
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 8 }).map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(texts, text => {
      const told = faultOf(() =>
        registryFrom({
          iana: { text: printIndex(readRegistryCsv(text).rows), date: '', origin: '' },
        }).lookupRange(0, 100),
      )
      assert.match(told, /^(?:no fault|E_REGISTRY_FORMAT)/)
      assert.match(
        faultOf(() => readIndexFile(text)),
        /^E_REGISTRY_FORMAT/,
      )
    }),
  )
})
