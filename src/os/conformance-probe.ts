/** Promises about asking many ports: each is told once, and nothing is called open or closed that isn't. */
import { LOOPBACK_V4 } from '../model/address.ts'
import type { Case } from './conformance.ts'
import { check, firstTwice, rejectsAborted, same, sameSet } from './conformance-check.ts'
import type { OS } from './os.ts'
import { PROBE_STATES, type ProbePlan, type ProbeResult } from './probe-plan.ts'

const planFor = (ports: readonly number[]): ProbePlan => ({
  method: 'connect',
  protocol: 'tcp',
  targets: [LOOPBACK_V4],
  ports,
  seed: 1,
  timeoutMs: 1000,
  tries: 2,
  perSecond: 10_000,
  perSecondAndTarget: 10_000,
  atOnce: 20,
})

async function probed(os: OS, ports: readonly number[]): Promise<readonly ProbeResult[]> {
  const found: ProbeResult[] = []
  for await (const batch of os.probe(planFor(ports))) found.push(...batch)
  return found
}

/** Nobody can be asked from there: that is an answer, too. */
const isDumb = (results: readonly ProbeResult[]): boolean =>
  results.every(({ state, reason }) => state === 'unknown' && reason === 'unsupported')

export const PROBE_CASES: readonly Case[] = [
  {
    name: 'each port of a probe is told once, with a state and how it is known',
    needs: [],
    async run({ os }) {
      const ports = Array.from({ length: 30 }, (_, i) => i + 1)
      const found = await probed(os, ports)
      sameSet(
        found.map(({ port }) => port),
        ports,
        'ports',
      )
      same(firstTwice(found.map(({ port }) => port)), undefined, 'a port told twice')
      for (const { address, port, state, reason, tries, ms } of found) {
        same(address, LOOPBACK_V4, 'address')
        check(PROBE_STATES.includes(state), `port ${port} is ${state}`)
        check(reason !== '', `port ${port} is ${state} for no reason`)
        check(Number.isInteger(tries) && tries >= (isDumb(found) ? 0 : 1), `${tries} tries`)
        check(ms === undefined || (Number.isFinite(ms) && ms >= 0), `${ms} ms`)
      }
    },
  },
  {
    name: 'a port that somebody listens on is open, one that nobody has is closed',
    needs: ['sockets', 'binds'],
    async run({ os, sockets }) {
      const listener = sockets!.find(
        ({ protocol, family, state }) => protocol === 'tcp' && family === 'ipv4' && state === 'listen',
      )
      check(listener?.localPort !== undefined, 'the stage has no listener')
      const { port: free } = await os.bind({ protocol: 'tcp', address: LOOPBACK_V4, port: 0 })
      const found = await probed(os, [listener.localPort, free])
      if (isDumb(found)) return
      for (const { port, state } of found)
        same(state, port === free ? 'closed' : 'open', port === free ? 'nobody’s port' : 'listening')
    },
  },
  {
    name: 'an aborted signal rejects a probe',
    needs: [],
    async run({ os }) {
      const running = os.probe(planFor([1, 2, 3]), { signal: AbortSignal.abort() })
      const first = async (): Promise<void> => {
        for await (const _ of running) return
      }
      await rejectsAborted(first(), 'probe')
    },
  },
]
