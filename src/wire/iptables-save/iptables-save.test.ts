import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isFault } from '../../model/fault.ts'
import { parseIptablesSave, writeIptablesSave } from './iptables-save.ts'
import { fileOf, RULES } from './rules.cases.ts'

const parse = (text: string, family: 'ip' | 'ip6' = 'ip') =>
  parseIptablesSave(text, { family, backend: 'iptables-legacy' })

const hasUnsupported = (value: unknown): boolean =>
  JSON.stringify(value, wide).includes('"kind":"unsupported"')
const wide = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

for (const { table, family, rule, nft } of RULES) {
  test(`${family} ${table} ${rule}: ${nft === null ? 'kept as unsupported' : 'understood'}, and kept word for word`, () => {
    const file = fileOf(table, [rule])
    const { tables } = parse(file, family)
    assert.equal(writeIptablesSave(tables), file)
    assert.equal(hasUnsupported(tables), nft === null)
  })
}

test('built-in chains have their hooks and priorities, and others neither', () => {
  const { tables } = parse(
    '*mangle\n:OUTPUT DROP [3:180]\n:mine - [0:0]\n[7:420] -A mine -j RETURN\nCOMMIT\n',
  )
  const [output, mine] = tables[0]!.chains
  assert.deepEqual(output!.base, {
    type: 'route',
    hook: 'output',
    priority: -150,
    policy: 'drop',
    devices: [],
  })
  assert.equal(mine!.base, undefined)
  assert.deepEqual(mine!.rules, [
    {
      statements: [
        { kind: 'counter', packets: 7, bytes: 420 },
        { kind: 'verdict', verdict: { kind: 'return' } },
      ],
      text: '-A mine -j RETURN',
      line: 4,
    },
  ])
})

test('a rule may jump to a chain that comes later, and -I puts it first', () => {
  const { tables } = parse(
    '*filter\n:INPUT ACCEPT\n-A INPUT -j late\n-I INPUT -j DROP\n:late - [0:0]\nCOMMIT\n',
  )
  assert.deepEqual(
    tables[0]!.chains[0]!.rules.map(({ text }) => text),
    ['-I INPUT -j DROP', '-A INPUT -j late'],
  )
})

test('what -p loads by itself needs no -m', () => {
  const short = parse(
    '*filter\n:INPUT ACCEPT\n-A INPUT --protocol tcp --destination-port 22 --jump ACCEPT\nCOMMIT\n',
  )
  const long = parse('*filter\n:INPUT ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n')
  const statements = ({ tables }: typeof short) => tables[0]!.chains[0]!.rules[0]!.statements
  assert.deepEqual(statements(short), statements(long))
})

test('a set of ipset is looked up by its type', () => {
  const rule = '-A INPUT -p tcp -m set --match-set allowed src,dst -j ACCEPT'
  const file = `*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`
  const options = { family: 'ip', backend: 'iptables-nft' } as const
  assert.ok(hasUnsupported(parseIptablesSave(file, options)))
  const { tables } = parseIptablesSave(file, { ...options, ipsets: new Map([['allowed', 'hash:ip,port']]) })
  assert.deepEqual(tables[0]!.chains[0]!.rules[0]!.statements[1], {
    kind: 'match',
    left: {
      kind: 'tuple',
      parts: [
        { kind: 'payload', protocol: 'ip', field: 'saddr' },
        { kind: 'meta', key: 'l4proto' },
        { kind: 'payload', protocol: 'th', field: 'dport' },
      ],
    },
    op: '==',
    right: { kind: 'reference', set: 'ipset:allowed' },
  })
})

test('what nftables has no equal for says whether it can end the rule', () => {
  const kept = (rule: string): unknown =>
    parse(
      `*filter\n:INPUT ACCEPT\n-A INPUT ${rule}\nCOMMIT\n`,
    ).tables[0]!.chains[0]!.rules[0]!.statements.find(({ kind }) => kind === 'unsupported')
  const rows = [
    ['-m string --string "a b" --algo bm -j ACCEPT', '-m string --string "a b" --algo bm', true, false],
    [
      '-m future --with ! --arguments 3 -s 10.0.0.1 -j ACCEPT',
      '-m future --with ! --arguments 3',
      true,
      false,
    ],
    ['-j CHECKSUM --checksum-fill', '-j CHECKSUM --checksum-fill', false, false],
    ['-j FUTURE --on', '-j FUTURE --on', false, true],
  ] as const
  for (const [rule, text, matches, ends] of rows)
    assert.deepEqual(kept(rule), { kind: 'unsupported', text, matches, ends })
})

test('warnings of iptables are handed on', () => {
  const text =
    "# Table `shop' is incompatible, use 'nft' tool.\n*filter\n:INPUT ACCEPT\nCOMMIT\n# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n"
  assert.deepEqual(parse(text).warnings, [
    "Table `shop' is incompatible, use 'nft' tool.",
    'Warning: iptables-legacy tables present, use iptables-legacy-save to see them',
  ])
})

const WRONG: readonly (readonly [
  name: string,
  text: string,
  line: number,
  column: number,
  expected: RegExp,
])[] = [
  ['cut off in a rule', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tc', 3, 15, /COMMIT/],
  ['cut off after a table', '*filter\n:INPUT ACCEPT [0:0]\n', 3, 1, /COMMIT/],
  ['a table in a table', '*filter\n*nat\n', 2, 1, /COMMIT/],
  ['no such table', '*fliter\n', 1, 1, /filter, nat/],
  ['a rule before a table', '-A INPUT -j DROP\n', 1, 1, /\*filter/],
  ['no such policy', '*filter\n:INPUT REJECT [0:0]\nCOMMIT\n', 2, 8, /ACCEPT or DROP/],
  ['a policy of a chain of a user', '*filter\n:mine DROP [0:0]\nCOMMIT\n', 2, 7, /Expected -/],
  ['a rule of no chain', '*filter\n:INPUT ACCEPT\n-A INPTU -j DROP\nCOMMIT\n', 3, 4, /INPUT/],
  ['a command', '*filter\n:INPUT ACCEPT\n-X INPUT\nCOMMIT\n', 3, 1, /-A/],
  [
    'a port too large',
    '*filter\n:INPUT ACCEPT\n-A INPUT -p tcp -m tcp --dport 65536 -j DROP\nCOMMIT\n',
    3,
    32,
    /65535/,
  ],
  [
    'an address that is none',
    '*filter\n:INPUT ACCEPT\n-A INPUT -s 10.0.0.256 -j DROP\nCOMMIT\n',
    3,
    13,
    /IPv4/,
  ],
  ['an option of nobody', '*filter\n:INPUT ACCEPT\n-A INPUT -m tcp --dpotr 22\nCOMMIT\n', 3, 17, /--dport/],
  [
    'a state that is none',
    '*filter\n:INPUT ACCEPT\n-A INPUT -m state --state NEW,OLD -j DROP\nCOMMIT\n',
    3,
    27,
    /ESTABLISHED/,
  ],
  [
    'a quotation without end',
    '*filter\n:INPUT ACCEPT\n-A INPUT -m comment --comment "x -j DROP\nCOMMIT\n',
    3,
    31,
    /"/,
  ],
  [
    'a rule that ends too early',
    '*filter\n:INPUT ACCEPT\n-A INPUT -p tcp --dport\nCOMMIT\n',
    3,
    24,
    /word after --dport/,
  ],
  ['another language', 'table ip filter {\n}\n', 1, 1, /\*filter/],
]
for (const [name, text, line, column, expected] of WRONG) {
  test(`refused: ${name}, at line ${line}, column ${column}`, () => {
    assert.throws(
      () => parse(text),
      error => {
        assert.ok(isFault(error) && error.code === 'E_RULES_SYNTAX', String(error))
        assert.deepEqual([error.details.line, error.details.column], [line, column], error.message)
        assert.match(error.hint, expected)
        return true
      },
    )
  })
}

test('what recent, hashlimit and connlimit remember is a set that only the kernel can fill', () => {
  const rules = [
    '-A INPUT -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource',
    '-A INPUT -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j DROP',
    '-A INPUT -m hashlimit --hashlimit-above 5/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name web -j DROP',
    '-A INPUT -p tcp -m connlimit --connlimit-above 20 --connlimit-mask 24 --connlimit-saddr -j DROP',
  ]
  const [table] = parse(`*filter\n:INPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`).tables
  assert.deepEqual(
    table!.sets.map(({ name, key, flags }) => [name, key, flags]),
    [
      ['recent:DEFAULT', ['ipv4_addr'], ['timeout', 'dynamic']],
      ['hashlimit:web', ['ipv4_addr', 'inet_service'], ['timeout', 'dynamic']],
      ['connlimit', ['ipv4_addr'], ['timeout', 'dynamic']],
    ],
  )
  const saddr = { kind: 'payload', protocol: 'ip', field: 'saddr' }
  assert.deepEqual(table!.chains[0]!.rules[1]!.statements[0], {
    kind: 'update-set',
    op: 'update',
    set: 'recent:DEFAULT',
    key: saddr,
    statements: [{ kind: 'limit', rate: 5, per: 30, burst: 0, unit: 'packets', over: true }],
  })
  assert.deepEqual(table!.chains[0]!.rules[3]!.statements[1], {
    kind: 'update-set',
    op: 'add',
    set: 'connlimit',
    key: { kind: 'bits', op: '&', left: saddr, right: { kind: 'literal', value: 0xffffff00 } },
    statements: [{ kind: 'ct-count', count: 20, over: true }],
  })
})

test('states and translations in one list: one of them is enough, and none of them with "!"', () => {
  const statement = (option: string) =>
    parse(`*filter\n:INPUT ACCEPT\n-A INPUT -m conntrack ${option} -j DROP\nCOMMIT\n`).tables[0]!.chains[0]!
      .rules[0]!.statements[0]
  const status = { kind: 'ct', key: 'status', otherwise: 0 }
  const of = (left: object, op: string, mask: number) => ({
    kind: 'bits',
    op,
    left,
    right: { kind: 'literal', value: mask },
  })
  const both = {
    kind: 'bits',
    op: '|',
    left: of({ kind: 'ct', key: 'state' }, '&', 14),
    right: of(status, '&', 32),
  }
  const zero = { kind: 'value', value: 0 }
  assert.deepEqual(statement('--ctstate NEW,RELATED,ESTABLISHED,DNAT'), {
    kind: 'match',
    left: both,
    op: '!=',
    right: zero,
  })
  assert.deepEqual(statement('! --ctstate NEW,RELATED,ESTABLISHED,DNAT'), {
    kind: 'match',
    left: both,
    op: '==',
    right: zero,
  })
  assert.deepEqual(statement('! --ctstate SNAT'), {
    kind: 'match',
    left: status,
    op: 'none',
    right: { kind: 'value', value: 16 },
  })
})

test('any text is read, or refused with its place', () => {
  const pieces = fc.constantFrom(
    '*filter\n',
    ':INPUT ACCEPT [0:0]\n',
    '-A INPUT ',
    '-m ',
    '--dport ',
    '!',
    ' ',
    '\n',
    '"',
    'COMMIT\n',
    '22',
    '[1:2] ',
    '-j ',
    'DNAT',
    '--to-destination ',
  )
  const rows = fc.constantFrom(...RULES.map(({ table, rule }) => fileOf(table, [rule])))
  const cut = fc
    .tuple(rows, fc.nat(), fc.oneof(fc.string(), fc.constant('constructor')))
    .map(([text, at, more]) => {
      const place = at % text.length
      return text.slice(0, place) + more + text.slice(place + 1)
    })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map(all => all.join('')),
        cut,
      ),
      text => {
        try {
          parse(text)
        } catch (error) {
          assert.ok(isFault(error) && error.code === 'E_RULES_SYNTAX', `${JSON.stringify(text)}: ${error}`)
          assert.ok(Number(error.details.line) >= 1 && Number(error.details.column) >= 1)
        }
      },
    ),
    { numRuns: 2000 },
  )
})
