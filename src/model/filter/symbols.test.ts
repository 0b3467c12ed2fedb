import assert from 'node:assert/strict'
import test from 'node:test'
import { datatypeNamed, ofWidth } from './datatypes.ts'
import type { Scalar } from './pattern.ts'
import { formatScalar, parseSymbol } from './symbols.ts'

/** As `nft list ruleset` 1.0.6 shows them. */
const BOTH_WAYS: readonly [datatype: string, word: string, value: Scalar, listed?: string][] = [
  ['ipv4_addr', '10.0.0.1', 0x0a000001],
  ['ipv4_addr', '255.255.255.255', 0xffffffff],
  ['ipv6_addr', '::', 0n],
  ['ipv6_addr', '::1', 1n],
  ['ipv6_addr', 'fe80::1', (0xfe80n << 112n) | 1n],
  ['ipv6_addr', '::1.2.3.4', 0x01020304n],
  ['ipv6_addr', '::ffff:1.2.3.4', 0xffff01020304n],
  ['ipv6_addr', '::1:0:0', 0x100000000n],
  ['ipv6_addr', '1:0:0:2::3', (1n << 112n) | (2n << 64n) | 3n],
  ['ipv6_addr', '1:0:2:3:4:5:6:7', 0x00010000000200030004000500060007n],
  ['ether_addr', '00:11:22:33:44:55', 0x001122334455],
  ['ether_addr', 'ff:ff:ff:ff:ff:ff', 0xffffffffffff],
  ['mark', '0x10', 16, '0x00000010'],
  ['mark', '4294967295', 0xffffffff, '0xffffffff'],
  ['inet_proto', 'tcp', 6],
  ['inet_proto', 'icmpv6', 58, 'ipv6-icmp'],
  ['inet_proto', '200', 200],
  ['inet_service', '0x16', 22, '22'],
  ['inet_service', '017', 15, '15'],
  ['ct_state', 'established', 2],
  ['dscp', 'ef', 46],
  ['dscp', '9', 9, '0x09'],
  ['ecn', 'ect0', 2],
  ['ether_type', 'vlan', 0x8100, '8021q'],
  ['ether_type', '0x12', 0x12, '0x0012'],
  ['icmpv6_type', 'mld-listener-reduction', 132, 'mld-listener-done'],
  ['pkt_type', 'unicast', 0, 'host'],
  ['day', 'Monday', 1, '"Monday"'],
  ['hour', '22:15:30', 80130, '"22:15:30"'],
  ['hour', '10:00', 36000, '"10:00"'],
  ['time', '2024-01-02 03:04:05', 1704164645000000000n, '"2024-01-02 03:04:05"'],
  ['time', '1704164645', 1704164645000000000n, '"2024-01-02 03:04:05"'],
  ['classid', '1:2', 0x10002],
  ['classid', 'root', 0xffffffff],
  ['classid', 'none', 0],
  ['ct_label', '12', 1n << 12n],
  ['devgroup', 'default', 0, '"default"'],
  ['realm', 'cosmos', 0, '"cosmos"'],
  ['iface_index', 'lo', 'lo', '"lo"'],
  ['iface_index', '3999', '3999'],
  ['boolean', 'missing', 0],
  ['fib_addrtype', 'local', 2],
]
for (const [name, word, value, listed = word] of BOTH_WAYS) {
  test(`${name} ${word} is ${typeof value === 'bigint' ? `0x${value.toString(16)}` : value}, and listed as ${listed}`, () => {
    assert.equal(parseSymbol(datatypeNamed(name), word), value)
    assert.equal(formatScalar(datatypeNamed(name), value), listed)
  })
}

const NONE: readonly [datatype: string, word: string, why: string][] = [
  ['ipv4_addr', '10.0.0', 'three parts'],
  ['ipv4_addr', '010.0.0.1', 'octal to some'],
  ['ipv4_addr', '::1', 'the other family'],
  ['ipv6_addr', '10.0.0.1', 'the other family'],
  ['ipv6_addr', 'fe80::1%eth0', 'a zone is no part of a packet'],
  ['inet_service', '65536', 'above 16 bits'],
  ['inet_service', '-1', 'below zero'],
  ['inet_service', 'ssh', 'services are numbers here'],
  ['inet_proto', '256', 'above 8 bits'],
  ['inet_proto', 'tcpp', 'no such protocol'],
  ['dscp', '64', 'above 6 bits'],
  ['mark', '0x100000000', 'above 32 bits'],
  ['hour', '24:00', 'no such hour'],
  ['time', '2024-02-30 00:00:00', 'no such day'],
  ['ether_addr', '00:11:22:33:44', 'five bytes'],
  ['ct_label', '128', 'there are 128 from 0'],
  ['ct_state', '', 'nothing'],
]
for (const [name, word, why] of NONE) {
  test(`${name} "${word}" is none: ${why}`, () =>
    assert.equal(parseSymbol(datatypeNamed(name), word), undefined))
}

const LISTED: readonly [name: string, width: number, value: number | bigint, bare: boolean, text: string][] =
  [
    ['ct_state', 32, 0x0a, false, 'established,new'],
    ['ct_state', 32, 0x80, false, '0x80'],
    ['ct_state', 32, 0x82, false, 'established,0x80'],
    ['tcp_flag', 8, 0, false, '0x0'],
    ['tcp_flag', 8, 0x12, false, 'syn,ack'],
    ['ct_label', 128, 0b100010n, false, '1,5'],
    ['icmp_type', 8, 3, true, '3'],
    ['dscp', 6, 8, true, '0x08'],
    ['inet_proto', 8, 6, true, '6'],
    ['time', 32, 3720000, false, '1h2m'],
    ['time', 32, 500, false, '500ms'],
    ['time', 32, 7200000, true, '7200s'],
    ['xinteger', 64, 0xffffffffffffffffn, false, '0xffffffffffffffff'],
    ['bitmask', 8, 3, false, '0x3'],
  ]
for (const [name, width, value, bare, text] of LISTED) {
  test(`${name} ${value} is listed as ${text}${bare ? ' in a range' : ''}`, () =>
    assert.equal(formatScalar(ofWidth(name, width), value, bare), text))
}
