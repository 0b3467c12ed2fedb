import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import test, { after } from 'node:test'
import { resetStream } from './reset-stream.ts'

const accepted: Socket[] = []
const server = createServer({ allowHalfOpen: true }, socket => {
  socket.on('error', () => {})
  accepted.push(socket)
})
after(() => server.close())
server.listen(0, '127.0.0.1')
await once(server, 'listening')

async function pair(): Promise<readonly [ours: Socket, theirs: Socket]> {
  const { port } = server.address() as AddressInfo
  const came = once(server, 'connection')
  const ours = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  ours.on('error', () => {})
  await Promise.all([came, once(ours, 'connect')])
  return [ours, accepted.pop()!]
}

/** What the other end sees: an end that was on its way comes before the reset. */
const states: readonly (readonly [name: string, before: (ours: Socket) => void, sees: 'error' | 'end'])[] = [
  ['as it stands', () => {}, 'error'],
  ['with more to send than they take', ours => ours.write(Buffer.alloc(64 * 1024 * 1024)), 'error'],
  ['whose end is on its way', ours => ours.end(), 'end'],
  ['whose last words and end are on their way', ours => ours.end('that was all'), 'end'],
]
for (const [name, before, sees] of states) {
  test(`a stream ${name} is reset, and closes`, { timeout: 10_000 }, async () => {
    const [ours, theirs] = await pair()
    const seen = new Promise(resolve => {
      for (const event of ['error', 'end']) theirs.once(event, () => resolve(event))
    })
    const closed = once(ours, 'close')
    before(ours)
    resetStream(ours)
    await closed
    theirs.resume()
    assert.equal(await seen, sees)
    theirs.destroy()
  })
}

test('one that has gone is let be', async () => {
  const [ours, theirs] = await pair()
  const closed = once(ours, 'close')
  ours.destroy()
  resetStream(ours)
  await closed
  theirs.destroy()
})
