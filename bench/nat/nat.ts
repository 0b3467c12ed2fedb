/**
 * Packets of known connections, in one process: each is found in the table, moves its connection on, and is given its
 * translated ends. Beside it the plain way, a Map by text; and what the kernel's own tracking costs, as far as it can be told
 * from outside.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Packet, Tuple } from '../../src/model/filter/packet.ts'
import {
  CONNTRACK_DEFAULTS,
  ConntrackTable,
  type Entry,
  lookAt,
  STATUS,
  takeIn,
  translatedTuple,
} from '../../src/model/nat/linux/linux.ts'
import { answerTo } from '../../src/model/path/connection-tuple.ts'
import type { Benchmark, Result } from '../benchmarks.ts'
import { spreadOf } from '../pairs.ts'
import type { KernelRates } from './kernel-rate.ts'

/** Tables of so many connections: one that the processor's caches hold, and one that they don't. */
const SIZES = [10_000, 100_000] as const
const PACKETS = 200_000
const UDP = 17
const OUTSIDE = 0xcb007101
const HOUR = 3_600_000

export const NAT: readonly Benchmark[] = SIZES.map(connections => ({
  name: `nat-translate-${connections}`,
  what: `look-ups and translations a second among ${connections} connections, to a Map by text`,
  where: 'machine',
  measure: ({ pairs }) => measure(connections, pairs),
}))

const originalOf = (i: number): Tuple => ({
  source: 0x0a000000 + (i >>> 6),
  destination: 0xc6336400 + (i & 63),
  sourcePort: 1024 + (i & 0x7fff),
  destinationPort: 53,
})
const translatedOf = (i: number): Tuple => ({
  ...originalOf(i),
  source: OUTSIDE,
  sourcePort: 1024 + Math.floor(i / 64),
})

/** A packet out or back, in an order that no cache foresees. */
const packetAt = (i: number, connections: number): Packet => {
  const at = (Math.imul(i, 0x9e3779b1) >>> 0) % connections
  const tuple = (i & 1) === 0 ? originalOf(at) : answerTo(translatedOf(at), { protocol: UDP })
  return { family: 'ipv4', protocol: UDP, ...tuple } as Packet
}

async function measure(connections: number, pairs: number): Promise<Result> {
  const table = new ConntrackTable({ ...CONNTRACK_DEFAULTS, udp: HOUR, udpStream: HOUR })
  const plain = new Map<string, Tuple>()
  for (let i = 0; i < connections; i++) {
    const original = originalOf(i)
    const reply = answerTo(translatedOf(i), { protocol: UDP })
    table.confirm(entryOf(original, reply), 0)
    plain.set(textOf(UDP, original), translatedOf(i))
    plain.set(textOf(UDP, reply), answerTo(original, { protocol: UDP }))
  }
  const packets = Array.from({ length: PACKETS }, (_, i) => packetAt(i, connections))
  const rates = { found: [] as number[], followed: [] as number[], plain: [] as number[] }
  for (let i = -1; i < pairs; i++) {
    const found = rateOf(packets, one => {
      const place = table.place(
        one.family,
        UDP,
        one.source!,
        one.destination!,
        one.sourcePort!,
        one.destinationPort!,
      )
      return translatedTuple(table.entryAt(place), (place & 1) as 0 | 1).sourcePort!
    })
    const followed = rateOf(packets, one => {
      const look = lookAt(table, one, undefined, 10)
      takeIn(table, look, 10)
      const { direction } = look.conntrack
      return translatedTuple(look.entry!, direction === 'original' ? 0 : 1).sourcePort!
    })
    const peer = rateOf(packets, one => plain.get(textOf(UDP, one as Tuple))!.sourcePort!)
    if (i < 0) continue
    rates.found.push(found)
    rates.followed.push(followed)
    rates.plain.push(peer)
  }
  const said = (name: string, values: readonly number[]): string => {
    const { median, least, most } = spreadOf(values)
    return `${name.padEnd(34)}${inThousands(median)}/s  (${inThousands(least)} to ${inThousands(most)})`
  }
  return {
    lines: [
      said('found and translated', rates.found),
      said('found, followed and translated', rates.followed),
      said('a Map by text, nothing followed', rates.plain),
      ...(await kernelLines()),
    ],
    figure: 1e6 / spreadOf(rates.followed).median,
    target: 1,
    unit: 'µs',
  }
}

const inThousands = (rate: number): string => `${Math.round(rate / 1000)}k`

function entryOf(original: Tuple, reply: Tuple): Entry {
  return {
    family: 'ipv4',
    protocol: UDP,
    zone: 0,
    original,
    reply,
    status: STATUS.snat | STATUS.sourceDone | STATUS.destinationDone | STATUS.seenReply,
    mark: 0,
    expires: HOUR,
    began: 0,
    tcp: undefined,
    masqueradedBy: undefined,
    place: -1,
  }
}

const textOf = (protocol: number, { source, destination, sourcePort, destinationPort }: Tuple): string =>
  `${protocol} ${source}:${sourcePort} ${destination}:${destinationPort}`

let sum = 0
/** For each second of processor time, so that what else the machine does counts less. */
function rateOf(packets: readonly Packet[], run: (one: Packet) => number): number {
  const begin = process.cpuUsage()
  for (const one of packets) sum = (sum + run(one)) | 0
  const { user, system } = process.cpuUsage(begin)
  return (packets.length / (user + system)) * 1e6
}

/** Packets through a tun device and out of another, with and without a masquerade between: the difference is tracking's. */
async function kernelLines(): Promise<readonly string[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return ['the kernel: left out, no right to ask']
  const file = fileURLToPath(new URL('./kernel-rate.ts', import.meta.url))
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const { promise, resolve } = Promise.withResolvers<KernelRates | null>()
  child.once('message', rates => resolve(rates as KernelRates))
  child.once('exit', () => resolve(null))
  const rates = await promise
  if (rates === null) return ['the kernel: left out, no nft or no tun device']
  const [plain, tracked] = [1e6 / rates.plain, 1e6 / rates.tracked]
  return [
    `the kernel, with two system calls  ${tracked.toFixed(1)} µs a packet, ${plain.toFixed(1)} without tracking and translation`,
  ]
}
