/** Takes a lease: the one that its holder has already, the port that the name had last, or the first that can be had. */
import { type Claim, type ClaimHolder, NO_KEY, overlaps } from '../../model/claim.ts'
import { fault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import { PortSet } from '../../model/port-set.ts'
import type { ClaimStore, OS } from '../../os/os.ts'
import { defaultPool } from './default-pool.ts'
import { shortage } from './free.ts'
import { isPortFree } from './is-port-free.ts'
import { makeClaim } from './lease-claim.ts'
import { checkLeaseName, leaseKey, startOfKey } from './lease-name.ts'
import { leaseOf, noteOf } from './lease-note.ts'
import { type LeaseOutcome, type LeaseRequest, MOST_PORTS } from './lease-request.ts'
import { isLive } from './live-claims.ts'
import { portsFrom } from './ports-from.ts'
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

/** How often somebody who is at the same port is waited out, each time for up to `PATIENCE_MS`. */
const ROUNDS = 50
const PATIENCE_MS = 8

async function take(os: OS, request: LeaseRequest): Promise<LeaseOutcome> {
  const { name, count = 1, port, random = Math.random } = request
  check(request, count)
  const store = await os.claims()
  const holder = holderOf(store, request)
  const key = name === undefined ? NO_KEY : leaseKey(name, request)
  const now = os.clock.now()
  const expiresAt = request.ttl === undefined ? null : now + request.ttl
  const note = noteOf(name ?? null, request)
  const before = store.list()

  const had = before.find(claim => isOurs(store, claim, key, now, { holder, count, port, expiresAt }))
  if (had !== undefined) {
    const renewed =
      expiresAt === null ? had : renew(store, had, { ...had, expiresAt, nonce: nonce(random) }, note)
    return { lease: leaseOf(renewed, store.note(renewed)), again: true }
  }

  const pool = port === undefined ? (request.range ?? (await defaultPool(os))) : PortSet.of(port as never)
  const start = key === NO_KEY ? random() : startOfKey(key)
  let reason = 'leased'
  for (let round = 0; round < ROUNDS; round++) {
    let contested = false
    for (const first of candidates(store, before, key, pool, start, count)) {
      const claims = round === 0 ? before : store.list()
      const claim: Claim = {
        first,
        count,
        state: 'held',
        key,
        holder,
        expiresAt,
        madeAt: now,
        nonce: nonce(random),
      }
      const inTheWay = claims.filter(one => overlaps(one, claim) && isLive(store, one, now))
      if (inTheWay.length > 0) {
        contested ||= inTheWay.every(({ state }) => state === 'pending')
        reason = await leasedBy(os, store, inTheWay[0]!)
        continue
      }
      const errno = await refusalOf(os, first, count)
      if (errno !== null) {
        reason = `it can not be bound (${errno})`
        continue
      }
      const made = makeClaim(store, claim, note, now)
      if (typeof made !== 'string') {
        tidyClaims(store, store.list(), made, now, random)
        return { lease: leaseOf(made, store.note(made)), again: false }
      }
      contested ||= made === 'contested'
      if (made === 'taken') reason = 'it is leased'
    }
    if (!contested) break
    await os.clock.sleep(1 + random() * PATIENCE_MS)
  }
  return { refused: port === undefined ? shortage(0, count, request, pool) : refusedPort(port, reason) }
}

function check({ name, ttl, port, holder }: LeaseRequest, count: number): void {
  if (name !== undefined) checkLeaseName(name)
  if (holder === null && ttl === undefined)
    throw fault('E_LEASE_HOLDER', { pid: 'nobody', why: 'without a holder it needs a time to end at' })
  const most = port === undefined ? MOST_PORTS : Math.min(MOST_PORTS, 65536 - port)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw fault('E_BIND_REQUEST', { why: `${count} ports in a row can not be had, from 1 to ${most} can` })
  if (port !== undefined && !(port >= 1 && port <= 65535))
    throw fault('E_BIND_REQUEST', { why: `${port} is no port to be leased` })
}

function holderOf(store: ClaimStore, { holder = 'self' }: LeaseRequest): ClaimHolder | null {
  if (holder === null) return null
  const found = store.holder(holder)
  if (found.known) return found.value
  const why = found.reason === 'vanished' ? 'there is no such process' : 'it can not be seen'
  throw fault('E_LEASE_HOLDER', { pid: holder, why })
}

interface Wanted extends Pick<Claim, 'holder' | 'count' | 'expiresAt'> {
  readonly port: number | undefined
}

/** A live lease of the same name that the same holder has, and that is as it is wanted. */
function isOurs(store: ClaimStore, claim: Claim, key: string, now: number, wanted: Wanted): boolean {
  const { holder, count, port, expiresAt } = wanted
  if (key === NO_KEY || claim.key !== key || claim.state !== 'held' || claim.count !== count) return false
  if (port !== undefined && claim.first !== port) return false
  if ((claim.expiresAt === null) !== (expiresAt === null) || !sameHolder(claim.holder, holder)) return false
  const note = store.note(claim)
  return note.known && note.value.uid === store.uid && isLive(store, claim, now)
}

const sameHolder = (a: ClaimHolder | null, b: ClaimHolder | null): boolean =>
  a?.pid === b?.pid && a?.start === b?.start && a?.space === b?.space

/** The new claim is there before the old one goes, so that nobody sees neither. */
function renew(store: ClaimStore, old: Claim, renewed: Claim, note: string): Claim {
  store.add(renewed, note)
  store.remove(old)
  return renewed
}

/** First the ports that the name had, the last one first; then from where its key points, upwards and round. */
function* candidates(
  store: ClaimStore,
  claims: readonly Claim[],
  key: string,
  pool: PortSet,
  start: number,
  count: number,
): Generator<number> {
  const fits = (first: number): boolean => {
    for (let i = 0; i < count; i++) if (i > 0 && !pool.has(first + i)) return false
    return first + count <= 65536
  }
  if (key !== NO_KEY) {
    const had = claims.filter(claim => claim.key === key && claim.count === count && pool.has(claim.first))
    for (const claim of had.toSorted((a, b) => b.madeAt - a.madeAt)) {
      const note = store.note(claim)
      if (note.known && note.value.uid === store.uid && fits(claim.first)) yield claim.first
    }
  }
  for (const first of portsFrom(pool, start)) if (fits(first)) yield first
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
