/**
 * Whatever the JSON: a rule set or a fault, never anything else.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isFault } from '../../model/fault.ts'
import { decodeNftJson } from './nft-json.ts'

const decodes = (text: string): void => {
  try {
    const { ruleset, warnings } = decodeNftJson(text)
    assert.ok(Array.isArray(ruleset.tables) && Array.isArray(warnings))
  } catch (error) {
    assert.ok(isFault(error) && error.code === 'E_RULES_SYNTAX', String(error))
  }
}

/** Words that mean something to the decoder, so that chance finds its way in. */
const WORD = fc.constantFrom(
  ...[
    'match',
    'left',
    'right',
    'op',
    '==',
    'in',
    'payload',
    'protocol',
    'field',
    'tcp',
    'dport',
    'set',
    'map',
    'elem',
  ],
  ...[
    'val',
    'concat',
    'range',
    'prefix',
    'addr',
    'len',
    'meta',
    'key',
    'mark',
    'ct',
    'state',
    'fib',
    'flags',
    'result',
  ],
  ...[
    'vmap',
    'data',
    'accept',
    'jump',
    'target',
    'mangle',
    'value',
    'snat',
    'port',
    'family',
    'ip',
    'log',
    'limit',
  ],
  ...[
    'rate',
    'per',
    'second',
    'counter',
    'packets',
    'bytes',
    'quota',
    'meter',
    'name',
    'xt',
    'type',
    'reject',
    'expr',
  ],
  ...[
    'queue',
    'num',
    'jhash',
    'mod',
    '&',
    '|',
    '<<',
    '10.0.0.1',
    '::1',
    '@s',
    '*',
    'new',
    'dev',
    'fwd',
    'dup',
    'reset',
  ],
)
const { json } = fc.letrec(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.maxSafeInteger(), WORD, fc.string()),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(WORD, tie('json'), { maxKeys: 4 }),
  ),
}))

test('any statements', () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 3 }), expr =>
      decodes(JSON.stringify({ nftables: [{ rule: { family: 'inet', table: 't', chain: 'c', expr } }] })),
    ),
    { numRuns: 3000 },
  )
})

test('any objects', () => {
  const kinds = [
    'table',
    'chain',
    'set',
    'map',
    'element',
    'flowtable',
    'counter',
    'limit',
    'quota',
    'ct helper',
    'add',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.dictionary(WORD, json),
      json,
      json,
      (kind, members, type, elem) =>
        decodes(
          JSON.stringify({
            nftables: [
              { set: { family: 'ip', table: 't', name: 's', type: 'ipv4_addr', elem } },
              { [kind]: { family: 'ip', table: 't', name: 's', type, elem, ...members } },
            ],
          }),
        ),
    ),
    { numRuns: 2000 },
  )
})

test('any text', () => {
  fc.assert(fc.property(fc.string(), decodes), { numRuns: 1000 })
})

test('a rule set with one character gone or changed', () => {
  const whole = JSON.stringify({
    nftables: [
      { table: { family: 'ip', name: 't', handle: 1 } },
      {
        rule: {
          family: 'ip',
          table: 't',
          chain: 'c',
          expr: [{ vmap: { key: { meta: { key: 'mark' } }, data: { set: [[1, { drop: null }]] } } }],
        },
      },
    ],
  })
  for (let at = 0; at < whole.length; at++) {
    decodes(whole.slice(0, at) + whole.slice(at + 1))
    for (const other of ['"', '{', ']', ',', '0', '\\', '\n'])
      decodes(whole.slice(0, at) + other + whole.slice(at + 1))
  }
})
