import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTunableName } from './tunable-name.ts'

const ROWS: readonly (readonly [text: string, fine: boolean])[] = [
  ['net.ipv4.ip_local_port_range', true],
  ['net.core.somaxconn', true],
  ['net.ipv4.conf.br-lan.rp_filter', true],
  ['hostname', false],
  ['', false],
  ['net..core', false],
  ['../../etc/passwd', false],
  ['net/core/somaxconn', false],
  ['net.core.somaxconn\n', false],
  ['net.core. somaxconn', false],
]
for (const [text, fine] of ROWS) {
  test(`${JSON.stringify(text)} is ${fine ? '' : 'not '}the name of a setting`, () => {
    if (fine) assert.equal(parseTunableName(text), text)
    else assert.throws(() => parseTunableName(text), { code: 'E_TUNABLE_NAME' })
  })
}
