/** Node's own http server and client over simulated sockets. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { createConnection, createServer, type NodeHost } from '../../src/sim/node/node.ts'
import { pair, SERVER } from './pair.ts'

/** Listens for Node's server at port 80 of a host. */
async function serve(host: NodeHost, server: http.Server) {
  const listener = createServer(host, socket => server.emit('connection', socket))
  listener.listen(80)
  await once(listener, 'listening')
  return listener
}

/** An agent whose connections begin at a host. */
function agentOf(host: NodeHost, options: http.AgentOptions = {}): http.Agent & { opened: number } {
  const agent = Object.assign(new http.Agent(options), { opened: 0 })
  agent.createConnection = given => {
    agent.opened++
    return createConnection(host, given)
  }
  return agent
}

async function get(agent: http.Agent, path: string): Promise<{ status: number; body: string }> {
  const request = http.get({ host: SERVER, port: 80, path, agent })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  return { status: response.statusCode!, body: await text(response) }
}

test('a request and its answer', { timeout: 20_000 }, async () => {
  const { client, server } = pair()
  const seen: unknown[] = []
  await serve(
    server,
    http.createServer((request, response) => {
      seen.push(request.socket.remoteAddress, request.socket.localPort)
      response.end(`hello, ${request.url}`)
    }),
  )
  assert.deepEqual(await get(agentOf(client), '/harbour'), { status: 200, body: 'hello, /harbour' })
  assert.deepEqual(seen, ['::ffff:10.0.0.1', 80])
})

test('an agent keeps its connection, and Node’s client uses it again', { timeout: 20_000 }, async () => {
  const { client, server } = pair()
  await serve(
    server,
    http.createServer((request, response) => response.end(request.url)),
  )
  const agent = agentOf(client, { keepAlive: true, maxSockets: 1 })
  for (const path of ['/1', '/2', '/3']) assert.equal((await get(agent, path)).body, path)
  assert.equal(agent.opened, 1)
  agent.destroy()
})

test('a hundred requests at once', { timeout: 30_000 }, async () => {
  const { client, server } = pair()
  await serve(
    server,
    http.createServer((request, response) => response.end(request.url)),
  )
  const agent = agentOf(client)
  const bodies = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => (await get(agent, `/${i}`)).body),
  )
  assert.deepEqual(
    bodies,
    Array.from({ length: 100 }, (_, i) => `/${i}`),
  )
})

test('ten megabytes arrive whole over a wire that loses and reorders', { timeout: 60_000 }, async () => {
  const { client, server, engine } = pair({ delayMs: 5, loss: 0.01, jitterMs: 3, seed: 7 })
  const body = Buffer.alloc(10 * 1024 * 1024)
  for (let i = 0; i < body.length; i += 4) body.writeUInt32LE(Math.imul(i, 0x9e3779b1) >>> 0, i)
  await serve(
    server,
    http.createServer((_, response) => response.end(body)),
  )
  const request = http.get({ host: SERVER, port: 80, agent: agentOf(client) })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const hash = createHash('sha256')
  let length = 0
  for await (const chunk of response) {
    hash.update(chunk)
    length += chunk.length
  }
  assert.equal(length, body.length)
  assert.equal(hash.digest('hex'), createHash('sha256').update(body).digest('hex'))
  assert.ok(engine.now() > 100, 'it took simulated time')
})

test('a body that is sent in pieces to a server that reads slowly', { timeout: 30_000 }, async () => {
  const { client, server } = pair()
  let received = 0
  await serve(
    server,
    http.createServer(async (request, response) => {
      for await (const chunk of request) {
        received += chunk.length
        await new Promise(resolve => setImmediate(resolve))
      }
      response.end('thanks')
    }),
  )
  const request = http.request({ host: SERVER, port: 80, method: 'POST', agent: agentOf(client) })
  let refusals = 0
  for (let i = 0; i < 200; i++)
    if (!request.write(Buffer.alloc(10_000, i))) {
      refusals++
      await once(request, 'drain')
    }
  request.end()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  assert.equal(await text(response), 'thanks')
  assert.equal(received, 2_000_000)
  assert.ok(refusals > 0, 'the writer was held back')
})

test('the same seed gives the same packets, byte for byte; another seed others', {
  timeout: 30_000,
}, async () => {
  const run = async (seed: number): Promise<readonly string[]> => {
    const both = pair({ seed, loss: 0.05, jitterMs: 5 })
    both.watched = true
    await serve(
      both.server,
      http.createServer((request, response) => {
        // Of the real clock.
        response.sendDate = false
        response.end(Buffer.alloc(50_000, request.url!.length))
      }),
    )
    const agent = agentOf(both.client, { keepAlive: true })
    await Promise.all(['/a', '/bb', '/ccc'].map(path => get(agent, path)))
    agent.destroy()
    return both.wire
  }
  const [one, again, other] = [await run(3), await run(3), await run(4)]
  assert.ok(one.length > 100, `${one.length} packets`)
  assert.deepEqual(again, one)
  assert.notDeepEqual(other, one)
})
