import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { parseFibTrie, parseIfInet6 } from './proc-addresses.ts'

const recorded = (file: string): string =>
  readFileSync(new URL(`./testdata/${file}`, import.meta.url), 'utf8')

test('IPv6 of a real namespace', () => {
  const found = parseIfInet6(recorded('if_inet6.proc')).map(
    ({ address, prefix, interface: name }) => `${name} ${address}/${prefix}`,
  )
  assert.deepEqual(found.filter(text => !text.includes(' fe80:')).sort(), [
    'harbour 2001:db8::1/64',
    'lo ::1/128',
  ])
  assert.equal(found.length, 4)
})

test('IPv4 of a real namespace', () => {
  const found = parseFibTrie(recorded('fib_trie.proc'), recorded('route.proc'))
  assert.deepEqual(
    found.map(({ address, prefix, interface: name }) => `${name} ${address}/${prefix}`).sort(),
    // The /32 of the point-to-point link has no route of its own: its interface can't be told.
    [' 198.51.100.7/32', 'harbour 192.0.2.1/24', 'lo 127.0.0.1/8'],
  )
})

const IF_INET6: readonly (readonly [what: string, line: string, ReturnType<typeof parseIfInet6>])[] = [
  [
    'an address',
    '20010db8000000000000000000000001 0a 40 00 80 eth0',
    [{ address: '2001:db8::1' as never, prefix: 64, interface: 'eth0', index: 10 }],
  ],
  ['too short', '20010db800000000000000000000001 0a 40 00 80 eth0', []],
  ['a prefix that is too long', '20010db8000000000000000000000001 0a ff 00 80 eth0', []],
  ['without a name', '20010db8000000000000000000000001 0a 40 00 80', []],
  ['nonsense', 'x', []],
]
for (const [what, line, expected] of IF_INET6) {
  test(`if_inet6: ${what}`, () => assert.deepEqual(parseIfInet6(`${line}\n`), expected))
}

const TRIE = `Local:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.1.2.3
        /32 host LOCAL
     |-- 10.1.0.0
        /16 link UNICAST
     |-- 10.1.2.0
        /24 link UNICAST
     |-- 10.9.9.9
        /32 link BROADCAST
     |-- 203.0.113.0
        /24 universe UNICAST
     |-- 203.0.113.5
        /32 host LOCAL
     |-- 999.1.1.1
        /32 host LOCAL
     |-- 1.1.1.1
        /99 link UNICAST
`
test('the narrowest connected network decides about prefix and interface', () => {
  const routes = (order: (digits: string) => string): string =>
    [
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
      `eth4\t${order('0A010200')}\t00000000\t0001\t0\t0\t0\t${order('FF00FF00')}\t0\t0\t0`,
      `ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0`,
      `eth0\t${order('0A010000')}\t00000000\t0001\t0\t0\t0\t${order('FFFF0000')}\t0\t0\t0`,
      `eth1\t${order('0A010200')}\t00000000\t0001\t0\t0\t0\t${order('FFFFFF00')}\t0\t0\t0`,
      `eth2\t${order('CB007100')}\t${order('0A010201')}\t0003\t0\t0\t0\t${order('FFFFFF00')}\t0\t0\t0`,
      `eth3\t00000000\t${order('0A010201')}\t0003\t0\t0\t0\t00000000\t0\t0\t0`,
      'nonsense',
    ].join('\n')
  const swapped = (digits: string): string => digits.match(/../g)!.reverse().join('')
  const expected = [
    { address: '10.1.2.3', prefix: 24, interface: 'eth1', index: 0 },
    { address: '203.0.113.5', prefix: 32, interface: '', index: 0 },
  ]
  assert.deepEqual(parseFibTrie(TRIE, routes(swapped), true), expected)
  assert.deepEqual(
    parseFibTrie(
      TRIE,
      routes(digits => digits),
      false,
    ),
    expected,
  )
})

test('without routes the trie itself has the prefix', () => {
  assert.deepEqual(parseFibTrie(TRIE)[0], { address: '10.1.2.3', prefix: 24, interface: '', index: 0 })
})

test('nothing', () => {
  assert.deepEqual(parseFibTrie(''), [])
  assert.deepEqual(parseIfInet6(''), [])
})
