/**
 * The netlink replies of a recording.
 *
 * The recorder asked for all states and all ports, with and without extensions. A request for less gets the answer to
 * the least that has it all; the query's rest is narrowed where live answers are, too. Requests as in `struct
 * inet_diag_req_v2` and `struct unix_diag_req` (`wire/sock-diag.ts`, `wire/unix-diag.ts`).
 */
import { NLMSG_HEADER, viewsOf } from '../../wire/netlink.ts'
import { AF_INET, AF_INET6, SOCK_DIAG_BY_FAMILY } from '../../wire/sock-diag.ts'
import { AF_UNIX } from '../../wire/unix-diag.ts'
import type { NetlinkProtocol, NetlinkSource } from '../linux/linux.ts'
import type { RecordedDump } from './recording.ts'

/** EOPNOTSUPP: what the kernel says to a request that it doesn't know. */
const NOT_RECORDED = 95

export function recordedNetlink(
  dumps: readonly RecordedDump[],
  netns: number,
  protocol: NetlinkProtocol,
): NetlinkSource {
  const mine = dumps
    .filter(dump => dump.netns === netns && dump.protocol === protocol)
    .map(dump => ({ dump, request: readRequest(Buffer.from(dump.request, 'base64')) }))
  return {
    dump(request, read) {
      const wanted = readRequest(request)
      const [best] = mine
        .filter(one => hasAllOf(one.request, wanted))
        .sort((a, b) => bits(a.request.extensions) - bits(b.request.extensions))
      if (best === undefined) return { errno: NOT_RECORDED, interrupted: false }
      let interrupted = false
      for (const chunk of best.dump.chunks) {
        const bytes = Buffer.from(chunk, 'base64')
        const progress = read(viewsOf(bytes), bytes.length)
        interrupted ||= progress.interrupted
        if (progress.done) return { errno: progress.errno, interrupted }
      }
      return { errno: best.dump.errno, interrupted }
    },
    close() {},
  }
}

interface Request {
  /** All of it that must be the same, in base64. */
  readonly rest: string
  readonly states: number
  readonly extensions: number
  /** Local and peer port, 0 for any. */
  readonly ports: readonly [number, number]
}

const ALL = 0xffffffff

function readRequest(request: Uint8Array): Request {
  const bytes = Uint8Array.from(request)
  const { u8, u16, u32 } = viewsOf(bytes)
  u32[2] = 0 // the sequence number is the asker's own business
  const family = u8[NLMSG_HEADER]
  const inet = family === AF_INET || family === AF_INET6
  if (u16[2] !== SOCK_DIAG_BY_FAMILY || !(inet || family === AF_UNIX))
    return { rest: base64(bytes), states: ALL, extensions: 0, ports: [0, 0] }
  const states = u32[5]!
  const extensions = inet ? u8[18]! : 0
  const ports = inet ? ([(u8[24]! << 8) | u8[25]!, (u8[26]! << 8) | u8[27]!] as const) : ([0, 0] as const)
  u32[5] = 0
  if (inet) {
    u8[18] = 0
    u8.fill(0, 24, 28)
  }
  return { rest: base64(bytes), states, extensions, ports }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const hasAllOf = (recorded: Request, wanted: Request): boolean =>
  recorded.rest === wanted.rest &&
  (wanted.states & ~recorded.states) === 0 &&
  (wanted.extensions & ~recorded.extensions) === 0 &&
  recorded.ports.every((port, i) => port === 0 || port === wanted.ports[i])

const bits = (number: number): number => number.toString(2).replaceAll('0', '').length
