/** Promises about listening and passing on: who comes is told, what comes is passed on, and all ends when it is told to. */
import { LOOPBACK_V4 } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import type { Case } from './conformance.ts'
import { check, same, soon } from './conformance-check.ts'
import { TRIED } from './reach.ts'
import type { RelayPlan } from './relay-plan.ts'

const ANY: Endpoint = { address: LOOPBACK_V4, port: 0 as Port }
const TRY = { timeoutMs: 2000 } as const

const planTo = (to: Endpoint, atMost: number): RelayPlan => ({
  rules: [{ protocol: 'tcp', listen: [ANY], to: { host: to.address, port: to.port } }],
  allow: [],
  deny: [],
  atMost,
  bufferBytes: 65_536,
  tcpIdleMs: 0,
  udpIdleMs: 1000,
  connectTimeoutMs: 2000,
})

export const PASSING_CASES: readonly Case[] = [
  {
    name: 'a listener tells who comes, to which address, and takes nobody once it is closed',
    needs: [],
    async run({ os }) {
      const outcome = await os.listen({ protocol: 'tcp', at: ANY })
      check(TRIED.includes(outcome.kind), `${outcome.kind} is no outcome`)
      if (outcome.kind !== 'yes') return
      const { listening } = outcome
      check(listening.local.port !== 0, 'no port was chosen')
      const arrivals = listening.arrivals[Symbol.asyncIterator]()
      const [dialled, came] = await soon(
        Promise.all([os.reach.dial(listening.local, TRY), arrivals.next()]),
        'somebody',
      )
      same(dialled.kind, 'yes', 'dialling it')
      check(came.done !== true, 'nobody came')
      same(came.value.from.address, LOOPBACK_V4, 'from')
      same(came.value.to.port, listening.local.port, 'to')
      for await (const bytes of came.value.bytes) check(bytes.length === 0, 'they said something')
      same(came.value.state === 'open', false, 'still open after their end')
      await came.value.close()
      await soon(listening.close(), 'closing')
      same((await arrivals.next()).done, true, 'the end of arrivals')
      same((await os.reach.dial(listening.local, TRY)).kind, 'refused', 'dialling it once it is closed')
    },
  },
  {
    name: 'a port that is listened on is refused to the next',
    needs: [],
    async run({ os }) {
      const first = await os.listen({ protocol: 'tcp', at: ANY })
      if (first.kind !== 'yes') return
      const second = await os.listen({ protocol: 'tcp', at: first.listening.local })
      same(second.kind === 'yes' ? null : second.code, 'EADDRINUSE', 'the second')
      await first.listening.close()
    },
  },
  {
    name: 'a relay passes on, tells of it, and ends once it is drained',
    needs: [],
    async run({ os }) {
      const target = await os.listen({ protocol: 'tcp', at: ANY })
      if (target.kind !== 'yes') return
      const outcome = await os.relay(planTo(target.listening.local, 8))
      check(outcome.kind === 'running', `it is ${outcome.kind}`)
      const { relay } = outcome
      const at = relay.listening[0]![0]!
      const arrivals = target.listening.arrivals[Symbol.asyncIterator]()
      const [dialled, came] = await soon(Promise.all([os.reach.dial(at, TRY), arrivals.next()]), 'somebody')
      same(dialled.kind, 'yes', 'dialling it')
      check(came.done !== true, 'nobody came')
      const closing = came.value.close()
      await soon(relay.drain(), 'draining')
      await closing
      const told: string[] = []
      for await (const { kind } of relay.events) told.push(kind)
      same(told.join(' '), 'opened closed', 'what was told')
      await target.listening.close()
    },
  },
  {
    name: 'a relay that can’t listen on all of its ports listens on none, and says on which it can’t',
    needs: [],
    async run({ os }) {
      const taken = await os.listen({ protocol: 'tcp', at: ANY })
      if (taken.kind !== 'yes') return
      const { local } = taken.listening
      const plan = planTo(local, 8)
      const outcome = await os.relay({ ...plan, rules: [{ ...plan.rules[0]!, listen: [local] }] })
      check(outcome.kind === 'failed', `it is ${outcome.kind}`)
      same(outcome.tried.code, 'EADDRINUSE', 'the word for it')
      same(outcome.at.port, local.port, 'where')
      await taken.listening.close()
    },
  },
]
