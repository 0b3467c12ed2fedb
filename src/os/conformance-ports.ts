/** Promises about binding, and about claims on ports. */
import { type Address, LOOPBACK_V4, LOOPBACK_V6, parseAddress, UNSPECIFIED_V6 } from '../model/address.ts'
import { type Claim, NO_KEY } from '../model/claim.ts'
import type { Case } from './conformance.ts'
import { check, rejectsWith, same } from './conformance-check.ts'
import type { BindOutcome, BindRequest, OS } from './os.ts'

const TCP: BindRequest = { protocol: 'tcp', address: LOOPBACK_V4, port: 0 }
/** TEST-NET-1: no machine has one of these (RFC 5737). */
const NOT_OURS: Address = parseAddress('192.0.2.77')

async function closing(outcome: BindOutcome, then: (port: number) => Promise<void>): Promise<void> {
  check(outcome.errno === null && outcome.kept !== undefined, `not bound and kept: ${outcome.errno}`)
  try {
    await then(outcome.port)
  } finally {
    await outcome.kept.close()
  }
}

const errnoOf = async (os: OS, request: BindRequest): Promise<string | null> => (await os.bind(request)).errno

function claimFor(os: OS, holder: Claim['holder']): Claim {
  return {
    first: 40_000,
    count: 10,
    state: 'held',
    key: NO_KEY,
    holder,
    expiresAt: null,
    madeAt: os.clock.now(),
    nonce: 'conformance',
  }
}

export const PORT_CASES: readonly Case[] = [
  ...(['tcp', 'udp'] as const).map(
    (protocol): Case => ({
      name: `${protocol}: port 0 gets a port, and it is free again at once`,
      needs: ['binds'],
      async run({ os }) {
        const { errno, port } = await os.bind({ ...TCP, protocol })
        same(errno, null, 'errno')
        check(port > 0 && port <= 65535, `port ${port}`)
        same(await errnoOf(os, { ...TCP, protocol, port }), null, 'errno of the same again')
      },
    }),
  ),
  {
    name: 'a port that is kept is refused to the next one, until it is closed',
    needs: ['binds'],
    async run({ os }) {
      let kept = 0
      await closing(await os.bind({ ...TCP, keep: true }), async port => {
        kept = port
        same(await errnoOf(os, { ...TCP, port }), 'EADDRINUSE', 'errno at the same address')
        const all: BindRequest = { ...TCP, address: UNSPECIFIED_V6, v6only: false, port }
        same(await errnoOf(os, all), 'EADDRINUSE', 'errno on both families')
        same(await errnoOf(os, { ...TCP, protocol: 'udp', port }), null, 'errno of the other protocol')
        same(await errnoOf(os, { ...TCP, address: LOOPBACK_V6, port }), null, 'errno of the other family')
      })
      same(await errnoOf(os, { ...TCP, port: kept }), null, 'errno after it was closed')
    },
  },
  {
    name: 'a socket for IPv6 only leaves IPv4 to others',
    needs: ['binds'],
    async run({ os }) {
      const request: BindRequest = { ...TCP, address: UNSPECIFIED_V6, v6only: true, keep: true }
      await closing(await os.bind(request), async port => {
        same(await errnoOf(os, { ...TCP, port }), null, 'errno of IPv4')
        same(await errnoOf(os, { ...TCP, address: LOOPBACK_V6, port }), 'EADDRINUSE', 'errno of IPv6')
      })
    },
  },
  {
    name: 'an address that isn’t ours is refused',
    needs: ['binds'],
    run: async ({ os }) => same(await errnoOf(os, { ...TCP, address: NOT_OURS }), 'EADDRNOTAVAIL', 'errno'),
  },
  {
    name: 'a number that is no port is a fault',
    needs: ['binds'],
    run: ({ os }) => rejectsWith(os.bind({ ...TCP, port: 65_536 }), 'E_BIND_REQUEST', 'the answer'),
  },
  {
    name: 'a claim is there from when it was made until it is taken away, with its note',
    needs: ['claims'],
    async run({ os }) {
      const store = await os.claims()
      const self = store.holder('self')
      check(self.known, 'who we are is not known')
      const claim = claimFor(os, self.value)
      same(store.list().length, 0, 'claims before')
      same(store.add(claim, 'a "note"'), true, 'made')
      same(store.add(claim, 'another'), false, 'made twice')
      same(JSON.stringify(store.list()), JSON.stringify([claim]), 'claims')
      const note = store.note(claim)
      check(note.known, 'the note is not known')
      same(note.value.text, 'a "note"', 'note')
      same(note.value.uid, store.uid, 'its user')
      same(store.remove(claim), true, 'taken away')
      same(store.list().length, 0, 'claims afterwards')
      same(store.remove(claim), true, 'taken away twice')
      same(store.note(claim).known, false, 'a note that is gone')
    },
  },
  {
    name: 'a holder lives if it is the process that it was',
    needs: ['claims'],
    async run({ os }) {
      const store = await os.claims()
      const self = store.holder('self')
      check(self.known, 'who we are is not known')
      const alive = (holder: typeof self.value) => {
        const told = store.lives(holder)
        return told.known ? told.value : told.reason
      }
      same(alive(self.value), true, 'we live')
      same(alive({ ...self.value, start: self.value.start + 1 }), false, 'another of our number lives')
      same(alive({ ...self.value, pid: 2 ** 22 + 1 }), false, 'a pid that nobody has lives')
      const nobody = store.holder(2 ** 22 + 1)
      same(nobody.known ? 'known' : nobody.reason, 'vanished', 'a holder that isn’t there')
      check(store.holder('caller').known, 'who called us is not known')
    },
  },
]
