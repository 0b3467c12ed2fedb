import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ANY_PORT,
  isPort,
  LAST_PORT,
  PORT_CLASSES,
  type Port,
  type PortClass,
  parsePort,
  portClass,
} from './port.ts'

for (const [text, port] of [
  ['0', 0],
  ['1', 1],
  ['80', 80],
  ['1024', 1024],
  ['65535', 65535],
] as const) {
  test(`port ${text} is ${port}`, () => assert.equal(parsePort(text), port))
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty/],
  ['65536', /last port is 65535/],
  ['99999', /last port is 65535/],
  ['123456789012345678901234567890', /last port is 65535/],
  ['-1', /negative/],
  ['-0', /negative/],
  ['+80', /sign/],
  ['080', /leading zero/],
  ['00', /leading zero/],
  ['80.0', /decimal point/],
  ['80.', /decimal point/],
  ['1e3', /exponent/],
  ['1E3', /exponent/],
  ['0x50', /not in decimal/],
  ['0b1010000', /not in decimal/],
  ['0o120', /not in decimal/],
  [' 80', /spaces around/],
  ['80\n', /spaces around/],
  ['80\u00a0', /spaces around/],
  ['8 0', /" " is not a decimal digit/],
  ['8\u00000', /is not a decimal digit/],
  ['８０', /"８" is a digit, but not one of 0 to 9/],
  ['٨٠', /"٨" is a digit, but not one of 0 to 9/],
  ['²', /"²" is not a decimal digit/],
  ['1_000', /"_" is not a decimal digit/],
  ['80,443', /"," is not a decimal digit/],
  ['80/tcp', /"\/" is not a decimal digit/],
  ['80-90', /range/],
  ['80:90', /range/],
  ['http', /word/],
  ['NaN', /word/],
  ['80a', /"a" is not a decimal digit/],
]

for (const [text, why] of REFUSED) {
  test(`port ${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parsePort(text), { code: 'E_PORT_SYNTAX', message: why })
  })
}

test('law: every port reads back from its digits, and no other number does', () => {
  for (let n = 0; n <= 65535; n++) assert.ok(parsePort(String(n)) === n && isPort(n))
  const others = fc.oneof(fc.integer({ min: 65536 }), fc.integer({ max: -1 }), fc.double({ noInteger: true }))
  fc.assert(
    fc.property(others, n => {
      assert.equal(isPort(n), false)
      assert.throws(() => parsePort(String(n)), { code: 'E_PORT_SYNTAX' })
    }),
  )
})

/** Any text of 16-bit units, well formed or not. */
const anyText = fc.array(fc.nat(0xffff)).map(units => String.fromCharCode(...units))

test('law: a text is a port, or it is refused with a reason', () => {
  fc.assert(
    fc.property(anyText, text => {
      if (
        /^(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$/.test(
          text,
        )
      ) {
        assert.equal(String(parsePort(text)), text)
      } else assert.throws(() => parsePort(text), { code: 'E_PORT_SYNTAX', message: /is not a port: ./ })
    }),
  )
})

const CLASSES: readonly [port: number, of: PortClass][] = [
  [0, 'system'],
  [1023, 'system'],
  [1024, 'user'],
  [49151, 'user'],
  [49152, 'dynamic'],
  [65535, 'dynamic'],
]

for (const [port, of] of CLASSES) {
  test(`${port} is a ${of} port (RFC 6335 section 6)`, () => assert.equal(portClass(port as Port), of))
}

test('every port is in the range of its class and in no other', () => {
  for (let n = 0; n <= 65535; n++) {
    const holding = Object.entries(PORT_CLASSES).filter(([, { first, last }]) => n >= first && n <= last)
    assert.deepEqual(
      holding.map(([name]) => name),
      [portClass(n as Port)],
    )
  }
})

test('the ends of the space have names', () => {
  assert.equal(ANY_PORT, 0)
  assert.equal(LAST_PORT, 2 ** 16 - 1)
})
