/** Takes a lease: the one that its holder has already, the port that the name had last, or the first that can be had. */
import { type Claim, NO_KEY, overlaps } from '../../model/claim.ts'
import type { Finding } from '../../model/finding.ts'
import { PortSet } from '../../model/port-set.ts'
import type { ClaimStore, OS } from '../../os/os.ts'
import { defaultPool } from './default-pool.ts'
import { shortage } from './free.ts'
import { isPortFree } from './is-port-free.ts'
import { isOurs, renew } from './lease-again.ts'
import { leaseCandidates } from './lease-candidates.ts'
import { checkLease, holderOf } from './lease-check.ts'
import { type ClaimOutcome, makeClaim } from './lease-claim.ts'
import { leaseKey, startOfKey } from './lease-name.ts'
import { leaseOf, noteOf } from './lease-note.ts'
import type { LeaseOutcome, LeaseRequest } from './lease-request.ts'
import { isLive } from './live-claims.ts'
import { tidyClaims } from './tidy-claims.ts'

/** Of one process, requests are answered one after the other: what one is taking the next mustn't take for taken. */
let turn: Promise<unknown> = Promise.resolve()

/**
 * Throws `E_LEASE_NAME`, `E_LEASE_HOLDER`, `E_BIND_REQUEST`, and what the store throws. A refusal is an answer: every port
 * asked for is leased or bound.
 */
export function takeLease(os: OS, request: LeaseRequest): Promise<LeaseOutcome> {
  const answer = turn.then(() => take(os, request))
  turn = answer.catch(() => {})
  return answer
}

async function take(os: OS, request: LeaseRequest): Promise<LeaseOutcome> {
  const note = noteOf(request.name ?? null, request)
  const store = await os.claims()
  const found = await seek(os, request, claim => makeClaim(store, claim, note, os.clock.now()))
  if ('refused' in found) return found
  const { again, expiresAt } = found
  const claim = again ? renew(store, found.claim, expiresAt, note) : found.claim
  if (!again) tidyClaims(store, store.list(), claim, os.clock.now(), request.random ?? Math.random)
  return { lease: leaseOf(claim, store.note(claim)), again }
}

/** What `takeLease` would give as things stand; nothing is claimed. */
export const planLease = (os: OS, request: LeaseRequest): Promise<Sought> => seek(os, request, claim => claim)

export type Sought =
  | { readonly claim: Claim; readonly again: boolean; readonly expiresAt: number | null }
  | { readonly refused: Finding }

/** How often somebody who is at the same port is waited out, each time for up to `PATIENCE_MS`. */
const ROUNDS = 50
const PATIENCE_MS = 8

async function seek(os: OS, request: LeaseRequest, make: (claim: Claim) => ClaimOutcome): Promise<Sought> {
  checkLease(request)
  const { name, count = 1, port, range, random = Math.random } = request
  const store = await os.claims()
  const holder = holderOf(store, request)
  const key = name === undefined ? NO_KEY : leaseKey(name, request)
  const now = os.clock.now()
  const expiresAt = request.ttl === undefined ? null : now + request.ttl
  const before = store.list()

  const had = before.find(claim => isOurs(store, claim, key, now, { holder, count, port, range, expiresAt }))
  if (had !== undefined) return { claim: had, again: true, expiresAt }

  const pool = range ?? (port === undefined ? await defaultPool(os) : new PortSet())
  const start = key === NO_KEY ? random() : startOfKey(key)
  const tried = (): Iterable<number> =>
    port === undefined ? leaseCandidates(store, before, key, pool, start, count) : [port]
  const common = { count, state: 'held', key, holder, expiresAt, madeAt: now } as const
  let reason = 'it is leased'
  for (let round = 0; round < ROUNDS; round++) {
    let contested = false
    const claims = round === 0 ? before : store.list()
    for (const first of tried()) {
      const claim: Claim = { ...common, first, nonce: nonce(random) }
      const inTheWay = claims.filter(one => overlaps(one, claim) && isLive(store, one, now))
      if (inTheWay.length > 0) {
        contested ||= inTheWay.every(({ state }) => state === 'pending')
        if (port !== undefined) reason = await leasedBy(os, store, inTheWay[0]!)
        continue
      }
      const errno = request.reserve === true ? null : await refusalOf(os, first, count)
      if (errno !== null) {
        reason = `it can not be bound (${errno})`
        continue
      }
      const made = make(claim)
      if (typeof made !== 'string') return { claim: made, again: false, expiresAt }
      contested ||= made === 'contested'
    }
    if (!contested) break
    await os.clock.sleep(1 + random() * PATIENCE_MS)
  }
  return { refused: port === undefined ? shortage(0, count, request, pool) : refusedPort(port, reason) }
}

async function refusalOf(os: OS, first: number, count: number): Promise<string | null> {
  for (let i = 0; i < count; i++) {
    const errno = await isPortFree(os, first + i, { protocols: ['tcp', 'udp'] })
    if (errno !== null) return errno
  }
  return null
}

async function leasedBy(os: OS, store: ClaimStore, claim: Claim): Promise<string> {
  const { name, holder, uid } = leaseOf(claim, store.note(claim))
  const user = (await os.userNames([uid])).get(uid) ?? String(uid)
  return `it is leased${name === null ? '' : ` as "${name}"`} by ${user}${holder === null ? '' : `, process ${holder.pid}`}`
}

const refusedPort = (port: number, why: string): Finding => ({
  code: 'port-not-free',
  severity: 'medium',
  certainty: 'proven',
  subject: `port ${port}`,
  says: `port ${port} can not be leased: ${why}`,
  evidence: [{ source: 'leases and bind(2)', says: why }],
  remedy: `See who has it: ports ${port}`,
})

/** 60 bits of chance: nobody makes the same name twice. */
const nonce = (random: () => number): string =>
  Math.floor(random() * 2 ** 30).toString(36) + Math.floor(random() * 2 ** 30).toString(36)
