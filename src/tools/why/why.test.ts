import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { type Script, scriptedHost } from './scripted-host.cases.ts'
import { why } from './why.ts'

interface Row {
  readonly name: string
  readonly target: string
  readonly script: Script
  readonly verdict: string
  /** Codes with their certainty, in order; as many as are said. */
  readonly causes: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'a healthy target',
    target: '192.0.2.1:80',
    script: { attempts: { '*': { ends: 'open' } } },
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a reset',
    target: '192.0.2.1:80',
    script: { attempts: { '*': { ends: 'ECONNREFUSED' } } },
    verdict: 'unreachable',
    causes: ['nobody-listens likely'],
  },
  {
    name: 'a name that nobody knows',
    target: 'nowhere.example:80',
    script: {},
    verdict: 'unreachable',
    causes: ['name-unknown proven'],
  },
  {
    name: 'port 0',
    target: '192.0.2.1:0',
    script: {},
    verdict: 'unreachable',
    causes: ['port-zero proven'],
  },
  {
    name: 'a multicast address',
    target: '224.0.0.1:80',
    script: {},
    verdict: 'unreachable',
    causes: ['target-not-unicast proven'],
  },
  {
    name: 'a link-local address without its interface',
    target: '[fe80::1]:80',
    script: {},
    verdict: 'unreachable',
    causes: ['zone-missing proven'],
  },
]

for (const { name, target, script, verdict, causes } of ROWS) {
  test(name, async () => {
    const os = scriptedHost(script)
    const diagnosis = await why(os, target)
    assert.equal(diagnosis.verdict, verdict)
    assert.deepEqual(
      diagnosis.causes.map(({ code, certainty }) => `${code} ${certainty}`).slice(0, causes.length || 1),
      causes,
    )
    assert.equal(os.open(), 0, 'every attempt is closed')
  })
}

for (const text of [
  '',
  'db',
  'db:70000',
  'db:5432:1',
  'sctp/192.0.2.1:80',
  'nonsense://db',
  'http://a:b@db/',
])
  test(`no target: "${text}"`, async () => {
    await assert.rejects(
      why(scriptedHost({}), text),
      error => isFault(error) && error.code === 'E_WHY_TARGET',
    )
  })
