/** What stays open on another machine: each is asked by its number, says what it would say there, and is closed with its asker. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import { known, unknown } from '../../model/known.ts'
import type { Port } from '../../model/port.ts'
import { honest } from '../defective-host.cases.ts'
import type { Arrival, OS, RelayEvent, RelayPlan } from '../os.ts'
import type { Attempt, Seen } from '../reach.ts'
import { throughAgent, Way } from './pair.cases.ts'

const end = (address: string, port: number): Endpoint => ({ address: address as Address, port: port as Port })
const [HERE, THERE] = [end('192.0.2.1', 40_000), end('192.0.2.9', 443)]

/** Takes calls down in their order. */
const log: string[] = []
const note = (line: string): void => void log.push(line)

const SEEN: Seen = {
  icmp: known([{ type: 3, code: 13, from: '192.0.2.7' as Address, errno: 'EHOSTUNREACH', atMs: 12.5 }]),
  frames: unknown('denied'),
  tcp: unknown('unsupported'),
}

const attempt: Attempt = {
  outcome: { kind: 'timed-out', code: 'ETIMEDOUT' },
  atOnce: false,
  ms: 1000.25,
  local: known(HERE),
  seen: async () => SEEN,
  async send(bytes) {
    note(`send ${bytes}`)
    return { kind: 'yes' }
  },
  receive: ({ signal }) =>
    new Promise((resolve, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason))
      if (log.includes('send 1,2')) resolve({ kind: 'bytes', bytes: Uint8Array.of(9) })
    }),
  finish: async () => note('finish'),
  close: async () => note('close attempt'),
}

function arrival(from: Endpoint): Arrival {
  const bytes = new Way()
  bytes.write('hello')
  bytes.end()
  return {
    from,
    to: THERE,
    bytes,
    state: 'ended',
    async send(said) {
      note(`answer ${Buffer.from(said)}`)
      return { kind: 'yes' }
    },
    close: async () => note('close arrival'),
  }
}

const PLAN: RelayPlan = {
  rules: [{ protocol: 'tcp', listen: [HERE], to: { host: 'db', port: 5432 } }],
  allow: [],
  deny: [],
  atMost: 1,
  bufferBytes: 1,
  tcpIdleMs: 0,
  udpIdleMs: 0,
  connectTimeoutMs: 1,
}

function host(): OS {
  const inner = honest()
  return {
    ...inner,
    reach: { ...inner.reach, attempt: async () => attempt },
    async listen(request) {
      if (request.at.port === 1) return { kind: 'denied', code: 'EACCES' }
      async function* arrivals(): AsyncGenerator<Arrival> {
        yield arrival(HERE)
        await new Promise(() => {})
      }
      return {
        kind: 'yes',
        listening: { local: THERE, arrivals: arrivals(), close: async () => note('close listener') },
      }
    },
    async relay(plan) {
      if (plan.rules.length === 0) return { kind: 'unsupported', says: 'no rules' }
      const drained = Promise.withResolvers<void>()
      async function* events(): AsyncGenerator<RelayEvent> {
        yield { kind: 'opened', id: 1, rule: 0, from: HERE, to: THERE, as: HERE, atMs: 1 }
        await drained.promise
      }
      return {
        kind: 'running',
        relay: {
          listening: [[HERE]],
          events: events(),
          async drain({ signal } = {}) {
            note('drain')
            const cut = (): void => {
              note('cut')
              drained.resolve()
            }
            if (signal?.aborted) cut()
            signal?.addEventListener('abort', cut)
            await drained.promise
          },
        },
      }
    },
  }
}

async function opened() {
  log.length = 0
  return throughAgent(host())
}

test('an attempt has its outcome, what was seen, and a conversation', async () => {
  const { os, served } = await opened()
  const got = await os.reach.attempt({ protocol: 'tcp', to: THERE }, { timeoutMs: 1000 })
  const { outcome, atOnce, ms, local } = got
  assert.deepEqual(
    { outcome, atOnce, ms, local },
    { outcome: attempt.outcome, atOnce: false, ms: 1000.25, local: known(HERE) },
  )
  assert.deepEqual(await got.seen(), SEEN)
  const stop = new AbortController()
  const waiting = got.receive({ timeoutMs: 60_000, signal: stop.signal })
  waiting.catch(() => {})
  stop.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
  assert.deepEqual(await got.send(Uint8Array.of(1, 2)), { kind: 'yes' })
  assert.deepEqual(await got.receive({ timeoutMs: 1 }), { kind: 'bytes', bytes: Uint8Array.of(9) })
  await got.finish()
  await got.close()
  assert.deepEqual(log, ['send 1,2', 'finish', 'close attempt'])
  await assert.rejects(got.seen(), { code: 'E_REMOTE_ANSWER' })
  await os.close()
  await served
})

test('what was left open is closed when the asker goes', async () => {
  const { os, served } = await opened()
  await os.reach.attempt({ protocol: 'tcp', to: THERE }, { timeoutMs: 1000 })
  await os.listen({ protocol: 'tcp', at: THERE })
  await os.relay(PLAN)
  await os.close()
  await served
  assert.deepEqual(log.toSorted(), ['close attempt', 'close listener', 'cut', 'drain'])
})

test('a listener tells who comes and what they say, and is answered', async () => {
  const { os, served } = await opened()
  const outcome = await os.listen({ protocol: 'tcp', at: THERE })
  assert.ok(outcome.kind === 'yes')
  assert.deepEqual(outcome.listening.local, THERE)
  for await (const one of outcome.listening.arrivals) {
    assert.deepEqual([one.from, one.to], [HERE, THERE])
    let said = ''
    for await (const bytes of one.bytes) said += Buffer.from(bytes).toString()
    assert.equal(one.state, 'ended')
    assert.equal(said, 'hello')
    assert.equal(one.state, 'ended')
    await one.send(Buffer.from('hi'))
    await one.close()
    break
  }
  await outcome.listening.close()
  assert.deepEqual(log, ['answer hi', 'close arrival', 'close listener'])
  await os.close()
  await served
})

test('a listener that may not be is refused as there', async () => {
  const { os } = await opened()
  const refused = await os.listen({ protocol: 'tcp', at: end('192.0.2.9', 1) })
  assert.deepEqual(refused, { kind: 'denied', code: 'EACCES' })
  assert.deepEqual(await os.relay({ ...PLAN, rules: [] }), { kind: 'unsupported', says: 'no rules' })
  await os.close()
})

test('a relay tells its events, drains, and cuts when its signal says so', async () => {
  const { os, served } = await opened()
  const outcome = await os.relay(PLAN)
  assert.ok(outcome.kind === 'running')
  assert.deepEqual(outcome.relay.listening, [[HERE]])
  const events: RelayEvent[] = []
  const reading = (async () => {
    for await (const event of outcome.relay.events) events.push(event)
  })()
  const stop = new AbortController()
  const draining = outcome.relay.drain({ signal: stop.signal })
  await os.can()
  assert.deepEqual(log, ['drain'])
  stop.abort()
  await draining
  await reading
  assert.deepEqual(log, ['drain', 'cut'])
  assert.deepEqual(events, [{ kind: 'opened', id: 1, rule: 0, from: HERE, to: THERE, as: HERE, atMs: 1 }])
  await os.close()
  await served
})

test('more is not held open than a process can bear', async () => {
  const { os } = await opened()
  const many = Array.from({ length: 600 }, () =>
    os.reach.attempt({ protocol: 'tcp', to: THERE }, { timeoutMs: 1 }).then(
      () => 'open',
      (error: { code?: string }) => error.code,
    ),
  )
  const outcomes = await Promise.all(many)
  assert.equal(outcomes.filter(one => one === 'open').length, 512)
  assert.equal(outcomes.filter(one => one === 'E_REMOTE_ANSWER').length, 88)
  await os.close()
})
