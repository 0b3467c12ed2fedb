/** One hook: every base chain that the packet meets there, until one of them ends its way. */
import type { PolicyReference, RejectAnswer, RuleReference } from '../decision.ts'
import { bindUntouched } from './bind.ts'
import { runChain } from './chain.ts'
import { hasConnection, stateOf } from './conntrack.ts'
import { usesConntrack } from './conntrack-use.ts'
import { ask, suppose } from './fact.ts'
import { type BaseEntry, CONNTRACK_PLACE, type Entry, hookOrder } from './hook-order.ts'
import { inputOf, outputOf } from './meta.ts'
import { translateAsStored } from './stored-translation.ts'
import { STATE_BITS, STATUS_BITS, type Traversal } from './traversal.ts'
import { isScalar, isUntold } from './value.ts'

/** What became of the packet at the hook, and through what. */
export interface HookResult {
  readonly kind: 'accept' | 'drop' | 'reject'
  readonly answer?: RejectAnswer
  /** Of an accept: the last rule that said so. */
  readonly rule?: RuleReference
  readonly policy?: PolicyReference
}

export function walkHook(t: Traversal): HookResult {
  const device = (t.hook === 'ingress' ? inputOf(t) : t.hook === 'egress' ? outputOf(t) : null) ?? null
  let accepted: HookResult = { kind: 'accept' }
  let isTracked = t.tracked
  for (const together of hookOrder(t.ruleset, t.hook, t.packet.family, device)) {
    for (const entry of inOrder(t, together)) {
      isTracked = isTracked || entry.priority > CONNTRACK_PLACE || isAfterConntrack(t, entry)
      t.tracked = isTracked
      const result = entry.nat ? translating(t, entry) : baseChain(t, entry.chains[0]!)
      if (result.kind !== 'accept') return result
      // A rule that accepts says more than a policy; of either the last one decides.
      if (result.rule !== undefined || accepted.rule === undefined)
        accepted = result.rule || result.policy ? result : accepted
    }
  }
  if (t.hook === 'prerouting' || t.hook === 'output') t.tracked = true
  return accepted
}

/** At the very place of conntrack, who is first depends on who came first. */
const isAfterConntrack = (t: Traversal, { priority, chains }: Entry): boolean =>
  priority === CONNTRACK_PLACE &&
  (t.options.ties === 'last-first' ||
    suppose(t, `conntrack before chain ${chains[0]!.chain.name} of its priority`))

/** Chains of one priority run in an order that no listing shows. */
function inOrder(t: Traversal, together: readonly Entry[]): readonly Entry[] {
  if (together.length === 1) return together
  if (t.options.ties === 'last-first') return together.toReversed()
  const left = [...together]
  const order: Entry[] = []
  while (left.length > 1) {
    const at = left.findLastIndex(
      (entry, i) =>
        i === 0 || suppose(t, `${nameOf(entry)} before ${left.slice(0, i).map(nameOf).join(', ')}`),
    )
    order.push(...left.splice(at, 1))
  }
  return [...order, ...left]
}

const nameOf = ({ chains, nat }: Entry): string =>
  nat ? 'translation' : `chain ${chains[0]!.table.family} ${chains[0]!.table.name} ${chains[0]!.chain.name}`

function baseChain(t: Traversal, { table, chain, base }: BaseEntry): HookResult {
  t.table = table
  t.base = base
  const before = base.type === 'route' ? wayOf(t) : ''
  const ended = runChain(t, table, chain)
  if (base.type === 'route' && wayOf(t) !== before) t.reroutes = true
  if (ended === null) return atPolicy(t, { table, chain, base })
  const { outcome, by } = ended
  switch (outcome.kind) {
    case 'accept':
      return { kind: 'accept', rule: by }
    case 'translate':
      return { kind: 'accept' }
    case 'queue':
      return queued(t, outcome.bypass) ? { kind: 'accept', rule: by } : { kind: 'drop', rule: by }
    case 'drop':
      return { kind: 'drop', rule: by }
    case 'reject':
      return { kind: 'reject', rule: by, ...(outcome.answer === undefined ? {} : { answer: outcome.answer }) }
  }
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
  if (t.hook === 'output' && t.packet.destination !== destination) t.reroutes = true
  return result
}

function translated(t: Traversal, { chains }: Entry): HookResult {
  const end = t.hook === 'prerouting' || t.hook === 'output' ? 'destination' : 'source'
  if (!usesConntrack(t.ruleset, t.packet.family) || !hasConnection(t)) return { kind: 'accept' }
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
