import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import { isAddress, parseAddress } from './address.ts'

const READ: readonly [text: string, canonical: string, why: string][] = [
  ['192.0.2.1', '192.0.2.1', 'IPv4 as it is'],
  ['0.0.0.0', '0.0.0.0', 'the least IPv4 address'],
  ['255.255.255.255', '255.255.255.255', 'the greatest'],
  ['::', '::', 'all zeros'],
  ['0:0:0:0:0:0:0:0', '::', 'all zeros in full'],
  ['::1', '::1', 'loopback'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', 'RFC 5952 section 4.2.3: the first of equal runs'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', 'RFC 5952 section 4.2.3: the longest run'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 'RFC 5952 section 4.2.2: no "::" for one group'],
  ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 'the same, written with "::"'],
  ['2001:0DB8:AAAA:BBBB:CCCC:DDDD:EEEE:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1', 'RFC 5952 section 4.3'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', '"::" for one group at the end'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8', '"::" for one group at the beginning'],
  ['0:0:3:4:5:6:7:8', '::3:4:5:6:7:8', 'a run at the beginning'],
  ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::', 'a run at the end'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1', 'IPv4-mapped stays IPv6'],
  ['::ffff:c000:201', '::ffff:192.0.2.1', 'IPv4-mapped in hexadecimal'],
  ['0:0:0:0:0:FFFF:192.0.2.1', '::ffff:192.0.2.1', 'IPv4-mapped in full'],
  ['::192.0.2.1', '::c000:201', 'an IPv4 ending elsewhere becomes groups'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221', 'a translated address, too'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304', 'an IPv4 ending without "::"'],
  ['fe80::1%eth0', 'fe80::1%eth0', 'a zone'],
  ['FE80::1%Eth0', 'fe80::1%Eth0', 'names of interfaces keep their case'],
  ['fe80::1%3', 'fe80::1%3', 'a zone by number'],
  ['fe80::1%br-0a.100@x', 'fe80::1%br-0a.100@x', 'a zone with signs in it'],
]

for (const [text, canonical, why] of READ) {
  test(`${text} is ${canonical}: ${why}`, () => {
    assert.equal(parseAddress(text), canonical)
    assert.equal(parseAddress(canonical), canonical)
    assert.equal(isAddress(text), true)
  })
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty/],
  [' 192.0.2.1', /spaces around/],
  ['::1\n', /spaces around/],
  ['localhost', /looks like a name/],
  ['127.1', /2 parts/],
  ['1.2.3', /3 parts/],
  ['1.2.3.4.5', /5 parts/],
  ['1..2.3', /part 2 is empty/],
  ['1.2.3.', /part 4 is empty/],
  ['01.2.3.4', /"01" has a leading zero/],
  ['1.2.3.00', /"00" has a leading zero/],
  ['1.2.3.256', /256 is over 255/],
  ['1.2.3.1000', /1000 is over 255/],
  ['0x7f.0.0.1', /"0x7f" is hexadecimal/],
  ['0x7f000001', /hexadecimal/],
  ['2130706433', /single number/],
  ['１.2.3.4', /U\+FF11.*not an ASCII/],
  ['1。2。3。4', /U\+3002/],
  ['1.2.3.4\0', /no place/],
  ['1.2.3.4:80', /port after it/],
  ['[::1]', /[Bb]rackets/],
  ['10.0.0.0/8', /prefixes/],
  ['1.2.3.4%eth0', /only IPv6 addresses have a zone/],
  ['::ffff:1.2.3.4%eth0', /mapped address has no zone/],
  ['fe80::1%', /nothing stands after "%"/],
  ['%eth0', /nothing stands before "%"/],
  ['fe80::1%a%b', /can't contain "%"/],
  ['fe80::1%a b', /can't contain " "/],
  ['fe80::1%a:b', /can't contain ":"/],
  ['fe80::1%a/64', /can't contain "\/"/],
  ['fe80::1%a]', /can't contain "]"/],
  ['fe80::1%\u202eeth0', /can't contain/],
  ['1::2::3', /"::" twice/],
  [':::', /three colons/],
  ['1:2:3:4:5:6:7', /7 groups/],
  ['1:2:3:4:5:6:7:8:9', /9 groups/],
  ['1:2:3:4::5:6:7:8', /8 groups and "::"/],
  ['1:2:3:4:5:6:7:1.2.3.4', /9 groups.*counts as 2/],
  [':1:2:3:4:5:6:7', /begins with a single colon/],
  ['1:2:3:4:5:6:7:', /ends with a single colon/],
  ['::12345', /"12345" has over four digits/],
  ['::g', /"g" has no place/],
  ['1:2', /single colon/],
  ['1.2.3.4::', /not at the end/],
  ['::1.2.3.4:5', /not at the end/],
  ['::1.2.3', /IPv4 ending.*3 parts/],
  ['::1.2.3.04', /IPv4 ending.*leading zero/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parseAddress(text), { code: 'E_ADDRESS_SYNTAX', message: why })
    assert.equal(isAddress(text), false)
  })
}

/** Where Node's `isIP` and we disagree, and why we do. */
const NODE_DIFFERS: readonly [text: string, node: number, why: string][] = [
  ['fe80::1%a_b', 0, 'interface names may have an underscore'],
  ['fe80::1%a@b', 0, 'and nearly every other sign'],
  ['fe80::1%ü', 0, 'and letters of any script'],
  ['fe80::1%a:b', 6, 'but no colon (Linux dev_valid_name)'],
  ['::ffff:1.2.3.4%eth0', 6, 'IPv4 has no zones, mapped or not'],
]

for (const [text, node, why] of NODE_DIFFERS) {
  test(`unlike Node about ${text}: ${why}`, () => {
    assert.equal(isIP(text), node)
    assert.equal(isAddress(text), node === 0)
  })
}
