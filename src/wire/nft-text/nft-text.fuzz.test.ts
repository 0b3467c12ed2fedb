/** Whatever the text: the parser ends, with a rule set or with its one fault. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isFault } from '../../model/fault.ts'
import { parseNftText } from './nft-text.ts'

const FILE = `#!/usr/sbin/nft -f
flush ruleset
define wan = { eth0, "eth1" }
table inet filter { # handle 3
	comment "x"
	set s { type ipv4_addr . inet_service; flags interval, timeout; elements = { 10.0.0.0/8 . 22-25 timeout 1h, 1.1.1.1 . 80 comment "y" } }
	map m { type ipv4_addr : verdict; elements = { 1.1.1.1 : accept, * : jump c } }
	counter n { packets 1 bytes 2 }
	chain c { counter name "n"; return; }
	chain input {
		type filter hook input priority filter - 5; policy drop;
		iifname $wan ip saddr . tcp dport @s ct state { new, established } accept comment "z" # handle 9
		ct state vmap { new : accept, invalid : drop }
		tcp flags & (fin|syn) == syn limit rate over 10/second burst 5 packets log prefix "p" drop
		meta mark set jhash ip saddr . tcp dport mod 4 seed 0x1 map { 0 : 1, 1-3 : 2 }
		ip6 saddr fe80::/10 icmpv6 type nd-router-advert reject with icmpv6 type no-route
		meta l4proto tcp dnat ip6 to [2001:db8::1]:80
		jump { add @s { ip saddr . tcp dport timeout 5m }; @th,16,16 22 accept; }
	}
}
add rule inet filter c tcp option maxseg size set rt mtu
delete table inet filter
`

const TOKENS = [
  ...new Set(FILE.split(/(\s+|[{}();,:])/)),
  '$x',
  '@',
  '"',
  '\\\n',
  '#',
  '..',
  '::',
  '1d2h',
  '0x',
  '-',
  '/',
]

function ends(text: string): void {
  try {
    parseNftText(text, { include: path => (path === 'self' ? text : undefined) })
  } catch (error) {
    if (!isFault(error)) throw error
    assert.equal(error.code, 'E_RULES_SYNTAX')
    assert.ok(Number(error.details.line) >= 1 && Number(error.details.column) >= 1)
  }
}

test('any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), ends), { numRuns: 2000 })
})

test('any words of the language, in any order', () => {
  const words = fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 })
  fc.assert(
    fc.property(words, list => ends(list.join(' '))),
    { numRuns: 5000 },
  )
})

test('any words of the language, as a rule', () => {
  const words = fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 })
  fc.assert(
    fc.property(words, list => ends(`table inet t { chain c {\n ${list.join(' ')}\n}}`)),
    { numRuns: 5000 },
  )
})

test('a file with a piece taken out, put in or moved', () => {
  const place = fc.nat(FILE.length)
  fc.assert(
    fc.property(place, place, fc.constantFrom('', ...TOKENS), (a, b, token) => {
      const [from, to] = [Math.min(a, b), Math.min(Math.min(a, b) + 40, Math.max(a, b))]
      ends(FILE.slice(0, from) + token + FILE.slice(to))
      ends(FILE.slice(0, a))
    }),
    { numRuns: 3000 },
  )
})

for (const [name, text] of [
  ['braces', '{'.repeat(100_000)],
  ['parentheses', `table ip t { chain c { meta mark ${'('.repeat(100_000)}`],
  ['sets', `define x = ${'{'.repeat(100_000)}`],
  ['chains', `table ip t { chain c { ${'jump { '.repeat(10_000)}`],
  [
    'a variable that doubles',
    `define a0 = { 1, 2 }\n${Array.from({ length: 200 }, (_, at) => `define a${at + 1} = { $a${at}, $a${at} }`).join('\n')}\nadd table t; add chain t c; add rule t c tcp dport $a200`,
  ],
  ['an include of itself', 'include "self"\n'.repeat(2)],
  ['a long word', 'a'.repeat(1_000_000)],
  ['many colons', ':'.repeat(50_000)],
  ['hexadecimal and colons', 'a:'.repeat(50_000)],
  ['digits', '1'.repeat(100_000)],
  ['parentheses of expressions', `table ip t { chain c { ${'(mark & '.repeat(100_000)}`],
  ['hashes of hashes', `table ip t { chain c { ${'jhash '.repeat(100_000)}`],
  [
    'operators behind an expression',
    `table ip t { chain c { meta mark set mark ${'| 1 '.repeat(50_000)}\n}}`,
  ],
  ['operators', `table ip t { chain c { meta mark set 1 ${'| 1 '.repeat(50_000)}\n}}`],
] as const)
  test(`much of the same: ${name}`, () => ends(text))
