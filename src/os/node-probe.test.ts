/** Node's own sockets against listeners of this process, on loopback. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import test from 'node:test'
import { LOOPBACK_V4, parseAddress } from '../model/address.ts'
import { nodeProbe } from './node-probe.ts'
import type { ProbePlan, ProbeResult } from './probe-plan.ts'

const planFor = (ports: readonly number[], more: Partial<ProbePlan> = {}): ProbePlan => ({
  method: 'connect',
  protocol: 'tcp',
  targets: [LOOPBACK_V4],
  ports,
  seed: 1,
  timeoutMs: 2000,
  tries: 2,
  perSecond: 1e6,
  perSecondAndTarget: 1e6,
  atOnce: 50,
  ...more,
})

async function all(plan: ProbePlan): Promise<readonly ProbeResult[]> {
  const found: ProbeResult[] = []
  for await (const batch of nodeProbe(plan)) found.push(...batch)
  return found.sort((a, b) => a.port - b.port)
}

async function listener(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer(socket => socket.on('error', () => {}))
  server.listen(0, LOOPBACK_V4)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** A port that had a listener a moment ago. */
async function deserted(): Promise<number> {
  const { port, close } = await listener()
  close()
  return port
}

test('open and refused are told apart, each with its word', async () => {
  const [open, closed] = [await listener(), await deserted()]
  try {
    const found = await all(planFor([open.port, closed]))
    const told = new Map(found.map(({ port, state, reason }) => [port, `${state} ${reason}`]))
    assert.deepEqual([told.get(open.port), told.get(closed)], ['open syn-ack', 'closed refused'])
  } finally {
    open.close()
  }
})

test('hundreds of ports are each told once', async () => {
  const ports = Array.from({ length: 400 }, (_, i) => i + 1)
  const found = await all(planFor(ports))
  assert.deepEqual(
    found.map(({ port }) => port),
    ports,
  )
})

test('an address that isn’t ours to ask from, and a device, are told as what they are: no answers', async () => {
  const port = await deserted()
  const [source] = await all(planFor([port], { source: parseAddress('192.0.2.77') }))
  assert.equal(source!.state, 'unknown')
  assert.match(source!.reason, /^local-E(?:ADDRNOTAVAIL|INVAL)$/)
  const [device] = await all(planFor([port], { device: 'lo' }))
  assert.deepEqual([device!.state, device!.reason], ['unknown', 'local-ENOTSUP'])
})

test('a signal ends it, and so does who stops listening', async () => {
  const stop = new AbortController()
  const ports = Array.from({ length: 60_000 }, (_, i) => i + 1)
  await assert.rejects(
    async () => {
      for await (const _ of nodeProbe(planFor(ports, { perSecond: 2000 }), { signal: stop.signal }))
        stop.abort()
    },
    { name: 'AbortError' },
  )
  for await (const _ of nodeProbe(planFor(ports, { perSecond: 2000 }))) break
})
