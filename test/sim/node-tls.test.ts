/** TLS of Node's over a simulated socket, with a key that both sides have (RFC 4279), so that no certificate is needed. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import tls from 'node:tls'
import { createConnection, createServer } from '../../src/sim/node/node.ts'
import { pair } from './pair.ts'

const KEY = Buffer.alloc(32, 7)
const PSK = { ciphers: 'PSK-AES256-GCM-SHA384', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const

test('a question and an answer that nobody on the wire can read', { timeout: 20_000 }, async () => {
  const both = pair()
  both.watched = true
  const context = tls.createSecureContext(PSK)
  createServer(both.server, socket => {
    const secure = new tls.TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      pskCallback: () => KEY,
    } as tls.TLSSocketOptions)
    secure.once('data', question => secure.end(`to ${question}: in the harbour`))
  }).listen(443)
  const client = tls.connect({
    socket: createConnection(both.client, { host: 'server', port: 443 }),
    pskCallback: () => ({ psk: KEY, identity: 'boat' }),
    checkServerIdentity: () => undefined,
    ...PSK,
  } as unknown as tls.ConnectionOptions)
  await once(client, 'secureConnect')
  client.write('where is the pilot?')
  assert.equal(await text(client), 'to where is the pilot?: in the harbour')
  const wire = both.wire.join('\n')
  for (const secret of ['pilot', 'harbour']) assert.ok(!wire.includes(Buffer.from(secret).toString('hex')))
})
