/**
 * Why a port can't be reached: one answer, with its evidence, what would disprove it, and what to do.
 *
 * Answers for TCP and UDP from this host, by its own sockets, tables, rules and counters, by one attempt watched closely and a few
 * polite probes; with views of other hosts, from there as well. What evidence can't tell apart is told as a set, with the next step
 * that would. Doesn't log in anywhere, asks no third party, and never tries more than the port it was asked about and, where that is
 * silent, one other port, a ping, and packets with a small time to live.
 *
 * A cause is proven only where what was seen leaves no other; likely where the evidence points there; else possible.
 */

import { type Address, familyOf, unmap } from '../../model/address.ts'
import { isHostAddress } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import type { OS } from '../../os/os.ts'
import { ADDRESS_CHECKS, NAME_CHECKS, WHOLE_CHECKS } from './checks/checks.ts'
import { conclude } from './conclude.ts'
import type { Diagnosis, Step } from './diagnosis.ts'
import { inTime } from './in-time.ts'
import { type AddressInquiry, explainAddress, inquireAbout, tryAddress } from './inquire.ts'
import type { InquiryOptions, NameInquiry } from './inquiry.ts'
import { withWay } from './lacks-family.ts'
import { type AnyView, withRoles } from './roles.ts'
import { runChecks, type Telling } from './run-checks.ts'
import { Suspects } from './suspects.ts'
import { parseTarget, type Target } from './target.ts'
import { type ReadView, readView, THIS_HOST } from './view.ts'

export type { Command } from './advice/command.ts'
export { BIND_CHECKS, type WhyBindOptions, whyBind } from './bind/bind.ts'
export { CAUSES, type Cause, type CauseCode, LEGS, type Leg } from './causes/causes.ts'
export { type Check, PHASES, type Phase } from './check.ts'
export { CHECKS } from './checks/checks.ts'
export * from './diagnosis.ts'
export type { AnyView } from './roles.ts'
export { type Claim, type Move, SUSPICIONS, type Suspect, type Suspicion, type Where } from './suspects.ts'
export { type Application, parseTarget, type Target } from './target.ts'
export { THIS_HOST, type View } from './view.ts'

export interface WhyOptions extends Telling {
  /** Views of other hosts: the target's, and those between. Which is which is found out where it isn't said. */
  readonly at?: readonly AnyView[]
  /** One of our own addresses to come from. */
  readonly source?: Address
  /** Out by this interface. */
  readonly device?: string
  /** By default TCP, or what the target says. */
  readonly protocol?: 'tcp' | 'udp'
  /** How long an attempt may take before it counts as silent, milliseconds; 2900. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** As soon as the attempts have ended: what is known by then. */
  readonly onFirst?: (diagnosis: Diagnosis) => void
}

/** A neighbour is given up after three seconds: shortly before, it still shows that it is being asked for. */
const SILENT_MS = 2_900
const AT_MOST_MS = 11_000
/** Addresses of a name that are tried. */
const MOST_ADDRESSES = 8

/**
 * Finds out. Throws `E_WHY_TARGET` for what is no target; rejects with the signal's reason when that aborts. A target that can't be
 * reached is an answer.
 */
export async function why(os: OS, what: string | Target, options: WhyOptions = {}): Promise<Diagnosis> {
  const { timeoutMs = SILENT_MS, signal = new AbortController().signal } = options
  const target = typeof what === 'string' ? parseTarget(what, options.protocol) : what
  const began = os.clock.monotonic()
  const client = readView({ role: 'client', label: THIS_HOST, os }, signal)
  const asked: InquiryOptions = {
    timeoutMs,
    atMostMs: AT_MOST_MS + Math.max(0, timeoutMs - SILENT_MS),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.device === undefined ? {} : { device: options.device }),
  }
  let about: NameInquiry = {
    target,
    os,
    client,
    views: [client],
    options: asked,
    named: isHostAddress(target.host) ? { addresses: [target.host] } : {},
    suspects: new Suspects(),
    signal,
    left: () => asked.atMostMs - (os.clock.monotonic() - began),
  }
  await thereIs(target, client, options.device)
  const steps: Step[] = []
  const so = (firstMs?: number): Diagnosis =>
    conclude(about, all, inOrder(steps, all), {
      firstMs: firstMs ?? os.clock.monotonic() - began,
      ms: os.clock.monotonic() - began,
    })
  let all: readonly AddressInquiry[] = []
  await runChecks(NAME_CHECKS, about, String(target.host), steps, options)
  const addresses = fromThere(target, about.named.addresses ?? [], options.source)
  const seen = (options.at ?? []).map(view => inTime(view, os.clock, about.left))
  const others = await withRoles(seen, addresses)
  about = { ...about, views: [client, ...others.map(view => readView(view, signal))] }
  all = addresses.slice(0, MOST_ADDRESSES).map(one => inquireAbout(about, one))
  try {
    const tried = await Promise.all(all.map(one => tryAddress(one, ADDRESS_CHECKS, options)))
    const first = os.clock.monotonic() - began
    options.onFirst?.(so(first))
    const explained = toExplain(all.filter((_, at) => tried[at]))
    await Promise.all(explained.map(one => explainAddress(one, ADDRESS_CHECKS, options)))
    await runChecks(WHOLE_CHECKS, { ...about, all }, String(target.host), steps, options)
    return so(first)
  } finally {
    await Promise.all(all.map(one => one.close()))
  }
}

/** An interface that was asked for by name; where nobody tells which there are, the attempt will. */
async function thereIs({ text }: Target, client: ReadView, device: string | undefined): Promise<void> {
  if (device === undefined) return
  const tables = await client.routes()
  if (!tables.known || tables.value.interfaces.some(({ name }) => name === device)) return
  const names = tables.value.interfaces.map(({ name }) => name).join(', ')
  throw fault('E_WHY_TARGET', {
    text,
    why: `this host has no interface ${device} to send it by${names === '' ? '' : `; it has ${names}`}`,
  })
}

/** Those of the source's family: from an address of the other nobody gets there. */
function fromThere(
  { text }: Target,
  addresses: readonly Address[],
  source: Address | undefined,
): readonly Address[] {
  if (source === undefined || addresses.length === 0) return addresses
  const family = familyOf(unmap(source))
  const left = addresses.filter(address => familyOf(unmap(address)) === family)
  if (left.length > 0) return left
  throw fault('E_WHY_TARGET', {
    text,
    why: `${addresses.join(', ')} and the source ${source} are of different families`,
  })
}

/** What all addresses say together stands last. */
const inOrder = (steps: readonly Step[], all: readonly AddressInquiry[]): readonly Step[] => [
  ...steps.filter(({ phase }) => phase === 'name'),
  ...all.flatMap(one => one.steps),
  ...steps.filter(({ phase }) => phase !== 'name'),
]

/** Of each family the first that works and the first that doesn't: more would tell the same again. */
function toExplain(tried: readonly AddressInquiry[]): readonly AddressInquiry[] {
  const seen = new Set<string>()
  return withWay(tried).filter(({ address, facts }) => {
    const key = `${address.includes(':')} ${facts.tried?.attempt.outcome.kind === 'yes'}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
