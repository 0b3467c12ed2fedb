/** Plays a program on the ground: who answers answers what has come to it. */
import { scalarAddress } from '../../../src/model/filter/address-scalar.ts'
import type { Packet, Tuple } from '../../../src/model/filter/packet.ts'
import { trackedTuple } from '../../../src/model/path/connection-tuple.ts'
import type { IpFamily } from '../../../src/model/protocol.ts'
import { decodeIpPacket } from '../../../src/wire/ip-packet.ts'
import { type Device, scalar } from '../filter/ground.ts'
import { packetBytes, type Shape } from '../filter/packet-bytes.ts'
import type { KernelCounters, KernelEntry } from './dump.ts'
import type { NatExecutor, Passage } from './executor.ts'
import type { Flow, Program, Side, Step } from './steps.ts'

export interface Observation extends Partial<Passage> {
  /** What was sent; absent where nobody had seen anything to answer, and where an entry was ended. */
  readonly sent?: { readonly from: Device | null; readonly packet: Uint8Array }
  readonly forgotten?: KernelEntry
  /** Afterwards, what a packet with these ends has made, if any; absent where none was sent. */
  readonly made?: KernelEntry | null
  /** The same of the flow's first packet. */
  readonly entry?: KernelEntry | null
  /** The whole table afterwards, now and then. */
  readonly entries?: readonly KernelEntry[]
  /** Milliseconds: before it was sent, and when all had been read. */
  readonly at: number
  readonly until: number
}

export interface Run {
  readonly refused?: string
  readonly listing: string
  readonly observations: readonly Observation[]
  /** How far they have moved. */
  readonly counters?: KernelCounters
}

/** A packet as somebody saw it, and where. */
interface Sight {
  readonly where: Device | null
  readonly packet: Packet
  readonly bytes: Uint8Array
}

/** Listing the whole table takes the kernel longer than anything else. */
const LISTED_EVERY = 60
const ICMP = 1
const ICMPV6 = 58
const GRE = 47
/** Echo requests and what answers them. */
const ECHO: Readonly<Record<number, readonly [number, number]>> = { [ICMP]: [8, 0], [ICMPV6]: [128, 129] }

export function play(executor: NatExecutor, { rules, settings, flows, steps }: Program): Run {
  const loaded = executor.load(rules, settings)
  if ('refused' in loaded) return { refused: loaded.refused, listing: '', observations: [] }
  const before = executor.counters()
  const seen: { [side in Side]?: Sight }[] = flows.map(() => ({}))
  const observations = steps.map((step, i) => {
    const done = one(executor, flows, seen, step)
    const isTime = i % LISTED_EVERY === 0 || i === steps.length - 1
    const entries = isTime && done.entries === undefined ? { entries: executor.entries() } : {}
    return { ...done, ...entries, until: performance.now() }
  })
  const after = executor.counters()
  const counters = Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - before[name as keyof KernelCounters]]),
  ) as unknown as KernelCounters
  return { listing: loaded.listing, observations, counters }
}

function one(
  executor: NatExecutor,
  flows: readonly Flow[],
  seen: { [side in Side]?: Sight }[],
  step: Step,
): Omit<Observation, 'until'> {
  const flow = flows[step.flow]!
  if (step.kind === 'forget') return forget(executor, flow)
  if (step.kind === 'wait') return wait(executor, flow, step.milliseconds)
  const shot = step.kind === 'send' ? shapeOf(flow, seen[step.flow]!, step) : errorOf(seen[step.flow]!, step)
  if (shot === undefined) return { at: performance.now() }
  const packet = packetBytes(shot.shape)
  const at = performance.now()
  const passage = executor.pass(shot.from, shot.shape.destination, packet)
  if (step.kind === 'send') {
    const other = step.by === 'client' ? 'server' : 'client'
    const sight = sightOf(passage, flow.protocol)
    if (sight !== undefined) seen[step.flow]![other] = sight
  }
  const own = decodeIpPacket(packet)!
  const tuple = trackedTuple(own)!
  const entry = entryOf(executor, flow)
  const made = executor.entry(own.family, own.protocol!, tuple) ?? null
  return { sent: { from: shot.from, packet }, ...passage, entry, made, at }
}

function forget(executor: NatExecutor, flow: Flow): Omit<Observation, 'until'> {
  const forgotten = entryOf(executor, flow)
  if (forgotten !== null) executor.forget(forgotten)
  return {
    ...(forgotten === null ? {} : { forgotten }),
    entry: entryOf(executor, flow),
    at: performance.now(),
  }
}

function wait(executor: NatExecutor, flow: Flow, milliseconds: number): Omit<Observation, 'until'> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  return { entry: entryOf(executor, flow), entries: executor.entries(), at: performance.now() }
}

const entryOf = (executor: NatExecutor, flow: Flow): KernelEntry | null =>
  executor.entry(familyOf(flow), flow.protocol, tupleOf(flow)) ?? null

export const familyOf = ({ client }: Flow): IpFamily => (client.address.includes(':') ? 'ipv6' : 'ipv4')

/** Of its first packet. */
export function tupleOf({ protocol, client, server }: Flow): Tuple {
  const echo = ECHO[protocol]
  return {
    source: scalar(client.address),
    destination: scalar(server.address),
    ...(protocol === GRE
      ? {}
      : {
          sourcePort: client.port,
          destinationPort: echo === undefined ? server.port : echo[0] * 256,
        }),
  }
}

function sightOf({ left = [], delivered = [] }: Partial<Passage>, protocol: number): Sight | undefined {
  const all: Omit<Sight, 'packet'>[] = [
    ...left.map(({ device, packet }) => ({ where: device, bytes: packet })),
    ...delivered.map(bytes => ({ where: null, bytes })),
  ]
  for (const { where, bytes } of all) {
    const packet = decodeIpPacket(bytes)
    if (packet?.protocol === protocol) return { where, packet, bytes }
  }
  return undefined
}

type Made = { readonly from: Device | null; readonly shape: Shape }

function shapeOf(
  { protocol, from, client, server }: Flow,
  seen: { [side in Side]?: Sight },
  { by, traits }: Extract<Step, { kind: 'send' }>,
): Made | undefined {
  const echo = ECHO[protocol]
  if (by === 'client') {
    const ends = { protocol, source: client.address, destination: server.address }
    const more =
      echo === undefined
        ? { sourcePort: client.port, destinationPort: server.port }
        : { icmpType: echo[0], icmpId: client.port }
    return { from, shape: { ...ends, ...more, ...traits } }
  }
  const sight = seen.server
  if (sight === undefined) return undefined
  const { source, destination, sourcePort, destinationPort, family, fields } = sight.packet
  const ends = {
    protocol,
    source: scalarAddress(destination as number, family),
    destination: scalarAddress(source as number, family),
  }
  const id = Number(fields?.get(protocol === ICMP ? 'icmp id' : 'icmpv6 id') ?? 0)
  const more =
    echo === undefined
      ? { sourcePort: destinationPort!, destinationPort: sourcePort! }
      : { icmpType: echo[1], icmpId: id }
  return { from: sight.where, shape: { ...ends, ...more, ...traits } }
}

function errorOf(
  seen: { [side in Side]?: Sight },
  { by, icmpType, icmpCode, hop }: Extract<Step, { kind: 'error' }>,
): Made | undefined {
  const sight = seen[by]
  if (sight === undefined || sight.where === null) return undefined
  const { packet, bytes, where } = sight
  const family = packet.family
  const quotes = bytes.subarray(0, family === 'ipv4' ? 48 : 88)
  return {
    from: where,
    shape: {
      protocol: family === 'ipv4' ? ICMP : ICMPV6,
      source: hop ?? scalarAddress(packet.destination as number, family),
      destination: scalarAddress(packet.source as number, family),
      icmpType,
      icmpCode,
      quoted: quotes,
    },
  }
}
