import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault, fault, isFault } from './fault.ts'
import { FAULTS, type FaultCode } from './faults.ts'

test('a fault says what its entry says, filled in', () => {
  const cause = new Error('EACCES')
  const made = fault('E_PORT_SYNTAX', { text: '080', why: 'it has a leading zero' }, { cause })
  assert.equal(made.message, '"080" is not a port: it has a leading zero')
  assert.equal(made.code, 'E_PORT_SYNTAX')
  assert.equal(made.exitCode, 2)
  assert.equal(made.hint, FAULTS.E_PORT_SYNTAX.hint)
  assert.equal(made.cause, cause)
  assert.equal(made.name, 'Fault')
  assert.deepEqual(made.details, { text: '080', why: 'it has a leading zero' })
  assert.ok(made instanceof Error && made instanceof Fault)
})

const SHOWN: readonly [text: string, shown: string, says: string][] = [
  ['a\u001b[31mb', 'a\\u{1b}[31mb', 'terminal sequences'],
  ['a\nb\r\t', 'a\\u{a}b\\u{d}\\u{9}', 'line ends'],
  ['a\0', 'a\\u{0}', 'null'],
  ['a\u007f\u009b', 'a\\u{7f}\\u{9b}', 'delete and the one-byte sequence start'],
  ['a\u202eb\u2066', 'a\\u{202e}b\\u{2066}', 'changes of direction'],
  ['a\u2028\ufeff', 'a\\u{2028}\\u{feff}', 'line separators and byte order marks'],
  ['ü 港 "quoted"', 'ü 港 "quoted"', 'nothing else'],
]

for (const [text, shown, says] of SHOWN) {
  test(`a message makes visible: ${says}`, () => {
    assert.equal(fault('E_PORT_SYNTAX', { text, why: 'no' }).message, `"${shown}" is not a port: no`)
  })
}

/** Any text of 16-bit units, well formed or not. */
const anyText = fc.array(fc.nat(0xffff)).map(units => String.fromCharCode(...units))

test('law: no message can drive a terminal', () => {
  fc.assert(
    fc.property(anyText, text => {
      const { message } = fault('E_PORT_SYNTAX', { text, why: text })
      assert.doesNotMatch(message, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
    }),
  )
})

test('what fills a place is never taken for a place itself', () => {
  const made = fault('E_PORT_SYNTAX', { text: '{why}', why: '$& {text}' })
  assert.equal(made.message, '"{why}" is not a port: $& {text}')
})

test('a place that nothing fills stays visible', () => {
  assert.equal(fault('E_PORT_SYNTAX', { text: 'x' }).message, '"x" is not a port: {why}')
})

test('faults are known by their brand, also those of another copy of the package', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('portolan.fault')]: true })
  assert.ok(isFault(fault('E_PORT_SYNTAX')))
  assert.ok(isFault(foreign))
  for (const other of [new Error('x'), null, undefined, 'E_PORT_SYNTAX', 7, {}])
    assert.equal(isFault(other), false)
})

for (const [code, entry] of Object.entries(FAULTS)) {
  test(`${code} is a complete entry`, () => {
    assert.match(code, /^E_[A-Z_]+$/)
    assert.match(entry.hint, /^\{\w+\}$|[.!?)\d]$|[a-z]$/)
    assert.ok([2, 4, 5, 6, 70].includes(entry.exit))
    const places = [...`${entry.says} ${entry.hint}`.matchAll(/\{(\w+)\}/g)].map(match => match[1]!)
    const made = fault(code as FaultCode, Object.fromEntries(places.map(place => [place, `<${place}>`])))
    for (const place of places) assert.match(made.message + made.hint, new RegExp(`<${place}>`))
    assert.doesNotMatch(made.message + made.hint, /[{}]/)
  })
}
