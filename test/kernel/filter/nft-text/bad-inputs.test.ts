/** Bad input beside nft: it refuses each text, and so do we, on the same line. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { type Fault, isFault } from '../../../../src/model/fault.ts'
import { parseNftText } from '../../../../src/wire/nft-text/nft-text.ts'
import { whyNoRoom } from '../nft-room.ts'
import { BAD_COMMANDS, BAD_PARTS, BAD_RULES, BEFORE } from './bad-inputs.ts'
import { askNft } from './nft-asked.ts'

const skip = whyNoRoom() ?? false

const TEXTS = new Map([
  ...BAD_RULES.map(
    rule => [rule, `${BEFORE}table inet t {\n\tchain c {\n\t\tcounter\n\t\t${rule}\n\t}\n}\n`] as const,
  ),
  ...BAD_PARTS.map(part => [part, `${BEFORE}table inet t {\n\t${part}\n}\n`] as const),
  ...BAD_COMMANDS.map(command => [command, `${BEFORE}${command}\n`] as const),
])

function refusal(text: string): Fault {
  try {
    parseNftText(text)
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  return assert.fail(`it was read: ${text}`)
}

describe('nft refuses it, and so do we on the same line', { skip }, () => {
  const answers = skip === false ? askNft([...TEXTS.values()].map(text => ({ text }))) : []
  for (const [at, [name, text]] of [...TEXTS].entries())
    test(name, () => {
      const { refused, lines } = answers[at]!
      assert.ok(refused !== undefined, 'nft takes it')
      const { code, details } = refusal(text)
      assert.equal(code, 'E_RULES_SYNTAX')
      assert.equal(details.line, lines[0], refused)
    })
})

test('there are many of them', () => assert.ok(TEXTS.size >= 200, String(TEXTS.size)))

test('what is refused is shown with a caret under it, and with what was expected', () => {
  const { message, hint, details } = refusal('table ip t {\n\tchain c {\n\t\ttcp dport 70000 accept\n')
  assert.match(message, /line 3, column 13/)
  assert.match(message, /\n {2} {2}tcp dport 70000 accept\n {2} {12}\^$/)
  assert.equal(String(details.text)[String(details.pointer).indexOf('^')], '7')
  assert.match(hint, /0 to 65535/)
})

test('a listing that was cut inside of a table is refused', () => {
  const whole = 'table ip t {\n\tchain c {\n\t\ttcp dport { 22, 80 } accept\n\t}\n}\n'
  // Before the first brace it is an empty table, which nft takes, too.
  for (let length = whole.indexOf('{') + 1; length < whole.length - 2; length++) {
    const cut = whole.slice(0, length)
    assert.equal(refusal(cut).code, 'E_RULES_SYNTAX', cut)
  }
})
