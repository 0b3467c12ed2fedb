/**
 * A packet's way as a list of stages with the names that people know them by, each with what it did and the ends of the packet
 * after it.
 *
 * The order is the kernel's (NF_IP_PRI_ in netfilter_ipv4.h): raw, conntrack, mangle, destination NAT, the reverse path and the
 * route, then what is delivered or passed on, source NAT, the device. Where a bridge passes frames its hooks have the same names.
 */
import type { RuleReference, Step } from '../filter/decision.ts'
import type { Conntrack, Packet } from '../filter/packet.ts'
import type { Hook, Ruleset } from '../filter/ruleset.ts'
import { type PlacePassed, usesConntrack } from '../filter/walk/walk.ts'
import type { Path } from './path.ts'
import type { RouteAnswer } from './routing.ts'

export const STAGE_NAMES = [
  'ingress',
  'raw',
  'conntrack',
  'mangle',
  'dnat',
  'prerouting',
  'reverse-path',
  'routing',
  'input',
  'forward',
  'socket',
  'output',
  'postrouting',
  'snat',
  'egress',
  'neighbour',
] as const
export type StageName = (typeof STAGE_NAMES)[number]

export interface WayStage {
  readonly stage: StageName
  /** The hook that it is at; absent between hooks. */
  readonly hook?: Hook
  readonly did: WhatStageDid
  /** The rule that did it. */
  readonly rule?: RuleReference
  /** As it is afterwards. */
  readonly packet: Packet
}

export type WhatStageDid =
  | { readonly kind: 'passed' | 'dropped' | 'rejected' | 'handed-on'; readonly policyOf?: string }
  /** By a rule, or as the packets of its connection are since the first. */
  | { readonly kind: 'translated'; readonly stored: boolean }
  | { readonly kind: 'tracked'; readonly conntrack: Conntrack | undefined }
  | { readonly kind: 'routed'; readonly route: RouteAnswer }
  /** No rule of translation says anything of it. */
  | { readonly kind: 'untranslated' }
  /** No chain stands there. */
  | { readonly kind: 'open' }

/** Hooks at which people expect rules. */
const EXPECTED: ReadonlySet<Hook> = new Set(['input', 'forward', 'output'])
const CONNTRACK = -200

/** `before`: the packet as it came. Without the stages that rules and routes know nothing of: the reverse path, sockets, neighbours. */
export function stagesOf(
  ruleset: Ruleset,
  before: Packet,
  { stages }: Pick<Path, 'stages'>,
): readonly WayStage[] {
  const all: WayStage[] = []
  // Where no rule asks for connections the kernel keeps none.
  let tracked = !usesConntrack(ruleset, before.family)
  const latest = (): Packet => all.at(-1)?.packet ?? before
  for (const stage of stages) {
    const { packet } = stage
    if (stage.kind === 'routing') {
      all.push({ stage: 'routing', did: { kind: 'routed', route: stage.route }, packet })
      continue
    }
    const { hook, surroundings, passed } = stage
    const track = (): void => {
      if (tracked || (hook !== 'prerouting' && hook !== 'output')) return
      tracked = true
      const { conntrack } = surroundings
      all.push({ stage: 'conntrack', hook, did: { kind: 'tracked', conntrack }, packet: latest() })
    }
    for (const place of passed) {
      if (place.tracked) track()
      all.push(...stagesAt(hook, place, latest()))
    }
    if (stage.result === 'accept') track()
    if (passed.length === 0 && EXPECTED.has(hook))
      all.push({ stage: hook as StageName, hook, did: { kind: 'open' }, packet })
  }
  return all
}

function stagesAt(hook: Hook, place: PlacePassed, before: Packet): WayStage[] {
  const { packet, steps, nat } = place
  const stage = nameOf(hook, place)
  const last = steps.findLast(({ outcome }) => SAYS[outcome] !== undefined)
  if (nat) {
    const rule = last?.outcome === 'translate' ? last.rule : undefined
    if (rule !== undefined || !sameEnds(before, packet)) {
      const did = { kind: 'translated', stored: rule === undefined } as const
      return [{ stage, hook, did, ...(rule === undefined ? {} : { rule }), packet }]
    }
    if (place.chains.length === 0) return []
    if (last === undefined || PASSES.has(last.outcome))
      return [{ stage, hook, did: { kind: 'untranslated' }, packet }]
  }
  const ended = last === undefined ? undefined : SAYS[last.outcome]
  return [
    {
      stage,
      hook,
      did: {
        kind: ended ?? 'passed',
        ...(last !== undefined && last.rule === undefined
          ? { policyOf: `${last.family} ${last.table} ${last.chain}` }
          : {}),
      },
      ...(last?.rule === undefined ? {} : { rule: last.rule }),
      packet,
    },
  ]
}

const SAYS: Readonly<Partial<Record<Step['outcome'], 'passed' | 'dropped' | 'rejected' | 'handed-on'>>> = {
  accept: 'passed',
  translate: 'passed',
  queue: 'passed',
  drop: 'dropped',
  reject: 'rejected',
  forward: 'handed-on',
  'policy-accept': 'passed',
  'policy-drop': 'dropped',
}

const PASSES: ReadonlySet<Step['outcome']> = new Set(['accept', 'policy-accept'])

function nameOf(hook: Hook, { priority, nat }: PlacePassed): StageName {
  if (nat) return hook === 'prerouting' || hook === 'output' ? 'dnat' : 'snat'
  if ((hook === 'prerouting' || hook === 'output') && priority <= CONNTRACK) return 'raw'
  return priority === MANGLE ? 'mangle' : hook
}

/** `NF_IP_PRI_MANGLE` */
const MANGLE = -150

export const sameEnds = (one: Packet, other: Packet): boolean =>
  one.source === other.source &&
  one.destination === other.destination &&
  one.sourcePort === other.sourcePort &&
  one.destinationPort === other.destinationPort
