/** A WebSocket library, ws, over simulated sockets: its server through `emit('connection')`, its client through `createConnection`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import test from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { createConnection, createServer } from '../../src/sim/node/node.ts'
import { type PairOptions, pair } from './pair.ts'

async function open(options: PairOptions = {}) {
  const both = pair(options)
  const server = http.createServer()
  const sockets = new WebSocketServer({ server })
  createServer(both.server, socket => server.emit('connection', socket)).listen(80)
  const client = new WebSocket('ws://server/chat', {
    createConnection: (given: object) =>
      createConnection(both.client, { ...given, host: 'server', port: 80 }),
  } as unknown as WebSocket.ClientOptions)
  const [[peer]] = (await Promise.all([once(sockets, 'connection'), once(client, 'open')])) as [
    [WebSocket],
    unknown,
  ]
  return { ...both, client, peer, sockets }
}

test('an echo of texts and bytes, small and large', { timeout: 30_000 }, async () => {
  const { client, peer } = await open()
  peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }))
  for (const message of ['ahoy', 'ä'.repeat(70_000), Buffer.alloc(300_000, 7)]) {
    client.send(message)
    const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean]
    assert.equal(isBinary, typeof message !== 'string')
    assert.ok(Buffer.from(message).equals(data))
  }
  client.close()
  await once(client, 'close')
})

test('texts in order over a wire that loses and reorders', { timeout: 30_000 }, async () => {
  const { client, peer } = await open({ seed: 11, loss: 0.05, jitterMs: 20 })
  const got: string[] = []
  const all = new Promise<void>(resolve => {
    peer.on('message', data => {
      if (got.push(String(data)) === 300) resolve()
    })
  })
  const sent = Array.from({ length: 300 }, (_, i) => `message ${i}`)
  for (const text of sent) client.send(text)
  await all
  assert.deepEqual(got, sent)
  client.terminate()
})

const CLOSES: readonly (readonly [
  name: string,
  close: (client: WebSocket, peer: WebSocket) => void,
  atClient: unknown[],
  atServer: unknown[],
])[] = [
  [
    'the client closes with a code and a reason',
    client => client.close(4001, 'done'),
    [4001, 'done'],
    [4001, 'done'],
  ],
  ['the server goes away', (_, peer) => peer.close(1001, 'bye'), [1001, 'bye'], [1001, 'bye']],
  ['a close without a code', client => client.close(), [1005, ''], [1005, '']],
  ['the client is gone without a word', client => client.terminate(), [1006, ''], [1006, '']],
]

for (const [name, close, atClient, atServer] of CLOSES) {
  test(name, { timeout: 20_000 }, async () => {
    const { client, peer } = await open()
    const closes = Promise.all([once(client, 'close'), once(peer, 'close')])
    close(client, peer)
    const told = (await closes).map(([code, reason]) => [code, String(reason)])
    assert.deepEqual(told, [atClient, atServer])
  })
}

test('a ping is answered', { timeout: 20_000 }, async () => {
  const { client } = await open()
  client.ping('are you there')
  const [data] = (await once(client, 'pong')) as [Buffer]
  assert.equal(String(data), 'are you there')
  client.terminate()
})
