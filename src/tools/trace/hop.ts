/** One host on a packet's way through a network: its rules, or its NAT around the routing decision. */
import type { Address } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { ForeseenMapping } from '../../model/nat/nat-box.ts'
import type { NatStep } from '../../model/nat/nat-foresight.ts'
import type { Connection } from '../../model/path/connections.ts'
import {
  decidersAt,
  entryOf,
  type FlowQuestion,
  type Judged,
  readHost,
  readRuleset,
} from '../firewall/live.ts'
import { type Trace, type TraceOptions, type TraceStage, traceFlow } from './trace-flow.ts'
import type { TraceNet } from './trace-net.ts'

export interface Hop extends Trace {
  readonly host: string
  /** The device that it leaves by. */
  readonly to: string | null
}

/** What is known of the hosts, and what packets foreseen so far have left there. */
export class Hosts {
  readonly net: TraceNet
  readonly warnings: string[] = []
  readonly #judged = new Map<string, Promise<Judged>>()
  readonly #connections = new Map<string, readonly Connection[]>()
  readonly #mappings = new Map<string, readonly ForeseenMapping[]>()

  constructor(net: TraceNet) {
    this.net = net
  }

  /**
   * `given`: the device by which it comes in; null where it is made; undefined where that is told by its source. Throws
   * `E_ROUTES_UNREADABLE`.
   */
  async pass(
    host: string,
    given: string | null | undefined,
    question: FlowQuestion,
    options: TraceOptions,
  ): Promise<Hop> {
    const os = this.net.osOf(host)
    const judged = await this.#judgedOf(host)
    const device = given === undefined ? entryOf(judged.host!, question) : given
    const nat = this.net.natOf(host)
    const made = this.#mappings.get(host) ?? []
    const before = device === null ? undefined : nat?.arriving(question.packet, device, made)
    const came = packetAfter(before, question.packet)
    const first = natStage('dnat', before, question.packet)
    if (came === undefined) return dropped(host, device, question, first)
    this.#keep(host, before)
    const { protocol = 0, destinationPort = 0 } = came
    const trace = await traceFlow(
      os,
      { ...judged, outside: await decidersAt(os, judged.outside ?? [], { protocol, port: destinationPort }) },
      { ...question, packet: came, ...(device === null ? {} : { inputInterface: device }) },
      {
        ...options,
        connections: this.#connections.get(host) ?? [],
        anySource: before?.kind === 'translated' && before.turns,
      },
    )
    this.#connections.set(host, trace.connections)
    const to = deviceOf(trace)
    const whole: Hop = { ...trace, question, host, to, stages: [...first, ...trace.stages] }
    if (trace.end !== 'sent' || device === null || to === null || nat === null) return whole
    const after = nat.leaving(trace.packet, device, to, made)
    const left = packetAfter(after, trace.packet)
    const last = natStage('snat', after, trace.packet)
    if (left === undefined)
      return { ...dropped(host, device, question, [...beforeLink(whole), ...last]), packet: trace.packet }
    this.#keep(host, after)
    const link = whole.stages.slice(beforeLink(whole).length).map(stage => ({ ...stage, packet: left }))
    return { ...whole, packet: left, stages: [...beforeLink(whole), ...last, ...link] }
  }

  /** Who has an address, with all who have any. */
  async holdersOf(wanted: Address): Promise<{ readonly holders: readonly string[]; readonly told: string }> {
    const all = await Promise.all(
      this.net.hosts.map(async name => {
        const addresses = (await this.net.osOf(name).addresses()).filter(one => one.interface !== 'lo')
        return { name, addresses: addresses.map(({ address }) => address) }
      }),
    )
    return {
      holders: all.flatMap(({ name, addresses }) => (addresses.includes(wanted) ? [name] : [])),
      told: all
        .map(({ name, addresses }) => `${name} has ${addresses.join(' and ') || 'no address'}`)
        .join(', '),
    }
  }

  #keep(host: string, step: NatStep | undefined): void {
    if (step?.kind !== 'translated') return
    this.#mappings.set(host, [...(this.#mappings.get(host) ?? []), step.mapping])
  }

  #judgedOf(host: string): Promise<Judged> {
    const known = this.#judged.get(host) ?? this.#read(host)
    this.#judged.set(host, known)
    return known
  }

  async #read(name: string): Promise<Judged> {
    const os = this.net.osOf(name)
    const [live, host] = await Promise.all([readRuleset(os), readHost(os)])
    if (!host.known) throw fault('E_ROUTES_UNREADABLE', { why: `${name} doesn’t tell its routes` })
    if (live.ruleset.tables.length === 0 && live.missing.some(({ view }) => view.startsWith('nft')))
      throw fault('E_RULES_UNREADABLE', {
        why: `${name}: ${live.missing.map(({ says }) => says).join('; ')}`,
      })
    const said = [...host.value.leftOut, ...live.warnings]
    this.warnings.push(...said.map(text => `${name}: ${text}`))
    const outside = Object.values(live.outside).flatMap(told => (told.known ? told.value : []))
    return { ruleset: live.ruleset, host: host.value, outside }
  }
}

const packetAfter = (step: NatStep | undefined, packet: Packet): Packet | undefined =>
  step?.kind === 'dropped' ? undefined : step?.kind === 'translated' ? step.packet : packet

function natStage(stage: 'dnat' | 'snat', step: NatStep | undefined, packet: Packet): readonly TraceStage[] {
  if (step === undefined || step.kind === 'passed') return []
  if (step.kind === 'dropped') return [{ stage, did: { kind: 'unmapped', why: step.why }, packet }]
  return [{ stage, did: { kind: 'mapped', mapping: step.mapping, turns: step.turns }, packet: step.packet }]
}

/** A NAT has dropped it. */
function dropped(
  host: string,
  from: string | null,
  question: FlowQuestion,
  stages: readonly TraceStage[],
): Hop {
  return {
    host,
    from,
    to: null,
    question,
    stages,
    decision: { kind: 'drop', walk: [], unknown: [] },
    end: 'filtered',
    packet: question.packet,
    connections: [],
    tracked: true,
  }
}

const beforeLink = ({ stages }: Trace): readonly TraceStage[] =>
  stages.at(-1)?.stage === 'neighbour' ? stages.slice(0, -1) : stages

function deviceOf({ stages, end }: Trace): string | null {
  const did = stages.at(-1)?.did
  return end === 'sent' && did?.kind === 'sent' ? did.device : null
}
