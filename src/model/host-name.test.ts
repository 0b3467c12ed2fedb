import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAddress } from './address.ts'
import { parseHostName } from './host-name.ts'

const READ: readonly [text: string, name: string][] = [
  ['localhost', 'localhost'],
  ['WWW.Example.COM', 'www.example.com'],
  ['example.com.', 'example.com.'],
  ['a', 'a'],
  ['3com', '3com'],
  ['1.2.3.4.in-addr.arpa', '1.2.3.4.in-addr.arpa'],
  ['my_db', 'my_db'],
  ['_sip._tcp.example.com', '_sip._tcp.example.com'],
  ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
  ['x'.repeat(63), 'x'.repeat(63)],
  [`${`${'x'.repeat(49)}.`.repeat(5)}abc`, `${`${'x'.repeat(49)}.`.repeat(5)}abc`],
]

for (const [text, name] of READ) {
  test(`${text.slice(0, 40)} is a host name`, () => {
    assert.equal(parseHostName(text), name)
    assert.equal(parseHostName(name), name)
  })
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty/],
  [' a', /spaces around/],
  ['a b', /" " has no place/],
  ['a..b', /empty label/],
  ['.a', /empty label/],
  ['.', /empty label/],
  ['-a', /"-a" begins or ends with a hyphen/],
  ['b.a-', /"a-" begins or ends with a hyphen/],
  ['x'.repeat(64), /longer than 63/],
  [`${`${'x'.repeat(49)}.`.repeat(5)}abcd`, /longer than 253/],
  ['münchen.de', /"ü" is not an ASCII character.*xn--/],
  ['a:80', /":" has no place/],
  ['a/b', /"\/" has no place/],
  ['a@b', /"@" has no place/],
  ['a\0', /has no place/],
  ['127.1', /ends in a number/],
  ['12', /ends in a number/],
  ['a.80', /ends in a number/],
  ['a.0x50', /ends in a number/],
  ['1.2.3.4', /ends in a number/],
  ['::1', /":" has no place/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text.slice(0, 40))} is refused: ${why.source}`, () => {
    assert.throws(() => parseHostName(text), { code: 'E_HOST_NAME_SYNTAX', message: why })
  })
}

test('law: no text is a host name and an address', () => {
  const scrap = fc.constantFrom('1', '255', '.', '0x', 'a', 'ff', ':', '-')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(scrap, { maxLength: 9 }).map(list => list.join('')),
        fc.ipV4(),
        fc.ipV6(),
      ),
      text => {
        const name = (() => {
          try {
            return parseHostName(text)
          } catch {
            return undefined
          }
        })()
        assert.ok(!(isAddress(text) && name !== undefined))
      },
    ),
  )
})

test('law: names that resolvers use are read', () => {
  fc.assert(fc.property(fc.domain(), name => assert.equal(parseHostName(name), name.toLowerCase())))
})
