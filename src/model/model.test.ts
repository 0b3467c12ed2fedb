import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as model from './model.ts'

const DOORS: readonly [door: (text: string) => unknown, code: string, good: string][] = [
  [model.parsePort, 'E_PORT_SYNTAX', '80'],
  [model.parsePortSet, 'E_PORT_SET_SYNTAX', '80,8000-8999'],
  [model.parseAddress, 'E_ADDRESS_SYNTAX', '192.0.2.1'],
  [model.parsePrefix, 'E_PREFIX_SYNTAX', '192.0.2.0/24'],
  [model.parseHostName, 'E_HOST_NAME_SYNTAX', 'localhost'],
  [model.parseEndpoint, 'E_ENDPOINT_SYNTAX', 'localhost:80'],
  [model.parseFlow, 'E_FLOW_SYNTAX', 'tcp 192.0.2.1:1 > 192.0.2.2:2'],
]

for (const [door, code, good] of DOORS) {
  test(`${door.name} lets "${good}" in, and a fault out for "?"`, () => {
    assert.doesNotThrow(() => door(good))
    assert.throws(
      () => door('?'),
      error => model.isFault(error) && error.code === code && error.details.text === '?',
    )
  })
}

test('the face has what the library promises', () => {
  const face = new Map<string, unknown>(Object.entries(model))
  for (const name of [
    'SocketColumns',
    'socketAt',
    'dedupeByCookie',
    'exposureOf',
    'scopeOf',
    'PortSet',
    'known',
  ]) {
    assert.equal(typeof face.get(name), 'function', name)
  }
})
