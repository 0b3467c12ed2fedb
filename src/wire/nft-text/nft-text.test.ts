/**
 * What nft's own listing can't show: files that are included, names of services, listings of other versions, handles. What
 * nft and the kernel judge is in test/kernel/filter/nft-text.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import type { Rule, Table } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { type NftTextOptions, parseNftText } from './nft-text.ts'

const tables = (text: string, options?: NftTextOptions): readonly Table[] =>
  parseNftText(text, options).ruleset.tables

const rules = (text: string, options?: NftTextOptions): readonly Rule[] =>
  tables(`table inet t { chain c {\n${text}\n} }`, options)[0]!.chains[0]!.rules

const first = (rule: string, options?: NftTextOptions): Statement => rules(rule, options)[0]!.statements[0]!

const refused = (text: string, options?: NftTextOptions): Record<string, unknown> => {
  try {
    parseNftText(text, options)
  } catch (error) {
    if (isFault(error)) return { ...error.details, code: error.code, hint: error.hint }
    throw error
  }
  return assert.fail('it was read')
}

const FILES: Readonly<Record<string, string>> = {
  './vars.nft': 'define port = 22\n',
  './rules.nft': 'tcp dport $port accept\nudp dport 53 accept',
  '/etc/d/a.nft': 'table ip a { }\n',
  '/etc/d/b.nft': 'table ip b { }\n',
  './self.nft': 'include "./self.nft"\n',
  './bad.nft': 'table ip x {\n\tchain c {\n\t\tacept\n\t}\n}\n',
}
const include = (path: string): string | undefined => FILES[path]

test('include reads another file where it stands, also inside of a chain', () => {
  const text =
    'include "./vars.nft"\ntable ip t {\n\tchain c {\n\t\tinclude "./rules.nft"\n\t\tdrop\n\t}\n}\n'
  const [table] = tables(text, { include })
  assert.deepEqual(
    table!.chains[0]!.rules.map(rule => rule.statements.length),
    [2, 2, 1],
  )
})

test('a pattern of include stands for files in their order', () => {
  const glob = (pattern: string) => (pattern === '/etc/d/*.nft' ? ['/etc/d/a.nft', '/etc/d/b.nft'] : [])
  const read = tables('include "/etc/d/*.nft"\ninclude "/none/*"\ntable ip c { }', { include, glob })
  assert.deepEqual(
    read.map(({ name }) => name),
    ['a', 'b', 'c'],
  )
})

test('a mistake in an included file is shown in that file', () => {
  const { name, line, column } = refused('\n\n\n\ninclude "./bad.nft"\n', { include })
  assert.deepEqual({ name, line, column }, { name: './bad.nft', line: 3, column: 3 })
})

for (const [name, text, options, why] of [
  ['a file that is not there', 'include "/none"', { include }, /no file \/none/],
  ['an include where nothing can be read', 'include "/x"', {}, /no file \/x/],
  ['a pattern where no folder can be read', 'include "/etc/d/*.nft"', { include }, /patterns/],
  ['a file that includes itself', 'include "./self.nft"', { include }, /16 deep/],
  [
    'the name of a host',
    'add table t; add chain t c; add rule t c ip saddr localhost',
    {},
    /no IPv4 address/,
  ],
  ['the name of a service', 'add table t; add chain t c; add rule t c tcp dport ssh', {}, /no service "ssh"/],
  ['the name of a user', 'add table t; add chain t c; add rule t c meta skuid alice', {}, /no value of uid/],
] as const)
  test(`refused: ${name}`, () => {
    const details = refused(text, options)
    assert.equal(details.code, 'E_RULES_SYNTAX')
    assert.match(String(details.why), why)
    assert.notEqual(details.hint, '')
  })

test('a service is asked for with the protocol that the rule has named', () => {
  const asked: unknown[] = []
  const serviceNumber = (name: string, protocol: string | undefined) => {
    asked.push([name, protocol])
    return 514
  }
  first('tcp dport shell', { serviceNumber })
  first('th dport { shell, 5 }', { serviceNumber })
  assert.deepEqual(asked, [
    ['shell', 'tcp'],
    ['shell', undefined],
  ])
})

test('users and groups are asked for by name', () => {
  const userNumber = (name: string, kind: string) =>
    name === 'alice' ? (kind === 'user' ? 1000 : 100) : undefined
  const value = (rule: string) => (first(rule, { userNumber }) as { right: unknown }).right
  assert.deepEqual(value('meta skuid alice'), { kind: 'value', value: 1000 })
  assert.deepEqual(value('meta skgid "alice"'), { kind: 'value', value: 100 })
})

test('handles of nft -a are read, of whatever has one', () => {
  const [table] = tables(`table inet t { # handle 7
	set s { # handle 1
		type ipv4_addr
	}

	counter n { # handle 5
		packets 0 bytes 0
	}

	chain c { # handle 2
		tcp dport 22 accept # handle 3
		tcp dport { 80,
			81 } comment "# handle 9" # handle 4
		drop # handled
	}
}
`)
  const [chain] = table!.chains
  assert.deepEqual(
    [table!.handle, table!.sets[0]!.handle, table!.objects[0]!.handle, chain!.handle],
    [7, 1, 5, 2],
  )
  assert.deepEqual(
    chain!.rules.map(({ handle, line }) => [handle, line]),
    [
      [3, 11],
      [4, 12],
      [undefined, 14],
    ],
  )
})

for (const [what, rule, text] of [
  [
    'an extension of iptables',
    'ip saddr 1.1.1.1 xt match "recent" counter packets 1 bytes 2 accept',
    /^xt match "recent"/,
  ],
  ['a header inside of a tunnel', 'vxlan ip saddr 1.1.1.1 accept', /^vxlan ip saddr 1\.1\.1\.1 accept$/],
  [
    'a queue that is computed',
    'queue flags bypass to symhash mod 4',
    /^queue flags bypass to symhash mod 4$/,
  ],
] as const)
  test(`kept as text, to the end of the rule: ${what}`, () => {
    const [only] = rules(`${rule} comment "x"`)
    const last = only!.statements.at(-1)!
    assert.ok(last.kind === 'unsupported' && last.matches && last.ends)
    assert.match(last.text, text)
    assert.equal(only!.comment, 'x')
  })

test('what nft before 1.0.6 hides behind a "#" in tables of iptables is not lost', () => {
  const [table] = tables(`# Warning: table ip filter is managed by iptables-nft, do not touch!
table ip filter {
	chain INPUT {
		type filter hook input priority filter; policy accept;
		meta l4proto tcp # recent counter packets 0 bytes 0 drop
	}
}
`)
  assert.equal(table!.backend, 'iptables-nft')
  assert.deepEqual(table!.chains[0]!.rules[0]!.statements.at(-1), {
    kind: 'unsupported',
    text: '# recent counter packets 0 bytes 0 drop',
    matches: true,
    ends: true,
  })
})

for (const [name, newer, older] of [
  ['masked flags', 'tcp flags syn / fin,syn,rst', 'tcp flags & (fin | syn | rst) == syn'],
  ['flags of a queue', 'queue flags bypass,fanout to 1-3', 'queue num 1-3 bypass,fanout'],
  ['words for signs', 'meta mark and 0xff eq 0x1', 'meta mark & 0xff == 1'],
  ['a bare key of meta', 'iifname "lo"', 'meta iifname "lo"'],
  ['the older form of a set that grows', 'set add ip saddr timeout 5s @s', 'add @s { ip saddr timeout 5s }'],
  ['an interface without quotes', 'iifname eth*', 'iifname "eth*"'],
  ['the hexadecimal form', 'tcp dport 0x16', 'tcp dport 22'],
  ['a mask of a prefix', 'ip saddr 10.1.2.3/8', 'ip saddr 10.0.0.0/8'],
  ['a range over midnight', 'meta hour "22:00"-"06:00"', 'meta hour != "06:00"-"22:00"'],
] as const)
  test(`two ways of saying it: ${name}`, () => {
    const table = (rule: string) =>
      tables(
        `table ip t {\n set s { type ipv4_addr; flags dynamic,timeout; size 9; }\n chain c {\n${rule}\n}}`,
      )
    assert.deepEqual(table(newer), table(older))
  })

test('last used is read, which newer kernels list', () => {
  assert.deepEqual(first('last used 1m30s'), { kind: 'last', used: 90 })
  assert.deepEqual(first('last used never'), { kind: 'last' })
})

test('a chain without a name is one of the table', () => {
  const [table] = tables('table ip t { chain c { tcp dport 22 jump { accept; drop; } } }')
  assert.deepEqual(
    table!.chains.map(({ name, rules: { length } }) => [name, length]),
    [
      ['c', 1],
      ['__chain0', 2],
    ],
  )
})

test('commands that need what a listing gave: handles, new names, destroy', () => {
  const [table, ...others] = tables(`table ip t {
	chain c { # handle 1
		accept # handle 2
		drop # handle 3
		return # handle 4
	}
	chain d {
	}
}
delete rule ip t c handle 3
replace rule t c handle 4 counter
insert rule t c handle 2 continue
add rule t c handle 2 notrack
rename chain t d e
destroy table ip nosuch
destroy chain t nosuch
list ruleset
`)
  assert.deepEqual(others, [])
  assert.deepEqual(
    table!.chains.map(({ name }) => name),
    ['c', 'e'],
  )
  const kinds = table!.chains[0]!.rules.map(({ statements: [one] }) =>
    one!.kind === 'verdict' ? one!.verdict.kind : one!.kind,
  )
  assert.deepEqual(kinds, ['continue', 'accept', 'notrack', 'counter'])
})

test('what only asks is told, not lost', () => {
  assert.deepEqual(parseNftText('list ruleset\n').warnings, ['line 1: "list" asks, and changes no rule'])
})

test('10,000 rules are read', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, at) => `ip saddr 10.0.${at >> 8}.${at & 255} tcp dport 22 accept`,
  )
  const read = rules(lines.join('\n'))
  assert.equal(read.length, 10_000)
  assert.equal(read.at(-1)!.line, 10_001)
})

const NEWER = `table inet t {
	map names {
		typeof osf name : ct mark
		elements = { "Linux" : 0x00000001 }
	}

	map helpers {
		typeof ip6 saddr : ct helper
		flags interval	# count 1
		elements = { 2001:db8::/64 : "ftp-std" }
	}

	map flagged {
		typeof tcp flags . tcp dport : verdict
		elements = { syn | ack . 80 : accept,
			     rst . 100 : drop }
	}

	map raw {
		typeof ip saddr . @ih,32,32 : verdict
		elements = { 192.0.2.1 . 0x14 : accept }
	}

	set helped {
		typeof ct helper
		elements = { "ftp",
			     "sip" }
	}

	ct helper ftp-std {
		type "ftp" protocol tcp
		l3proto inet
	}

	chain c {
		ct mark set osf name map @names
		ct helper set ip6 saddr map @helpers
		tcp flags . tcp dport vmap @flagged
		ip saddr . @ih,32,32 vmap @raw
		ct helper @helped accept
		fib daddr . iif check exists
		icmpv6 type . ip6 daddr { nd-router-solicit . ff02::2, nd-neighbor-solicit . ff02::1:ff00:0/104 } return
		meta mark set ct mark & 0xffff0000 | meta mark
		ct count over 3 drop
		last used 3s
	}
}
`

test('what nft 1.1 lists is read, with nothing left as text', () => {
  const [table] = tables(NEWER)
  const [chain] = table!.chains
  assert.equal(chain!.rules.length, 10)
  assert.deepEqual(
    table!.sets.map(({ key, mapTo, objectKind }) => [key.length, mapTo.join(), objectKind]),
    [
      [1, 'mark', undefined],
      [1, '', 'ct helper'],
      [2, 'verdict', undefined],
      [2, 'verdict', undefined],
      [1, '', undefined],
    ],
  )
  const text = JSON.stringify(chain, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  assert.doesNotMatch(text, /unsupported/)
})
