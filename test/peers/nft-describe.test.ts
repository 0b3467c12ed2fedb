/**
 * Our datatypes, and their words and numbers, beside what `nft describe` prints of the installed nft.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test, { describe } from 'node:test'
import { DATATYPES, datatypeNamed } from '../../src/model/filter/datatypes.ts'
import type { Expression } from '../../src/model/filter/expression.ts'
import { HEADERS } from '../../src/model/filter/headers.ts'
import { datatypeOf, formatScalar, parseSymbol, WORDS } from '../../src/model/filter/symbols.ts'

const missing = spawnSync('nft', ['--version']).error !== undefined
const nftDescribe = (what: string): string =>
  spawnSync('nft', ['describe', what], { encoding: 'utf8' }).stdout ?? ''

/** Numbers that nft shows as the network has their bytes. */
const NETWORK_ORDER: ReadonlySet<string> = new Set(['ether_type', 'arp_op'])
const swapped = (number: number): number => ((number & 0xff) << 8) | (number >> 8)

/** Datatypes that can't be described by their name, and an expression that has them. */
const BY_EXPRESSION: Readonly<Record<string, string>> = {
  ecn: 'ip ecn',
  ct_label: 'ct label',
  ct_event: 'ct event',
  day: 'meta day',
  hour: 'meta hour',
  time: 'meta time',
  mark: 'meta mark',
}
/** Fields that newer versions know. */
const UNKNOWN_TO_1_0_6: ReadonlySet<string> = new Set([
  'gre',
  'vxlan',
  'geneve',
  'icmpv6 parameter-problem',
  'icmpv6 taddr',
  'icmpv6 daddr',
])
/** Ours alone: nft has it within itself and doesn't describe it. */
const OWN: ReadonlySet<string> = new Set(['xinteger'])

describe('nft describe', { skip: missing && 'nft is not installed' }, () => {
  for (const datatype of DATATYPES.values()) {
    if (OWN.has(datatype.name)) continue
    test(`${datatype.name}: the same width and the same words`, () => {
      const text = nftDescribe(BY_EXPRESSION[datatype.name] ?? datatype.name)
      assert.match(text, new RegExp(`datatype ${datatype.name} `))
      const width = /, (\d+) bits/.exec(text)
      assert.equal(datatype.width, Number(width?.[1] ?? 0))
      const theirs = [...text.matchAll(/^\t(\S+)\s+(0x[0-9a-f]+|\d+)$/gm)].map(
        ([, word, number]): [string, number] => [
          word!,
          NETWORK_ORDER.has(datatype.name) ? swapped(Number(number)) : Number(number),
        ],
      )
      const table = WORDS.get(datatype.name)
      if (datatype.name === 'devgroup' || datatype.name === 'realm' || datatype.name.endsWith('id')) return
      for (const [word, number] of theirs) assert.equal(parseSymbol(datatype, word), number, word)
      const known = new Set(theirs.map(([word]) => word))
      for (const word of table?.wordOf.values() ?? []) assert.ok(known.has(word), word)
    })
  }

  for (const [protocol, fields] of HEADERS) {
    if (UNKNOWN_TO_1_0_6.has(protocol)) continue
    test(`${protocol}: the same fields`, () => {
      for (const [field, datatype] of fields) {
        if (UNKNOWN_TO_1_0_6.has(`${protocol} ${field}`)) continue
        const text = nftDescribe(`${protocol} ${field}`)
        const name = datatype.name === 'time' ? 'time' : datatype.name
        assert.match(text, new RegExp(`datatype ${name} .*, ${datatype.width} bits`), `${protocol} ${field}`)
      }
    })
  }

  const EXPRESSIONS: readonly [text: string, expression: Expression][] = [
    ...[
      'length',
      'mark',
      'iif',
      'iiftype',
      'skuid',
      'l4proto',
      'protocol',
      'pkttype',
      'day',
      'hour',
      'time',
      'cgroup',
    ].map((key): [string, Expression] => [`meta ${key}`, { kind: 'meta', key }]),
    ...[
      'state',
      'direction',
      'status',
      'mark',
      'expiration',
      'label',
      'bytes',
      'zone',
      'l3proto',
      'protocol',
      'id',
    ].map((key): [string, Expression] => [`ct ${key}`, { kind: 'ct', key }]),
    ['ct original ip saddr', { kind: 'ct', key: 'saddr', family: 'ip', direction: 'original' }],
    ['ct reply ip6 daddr', { kind: 'ct', key: 'daddr', family: 'ip6', direction: 'reply' }],
    ['fib daddr type', { kind: 'fib', flags: ['daddr'], result: 'type' }],
    ['fib daddr oif', { kind: 'fib', flags: ['daddr'], result: 'oif' }],
    ['rt mtu', { kind: 'rt', key: 'mtu' }],
    ['rt ip nexthop', { kind: 'rt', key: 'nexthop', family: 'ip' }],
    ['rt classid', { kind: 'rt', key: 'classid' }],
    ['socket mark', { kind: 'socket', key: 'mark' }],
    ['socket transparent', { kind: 'socket', key: 'transparent' }],
    ['ipsec in reqid', { kind: 'ipsec', direction: 'in', spnum: 0, key: 'reqid' }],
    ['numgen inc mod 2', { kind: 'numgen', mode: 'inc', modulus: 2, offset: 0 }],
    ['frag frag-off', { kind: 'header', of: 'ipv6', name: 'frag', field: 'frag-off' }],
    ['frag nexthdr', { kind: 'header', of: 'ipv6', name: 'frag', field: 'nexthdr' }],
    ['srh sid[1]', { kind: 'header', of: 'ipv6', name: 'srh', field: 'sid[1]' }],
    ['mh type', { kind: 'header', of: 'ipv6', name: 'mh', field: 'type' }],
    ['tcp option maxseg size', { kind: 'header', of: 'tcp-option', name: 'maxseg', field: 'size' }],
    ['tcp option timestamp tsval', { kind: 'header', of: 'tcp-option', name: 'timestamp', field: 'tsval' }],
    ['tcp option mptcp subtype', { kind: 'header', of: 'tcp-option', name: 'mptcp', field: 'subtype' }],
    ['ip option ra value', { kind: 'header', of: 'ipv4-option', name: 'ra', field: 'value' }],
    ['sctp chunk data tsn', { kind: 'header', of: 'sctp-chunk', name: 'data', field: 'tsn' }],
    [
      'sctp chunk init num-outbound-streams',
      { kind: 'header', of: 'sctp-chunk', name: 'init', field: 'num-outbound-streams' },
    ],
  ]
  for (const [text, expression] of EXPRESSIONS) {
    test(`${text}: the same datatype and width`, () => {
      const { name, width } = datatypeOf(expression)
      assert.match(nftDescribe(text), new RegExp(`datatype ${name} .*, ${width} bits`))
    })
  }
})

test('the words that stand for a number first are the ones that are written', () => {
  for (const [name, { wordOf }] of WORDS) {
    const datatype = datatypeNamed(name)
    for (const [number, word] of wordOf)
      if (datatype.flags !== true && name !== 'uid') {
        assert.equal(formatScalar(datatype, number).replaceAll('"', ''), word)
      }
  }
})
