/** One hook: every base chain that the packet meets there, until one of them ends its way. */
import { STATE_BITS, STATUS_BITS } from '../conntrack-bits.ts'
import type { PolicyReference, RejectAnswer, RuleReference, Step } from '../decision.ts'
import { CONNTRACK_PLACE } from '../hook-places.ts'
import type { Packet } from '../packet.ts'
import { bindUntouched } from './bind.ts'
import { runChain } from './chain.ts'
import { hasConnection, stateOf } from './conntrack.ts'
import { usesConntrack } from './conntrack-use.ts'
import { ask, suppose } from './fact.ts'
import { type BaseEntry, type Entry, hookOrder, type Order } from './hook-order.ts'
import { inputOf, outputOf } from './meta.ts'
import { translateAsStored } from './stored-translation.ts'
import type { Traversal } from './traversal.ts'
import { isScalar, isUntold } from './value.ts'
import { lookUp } from './zone.ts'

/** What became of the packet at the hook, and through what. */
export interface HookResult {
  readonly kind: 'accept' | 'drop' | 'reject'
  readonly answer?: RejectAnswer
  /** Of an accept: the last rule that said so. */
  readonly rule?: RuleReference
  readonly policy?: PolicyReference
  /** Of an accept: a rule has handed the packet to that device, and nothing else sees it; null where it isn't known. */
  readonly handedTo?: string | null
}

/** What the kernel does at a place of the hook beside the chains. */
export interface Inserted {
  readonly priority: number
  readonly name: string
  walk(): HookResult
}

/** A place of the hook that the packet has passed, or been stopped at. */
export interface PlacePassed {
  readonly priority: number
  /** None where the kernel translates and no chain has anything to say. */
  readonly chains: readonly BaseEntry[]
  /** The place of translation. */
  readonly nat: boolean
  /** Connection tracking came before it. */
  readonly tracked: boolean
  readonly steps: readonly Step[]
  /** As it is afterwards. */
  readonly packet: Packet
}

/** `passed` is filled with the places in their order. */
export function walkHook(t: Traversal, inserted?: Inserted, passed?: PlacePassed[]): HookResult {
  const device = (t.hook === 'ingress' ? inputOf(t) : t.hook === 'egress' ? outputOf(t) : null) ?? null
  let accepted: HookResult = { kind: 'accept' }
  let isTracked = t.tracked
  const isTracking = tracksAt(t)
  const { hook, layer } = t
  const order = hookOrder(t.ruleset, hook, layer === 'bridge' ? layer : t.packet.family, device)
  for (const together of inserted === undefined ? order : withInserted(order, inserted)) {
    for (const entry of inOrder(t, together)) {
      if ('walk' in entry) {
        const result = entry.walk()
        if (result.kind !== 'accept') return result
        if (result.rule !== undefined || accepted.rule === undefined)
          accepted = result.rule || result.policy ? result : accepted
        isTracked = t.tracked
        continue
      }
      isTracked =
        isTracked || (isTracking && (entry.priority > CONNTRACK_PLACE || isAfterConntrack(t, entry)))
      t.tracked = isTracked
      if (isTracked) lookUp(t)
      const steps = t.steps.length
      const result = entry.nat ? translating(t, entry) : baseChain(t, entry.chains[0]!)
      passed?.push({ ...entry, tracked: isTracked, steps: t.steps.slice(steps), packet: t.packet })
      if (result.kind !== 'accept' || result.handedTo !== undefined) return result
      // A rule that accepts says more than a policy; of either the last one decides.
      if (result.rule !== undefined || accepted.rule === undefined)
        accepted = result.rule || result.policy ? result : accepted
    }
  }
  if (isTracking && (hook === 'prerouting' || hook === 'output')) {
    t.tracked = true
    lookUp(t)
  }
  return accepted
}

/** A device's own hook comes before connection tracking; a bridge tracks only where a rule of its own asks. */
const tracksAt = ({ hook, layer, ruleset }: Traversal): boolean =>
  hook !== 'ingress' && (layer === 'ip' || (hook === 'prerouting' && usesConntrack(ruleset, 'bridge')))

type Place = Entry | Inserted

/** It was registered before the chains of its priority. */
function withInserted(order: Order, inserted: Inserted): readonly (readonly Place[])[] {
  const places: readonly (readonly Place[])[] = order
  const at = places.findIndex(([first]) => first!.priority >= inserted.priority)
  if (at === -1) return [...places, [inserted]]
  return places[at]![0]!.priority === inserted.priority
    ? places.with(at, [inserted, ...places[at]!])
    : places.toSpliced(at, 0, [inserted])
}

/** At the very place of conntrack, who is first depends on who came first. */
const isAfterConntrack = (t: Traversal, { priority, chains }: Entry): boolean =>
  priority === CONNTRACK_PLACE &&
  (t.options.ties === 'last-first' ||
    suppose(t, `conntrack before chain ${chains[0]!.chain.name} of its priority`))

/** Chains of one priority run in an order that no listing shows. */
function inOrder<T extends Place>(t: Traversal, together: readonly T[]): readonly T[] {
  if (together.length === 1) return together
  if (t.options.ties === 'last-first') return together.toReversed()
  const left = [...together]
  const order: T[] = []
  while (left.length > 1) {
    const at = left.findLastIndex(
      (entry, i) =>
        i === 0 || suppose(t, `${nameOf(entry)} before ${left.slice(0, i).map(nameOf).join(', ')}`),
    )
    order.push(...left.splice(at, 1))
  }
  return [...order, ...left]
}

function nameOf(place: Place): string {
  if ('walk' in place) return place.name
  if (place.nat) return 'translation'
  const { table, chain } = place.chains[0]!
  return `chain ${table.family} ${table.name} ${chain.name}`
}

function baseChain(t: Traversal, { table, chain, base }: BaseEntry): HookResult {
  t.table = table
  t.base = base
  const before = base.type === 'route' ? wayOf(t) : ''
  const ended = runChain(t, table, chain)
  if (base.type === 'route' && wayOf(t) !== before) leadElsewhere(t)
  if (ended === null) return atPolicy(t, { table, chain, base })
  const { outcome, by } = ended
  switch (outcome.kind) {
    case 'accept':
      return { kind: 'accept', rule: by }
    case 'translate':
      return { kind: 'accept' }
    case 'forward':
      return { kind: 'accept', rule: by, handedTo: outcome.device }
    case 'queue':
      return queued(t, outcome.bypass) ? { kind: 'accept', rule: by } : { kind: 'drop', rule: by }
    case 'drop':
      return { kind: 'drop', rule: by }
    case 'reject':
      return { kind: 'reject', rule: by, ...(outcome.answer === undefined ? {} : { answer: outcome.answer }) }
  }
}

/** A new routing decision, at once (ip_route_me_harder). */
function leadElsewhere(t: Traversal): void {
  t.reroutes = true
  t.routed = t.routeAgain?.()
}

/** What the routing decision of a packet that is made here depends on (nf_route_table_hook4). */
const wayOf = ({ packet, surroundings }: Traversal): string =>
  `${packet.source} ${packet.destination} ${surroundings.mark} ${packet.fields?.get('ip dscp')}`

function atPolicy(t: Traversal, { table, chain, base }: BaseEntry): HookResult {
  const { policy } = base
  t.steps.push({
    family: table.family,
    table: table.name,
    chain: chain.name,
    hook: t.hook,
    outcome: policy === 'accept' ? 'policy-accept' : 'policy-drop',
  })
  return {
    kind: policy,
    policy: { family: table.family, table: table.name, chain: chain.name, hook: t.hook, policy },
  }
}

/** Without a program that reads the queue the packet is lost, unless the rule lets it pass then. */
function queued(t: Traversal, bypass: boolean): boolean {
  const { queue } = t.options
  if (queue === undefined) return suppose(t, 'the program that reads the queue lets it pass')
  return queue === 'accepts' || (queue === 'nobody' && bypass)
}

/** NAT chains see a connection's first packet, once for each of its ends; one that finds a translation is the last. */
function translating(t: Traversal, entry: Entry): HookResult {
  const { destination } = t.packet
  const result = translated(t, entry)
  if (t.hook === 'output' && t.packet.destination !== destination) leadElsewhere(t)
  return result
}

function translated(t: Traversal, { chains }: Entry): HookResult {
  const end = t.hook === 'prerouting' || t.hook === 'output' ? 'destination' : 'source'
  if (!usesConntrack(t.ruleset, t.packet.family)) return { kind: 'accept' }
  if (t.template === undefined && !hasConnection(t)) return { kind: 'accept' }
  if (isLostRedirect(t)) return { kind: 'drop' }
  if (t.translated[end] || !isFirst(t)) {
    translateAsStored(t, end)
    return { kind: 'accept' }
  }
  let accepted: HookResult = { kind: 'accept' }
  for (const one of natOrder(t, chains)) {
    const result = baseChain(t, one)
    if (result.kind !== 'accept') return result
    if (result.rule !== undefined) accepted = result
    if (t.translated[end]) break
  }
  if (!t.translated[end]) bindUntouched(t, end)
  t.translated[end] = true
  return accepted
}

/** Their priorities order NAT chains among themselves; of one priority they are like all others. */
const natOrder = (t: Traversal, chains: readonly BaseEntry[]): readonly BaseEntry[] =>
  [...Map.groupBy(chains, ({ base }) => base.priority)].flatMap(([priority, together]) =>
    inOrder(
      t,
      together.map(one => ({ priority, chains: [one], nat: false })),
    ).map(entry => entry.chains[0]!),
  )

const ICMP = 1
const ICMPV6 = 58
const REDIRECT = 5
const DONE = STATUS_BITS.sourceDone | STATUS_BITS.destinationDone

/** ICMP's redirects are of no use behind a translation (nf_nat_icmp_reply_translation). */
function isLostRedirect({ packet, surroundings: { conntrack } }: Traversal): boolean {
  if (packet.protocol !== ICMP || packet.icmpType !== REDIRECT || conntrack?.state !== 'related') return false
  const { status = DONE } = conntrack
  return (status & DONE) !== DONE || (status & (STATUS_BITS.snat | STATUS_BITS.dnat)) !== 0
}

/**
 * What is related has a connection that may lack a translation yet: that of a packet that was rejected. ICMP never asks for
 * one (nf_nat_ipv4_fn).
 */
function isFirst(t: Traversal): boolean {
  const state = stateOf(t)
  if (isUntold(state))
    return ask(t, state, [{ low: STATE_BITS.new, after: STATE_BITS.new + 1 }], 'ct state new')
  if (!isScalar(state)) return false
  return (
    state === STATE_BITS.new ||
    (state === STATE_BITS.related &&
      t.packet.protocol !== ICMP &&
      t.packet.protocol !== ICMPV6 &&
      t.surroundings.conntrack?.status !== undefined)
  )
}
