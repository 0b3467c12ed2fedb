/** Promises about what is tried and watched: attempts, echoes, handshakes, the host's own choice of a way. */
import { LOOPBACK_V4 } from '../model/address.ts'
import type { Known } from '../model/known.ts'
import type { Port } from '../model/port.ts'
import type { Case } from './conformance.ts'
import { check, rejectsAborted, same, soon } from './conformance-check.ts'
import { TRIED } from './reach.ts'

/** Nobody listens there (RFC 1078, tcpmux). */
const NOBODY = { address: LOOPBACK_V4, port: 1 as Port }
const TRY = { timeoutMs: 2000 } as const
const ABORTED = { ...TRY, signal: AbortSignal.abort() }

const isTime = (ms: number | undefined): boolean => ms !== undefined && Number.isFinite(ms) && ms >= 0

/** Each time within the attempt, or a reason why none is told. */
function checkTimes(what: string, told: Known<readonly { readonly atMs: number }[]>): void {
  if (told.known) for (const { atMs } of told.value) check(isTime(atMs), `${what}: one at ${atMs} ms`)
}

export const TRIAL_CASES: readonly Case[] = [
  {
    name: 'an attempt where nobody listens has an outcome of the list, never yes, and the time that it took',
    needs: [],
    async run({ os: { reach } }) {
      const attempt = await soon(reach.attempt({ protocol: 'tcp', to: NOBODY }, TRY), 'the attempt')
      const { outcome, ms } = attempt
      check(TRIED.includes(outcome.kind), `${outcome.kind} is no outcome`)
      check(outcome.kind !== 'yes', 'somebody took it')
      check(isTime(ms), `it took ${ms} ms`)
      const received = await soon(attempt.receive({ timeoutMs: 0 }), 'what was received')
      same(received.kind, 'failed', 'what is received over it')
      same((await attempt.send(Uint8Array.of(1))).kind === 'yes', false, 'something was sent over it')
      await attempt.close()
      await attempt.close()
    },
  },
  {
    name: 'frames are told only to who watches, errors and frames with times from 0 on',
    needs: [],
    async run({ os: { reach } }) {
      for (const watch of [false, true]) {
        const attempt = await reach.attempt({ protocol: 'tcp', to: NOBODY, watch }, TRY)
        const { icmp, frames } = await attempt.seen()
        await attempt.close()
        check(watch || !frames.known, 'frames are told to who didn’t watch')
        checkTimes('errors', icmp)
        checkTimes('frames', frames)
      }
    },
  },
  {
    name: 'a datagram attempt asks nobody: its outcome comes before anything was sent',
    needs: [],
    async run({ os: { reach } }) {
      const attempt = await soon(reach.attempt({ protocol: 'udp', to: NOBODY }, TRY), 'the attempt')
      check(['yes', 'broken'].includes(attempt.outcome.kind), `it is ${attempt.outcome.kind}`)
      const { tcp } = await attempt.seen()
      check(!tcp.known, 'numbers of TCP are told')
      await attempt.close()
    },
  },
  {
    name: 'an aborted signal rejects attempts, echoes and handshakes',
    needs: [],
    async run({ os: { reach } }) {
      const attempt = await reach.attempt({ protocol: 'tcp', to: NOBODY }, TRY)
      await attempt.close()
      // Who can attempt nothing waits for nothing.
      if (attempt.outcome.code === 'ENOSYS') return
      await rejectsAborted(reach.attempt({ protocol: 'tcp', to: NOBODY }, ABORTED), 'attempt')
      const answer = await reach.ping({ to: LOOPBACK_V4 }, TRY)
      if (answer.code !== 'ENOSYS') await rejectsAborted(reach.ping({ to: LOOPBACK_V4 }, ABORTED), 'ping')
      const told = await reach.tls({ to: NOBODY }, TRY)
      if (told.code !== 'ENOSYS') await rejectsAborted(reach.tls({ to: NOBODY }, ABORTED), 'tls')
    },
  },
  {
    name: 'an echo has an outcome of the list, and a time where it is answered',
    needs: [],
    async run({ os: { reach } }) {
      const { kind, ms } = await soon(reach.ping({ to: LOOPBACK_V4 }, TRY), 'the echo')
      check(TRIED.includes(kind), `${kind} is no outcome`)
      check(kind !== 'yes' || isTime(ms), `it took ${ms} ms`)
    },
  },
  {
    name: 'no handshake goes through where nobody listens',
    needs: [],
    async run({ os: { reach } }) {
      const { kind, trusted } = await soon(reach.tls({ to: NOBODY }, TRY), 'the handshake')
      check(TRIED.includes(kind), `${kind} is no outcome`)
      check(kind !== 'yes', 'it went through')
      check(trusted === undefined, 'a certificate was judged')
    },
  },
  {
    name: 'the way to loopback stays on the host, or there is a reason why it isn’t told',
    needs: [],
    async run({ os }) {
      const told = await os.routeTo({ to: LOOPBACK_V4 })
      if (told.known) same(told.value.kind, 'local', 'the way to 127.0.0.1')
    },
  },
  {
    name: 'files of names are texts, or there is a reason',
    needs: [],
    async run({ os }) {
      for (const [name, told] of Object.entries(await os.naming()))
        check(told.known ? typeof told.value === 'string' : told.reason !== undefined, `${name} is no text`)
    },
  },
]
