/**
 * What the kernel did in a run beside what the model says: packets as they left, the table of connections after each, and
 * the counters in the end. Where the kernel draws a port, the model takes the same draw, and says whether it can come to that.
 */
import type { Packet, Tuple } from '../../../src/model/filter/packet.ts'
import type { Chance, Entry } from '../../../src/model/nat/linux/linux.ts'
import { settingsOf, TCP_STATES } from '../../../src/model/nat/linux/linux.ts'
import { answerTo } from '../../../src/model/path/connection-tuple.ts'
import type { Quoted } from '../../../src/model/path/connections.ts'
import { LinuxRouter } from '../../../src/model/path/linux-router.ts'
import type { Path } from '../../../src/model/path/path.ts'
import { decodeIpPacket, decodeQuoted } from '../../../src/wire/ip-packet.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { HOST } from '../filter/ground.ts'
import type { KernelEntry } from './dump.ts'
import { familyOf, type Observation, type Run, tupleOf } from './play.ts'
import type { Program } from './steps.ts'

export interface Disagreement {
  /** The step after which it shows; the number of steps for the counters in the end. */
  readonly at: number
  readonly why: string
}

export interface Verdict {
  readonly disagreement?: Disagreement
  readonly packets: number
  /** Searches for a port that began by chance. */
  readonly draws: number
  /** Packets that were lost because no port was left. */
  readonly lost: number
}

/** Facts of this ground that aren't in a packet. */
const FACTS = new Map([
  ['socket', 0],
  ['meta skuid', 0],
  ['meta skgid', 0],
])
/** Seconds: a clock that is read at another moment, in whole seconds and in ticks of 4 ms. */
const CLOCKS_APART = 1.1
/** Of the status bits, those that both tell: not whether it is being ended. */
const TOLD = 2 | 4 | 8 | 16 | 32 | 128 | 256

export const judge = (program: Program, run: Run): Verdict => judgeRun(program, run, new Set())

/** `twice`: steps after which an identifier has been drawn for either end, of which only the second draw is to be seen. */
function judgeRun(program: Program, run: Run, twice: ReadonlySet<number>): Verdict {
  const drawing = new Drawing()
  const router = new LinuxRouter(decodeNftJson(run.listing).ruleset, HOST, {
    random: () => 0,
    settings: settingsOf(Object.entries(program.settings)),
    chance: drawing,
  })
  let packets = 0
  for (const [at, observation] of run.observations.entries()) {
    drawing.begin(observation.made ?? undefined, twice.has(at))
    if (observation.sent !== undefined) packets++
    const why =
      step(router, observation) ??
      entryDifference(router, program, at, observation) ??
      tableDifference(router, observation)
    if (why !== null && drawing.times > 1 && !twice.has(at))
      return judgeRun(program, run, new Set([...twice, at]))
    if (why !== null)
      return {
        disagreement: { at, why },
        packets,
        draws: drawing.draws,
        lost: router.table.counters.insertFailed,
      }
  }
  const why = counterDifference(router, run)
  return {
    ...(why === null ? {} : { disagreement: { at: run.observations.length, why } }),
    packets,
    draws: drawing.draws,
    lost: router.table.counters.insertFailed,
  }
}

/** Begins where the kernel must have begun, by the port that it came to. */
class Drawing implements Chance {
  /** What came of the packet. */
  #made: KernelEntry | undefined
  #isTwice = false
  draws = 0
  /** For this packet. */
  times = 0

  begin(made: KernelEntry | undefined, isTwice: boolean): void {
    this.#made = made
    this.#isTwice = isTwice
    this.times = 0
  }

  offset(search: Parameters<Chance['offset']>[0]): number {
    this.draws++
    this.times++
    if (this.#made === undefined) return 0
    const wanted = answerTo(this.#made.reply, this.#made)[search.part] ?? 0
    const near = wanted - search.low
    // Nobody sees the first one: any other will do.
    if (this.#isTwice && this.times === 1) return (near + 1 + search.size) % search.size
    // A closed connection is replaced late in a round: then it began so much earlier.
    for (let back = 0; back <= Math.min(search.size, 128); back++) {
      const offset = (((near - back) % search.size) + search.size) % search.size
      if (search.from(offset).port === wanted) return offset
    }
    return ((near % search.size) + search.size) % search.size
  }
}

function step(router: LinuxRouter, observation: Observation): string | null {
  const { sent, forgotten, at } = observation
  if (forgotten !== undefined) {
    const known = [...router.table.entries(at)].find(one => isSameEntry(one, forgotten))
    if (known === undefined) return `no entry ${textOf(forgotten.original)} in the model`
    router.table.forget(known)
  }
  if (sent === undefined) return null
  const packet = decodeIpPacket(sent.packet)!
  const quoted = decodeQuoted(sent.packet)
  const passing = {
    packet,
    surroundings: { mark: 0, facts: FACTS },
    ...(quoted === undefined ? {} : { quoted }),
  }
  const path =
    sent.from === null ? router.make(passing, at) : router.receive({ ...passing, from: sent.from }, at)
  return wireDifference(path, packet, observation)
}

function wireDifference(path: Path, sent: Packet, { left = [], delivered = [] }: Observation): string | null {
  const isThrough = path.decision.kind === 'accept'
  const wanted =
    isThrough && path.end === 'sent'
      ? `left by ${path.surroundings.outputInterface} as ${packetText(path.packet, path.quoted)}`
      : isThrough && path.end === 'delivered'
        ? sent.family === 'ipv4'
          ? `delivered as ${packetText(path.packet, path.quoted)}`
          : 'nothing to be seen'
        : 'nothing to be seen'
  const [first] = left
  const [copy] = delivered
  const saw =
    first !== undefined
      ? `left by ${first.device} as ${bytesText(first.packet)}`
      : copy !== undefined
        ? `delivered as ${bytesText(copy)}`
        : 'nothing to be seen'
  return wanted === saw
    ? null
    : `on the wire: kernel ${saw}; model ${wanted} (${path.decision.kind}, ${path.end})`
}

const bytesText = (bytes: Uint8Array): string => packetText(decodeIpPacket(bytes)!, decodeQuoted(bytes))

function packetText(packet: Packet, quoted: Quoted | undefined): string {
  const { protocol, family, fields, icmpType, icmpCode } = packet
  const ttl = fields?.get(family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit')
  const icmp =
    icmpType === undefined
      ? ''
      : ` ${icmpType}/${icmpCode} id ${fields?.get(family === 'ipv4' ? 'icmp id' : 'icmpv6 id')}`
  const about = quoted === undefined ? '' : ` about ${quoted.protocol} ${textOf(quoted.tuple)}`
  return `${protocol} ${textOf(packet as Tuple)}${icmp} ttl ${ttl}${about}`
}

const addressText = (address: Tuple['source']): string =>
  typeof address === 'number'
    ? [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.')
    : address.toString(16)
const textOf = ({ source, destination, sourcePort = 0, destinationPort = 0 }: Tuple): string =>
  `${addressText(source)}:${sourcePort} > ${addressText(destination)}:${destinationPort}`

const isSame = (a: Tuple, b: Tuple): boolean =>
  a.source === b.source &&
  a.destination === b.destination &&
  (a.sourcePort ?? 0) === (b.sourcePort ?? 0) &&
  (a.destinationPort ?? 0) === (b.destinationPort ?? 0)

const isSameEntry = (one: Entry, other: KernelEntry): boolean =>
  one.protocol === other.protocol && one.family === other.family && isSame(one.original, other.original)

/** Of the entry that the flow's packets have, whoever began it. */
function entryDifference(
  { table }: LinuxRouter,
  { flows, steps }: Program,
  step: number,
  { entry: kernel, at, until }: Observation,
): string | null {
  if (kernel === undefined) return null
  const flow = flows[steps[step]!.flow]!
  const entry = table.find(familyOf(flow), flow.protocol, tupleOf(flow), at)?.entry
  if (kernel === null || entry === undefined)
    return kernel === null
      ? entry === undefined
        ? null
        : `only the model has ${entryText(entry)}`
      : `only the kernel has ${kernelText(kernel)}`
  return difference(entry, kernel, at, until)
}

function difference(entry: Entry, kernel: KernelEntry, at: number, until: number): string | null {
  const [one, other] = [entryText(entry), kernelText(kernel)]
  if (one !== other) return `an entry: kernel ${other}; model ${one}`
  const rest = (entry.expires - at) / 1000
  return Math.abs(rest - kernel.timeout) > CLOCKS_APART + (until - at) / 1000
    ? `an entry's time: kernel ${kernel.timeout} s, model ${rest} s for ${other}`
    : null
}

function tableDifference({ table }: LinuxRouter, { entries, at, until }: Observation): string | null {
  if (entries === undefined) return null
  const known = [...table.entries(at)]
  for (const entry of known) {
    if (!entries.some(one => isSameEntry(entry, one))) return `only the model has ${entryText(entry)}`
  }
  for (const one of entries) {
    const entry = known.find(candidate => isSameEntry(candidate, one))
    if (entry === undefined) return `only the kernel has ${kernelText(one)}`
    const why = difference(entry, one, at, until)
    if (why !== null) return why
  }
  return null
}

function entryText({ original, reply, status, mark, protocol, tcp }: Entry): string {
  const state =
    tcp === undefined
      ? ''
      : ` ${TCP_STATES[tcp.state]} scales ${tcp.sides[0].scale}/${tcp.sides[1].scale} flags ${tcp.sides[0].flags}/${tcp.sides[1].flags}`
  return `${protocol} ${textOf(original)} answered ${textOf(reply)} status ${status & TOLD} mark ${mark}${state}`
}

function kernelText({ original, reply, status, mark, protocol, tcp }: KernelEntry): string {
  const state =
    tcp === undefined
      ? ''
      : ` ${TCP_STATES[tcp.state]} scales ${tcp.scales.join('/')} flags ${tcp.flags.join('/')}`
  return `${protocol} ${textOf(original)} answered ${textOf(reply)} status ${status & TOLD} mark ${mark}${state}`
}

function counterDifference({ table }: LinuxRouter, { counters }: Run): string | null {
  const { invalid, insertFailed, drop, earlyDrop, error } = table.counters
  const model = JSON.stringify({ invalid, insertFailed, drop, earlyDrop, error })
  const kernel = JSON.stringify(counters)
  return model === kernel ? null : `counters: kernel ${kernel}; model ${model}`
}
