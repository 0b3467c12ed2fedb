/**
 * Every decoder on bytes that nobody promised anything about: random ones, real answers cut off anywhere, real answers
 * with bytes changed. It must return, and soon; throw nothing; and read nothing behind the length it was given, which
 * shows as a difference when those bytes change.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import { TrackedColumns, trackedAt } from '../model/nat/tracked-columns.ts'
import { protocolCode, SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { decodeNetfilterLink, decodeProgramInfo } from './bpf.ts'
import { controlGroupOf, parseProcCgroup } from './cgroup-path.ts'
import {
  decodeConnectionEvents,
  decodeConnections,
  decodeCounters,
  decodeFill,
  noTrackingCounters,
} from './ctnetlink.ts'
import { decodeDns } from './dns/dns.ts'
import { decodeEcho, withoutHeader } from './echo.ts'
import { extendedErrorOf } from './extended-error.ts'
import { parseHostsFile } from './hosts-file.ts'
import { decodeDatagram, frameFacts, isIntact, packetOf, quotedIn, Reassembly, redirected } from './ip/ip.ts'
import { decodeIpPacket, decodeQuoted } from './ip-packet.ts'
import { decodeLinkAddress } from './link-address.ts'
import { parseLsof } from './lsof.ts'
import { controlMessages, decodeMessageHeader, timeOf } from './message-header.ts'
import { messages, viewsOf } from './netlink.ts'
import { decodeTrace } from './nft-trace.ts'
import { parseNsswitch } from './nsswitch-conf.ts'
import { parseFibTrie, parseIfInet6 } from './proc-addresses.ts'
import {
  parseConntrackStat,
  parseCounterLines,
  parseDeviceCounters,
  parseFileNumbers,
  parseOpenFilesLimit,
  parsePairedCounters,
  parseSockstat,
} from './proc-counters.ts'
import { decodeProcNet, decodeProcNetSctp, decodeProcNetUnix } from './proc-net.ts'
import { bootTime, parseCmdline, parseStat, parseStatusUid, processName } from './proc-process.ts'
import { parseResolvConf } from './resolv-conf.ts'
import { decodeAddresses, decodeLinks, type Link, type LinkAddress } from './rtnetlink.ts'
import { decodeFilters, decodeLinkDetails, decodeQdiscs, decodeQueues } from './rtnetlink-links.ts'
import { decodeRouteAnswer } from './rtnetlink-route-answer.ts'
import { decodeRoutes, decodeRules } from './rtnetlink-routes.ts'
import { decodeInetDiag } from './sock-diag.ts'
import { endpointOfSocketAddress } from './socket-address.ts'
import { decodeStun } from './stun.ts'
import { tcpInfoDetail } from './tcp-info-detail.ts'
import { decodeUnixDiag } from './unix-diag.ts'

const appending =
  (decode: (views: ReturnType<typeof viewsOf>, length: number, into: never[]) => unknown): Decode =>
  (bytes, length) => {
    const found: never[] = []
    return [decode(viewsOf(bytes), length, found), found]
  }

/** All that a decoder makes of the first `length` bytes, as a value to compare. */
type Decode = (bytes: Uint8Array, length: number) => unknown

const rows = (columns: SocketColumns): unknown =>
  Array.from({ length: columns.length }, (_, row) => socketAt(columns, row))

const inet =
  (protocol: 'tcp' | 'udp' | 'sctp'): Decode =>
  (bytes, length) => {
    const columns = new SocketColumns(1)
    const progress = decodeInetDiag(viewsOf(bytes), length, columns, {
      protocol: protocolCode(protocol),
      netns: 1,
    })
    return [progress, rows(columns)]
  }
const table =
  (protocol: 'tcp' | 'udp' | 'raw', family: 'ipv4' | 'ipv6'): Decode =>
  (bytes, length) => {
    const columns = new SocketColumns(1)
    const context = { protocol, family, netns: 1, littleEndian: true }
    return [decodeProcNet(bytes.subarray(0, length), columns, context), rows(columns)]
  }
const sctp =
  (which: 'eps' | 'assocs'): Decode =>
  (bytes, length) => {
    const columns = new SocketColumns(1)
    return [decodeProcNetSctp(bytes.subarray(0, length), which, columns, 1), rows(columns)]
  }
const text =
  (parse: (text: string) => unknown): Decode =>
  (bytes, length) =>
    parse(new TextDecoder().decode(bytes.subarray(0, length)))

const packet =
  (read: (bytes: Uint8Array) => unknown): Decode =>
  (bytes, length) =>
    read(bytes.subarray(0, length))

const DECODERS: readonly (readonly [name: string, decode: Decode, samples: readonly string[]])[] = [
  [
    'messages',
    (bytes, length) => {
      const seen: number[] = []
      const progress = messages(viewsOf(bytes), length, 20, (at, end) => {
        assert.ok(at >= 16 && at <= end && end <= length, `${at} to ${end} of ${length}`)
        seen.push(at, end)
      })
      return [progress, seen]
    },
    ['tcp4.diag', 'unix.diag', 'addresses.route'],
  ],
  ['decodeInetDiag tcp', inet('tcp'), ['tcp4.diag', 'tcp6.diag']],
  ['decodeInetDiag udp', inet('udp'), ['udp4.diag', 'udp6.diag']],
  ['decodeInetDiag sctp', inet('sctp'), ['sctp4.diag']],
  [
    'decodeUnixDiag',
    (bytes, length) => {
      const columns = new SocketColumns(1)
      const progress = decodeUnixDiag(viewsOf(bytes), length, columns, 1)
      return [progress, rows(columns), [...columns.peerInodes]]
    },
    ['unix.diag'],
  ],
  [
    'decodeAddresses',
    (bytes, length) => {
      const found: LinkAddress[] = []
      return [decodeAddresses(viewsOf(bytes), length, found), found]
    },
    ['addresses.route'],
  ],
  [
    'decodeLinks',
    (bytes, length) => {
      const found: Link[] = []
      return [decodeLinks(viewsOf(bytes), length, found), found]
    },
    ['links.route'],
  ],
  [
    'decodeConnections',
    (bytes, length) => {
      const columns = new TrackedColumns(1)
      const progress = decodeConnections(viewsOf(bytes), length, columns)
      return [progress, Array.from({ length: columns.length }, (_, row) => trackedAt(columns, row))]
    },
    ['conntrack.ctnetlink', 'events.ctnetlink'],
  ],
  [
    'decodeConnectionEvents',
    (bytes, length) => decodeConnectionEvents(viewsOf(bytes), length),
    ['events.ctnetlink'],
  ],
  [
    'decodeCounters',
    (bytes, length) => {
      const counters = noTrackingCounters()
      return [decodeCounters(viewsOf(bytes), length, counters), counters]
    },
    ['counters.ctnetlink'],
  ],
  [
    'decodeFill',
    (bytes, length) => {
      const told: unknown[] = []
      return [decodeFill(viewsOf(bytes), length, fill => told.push(fill)), told]
    },
    ['fill.ctnetlink'],
  ],
  ['decodeTrace', (bytes, length) => decodeTrace(bytes.subarray(0, length)), ['accepted.nftrace']],
  [
    'controlMessages, and what they tell',
    (bytes, length) => {
      const all = controlMessages(8, bytes.subarray(0, length))
      return [
        all,
        extendedErrorOf(all),
        timeOf(8, all),
        extendedErrorOf(controlMessages(4, bytes.subarray(0, length))),
      ]
    },
    ['errors.cmsg'],
  ],
  [
    'decodeMessageHeader',
    packet(bytes => [decodeMessageHeader(8, bytes), decodeMessageHeader(4, bytes)]),
    [],
  ],
  ['decodeLinkAddress', packet(decodeLinkAddress), []],
  [
    'decodeEcho',
    packet(bytes => [decodeEcho(false, bytes), decodeEcho(true, withoutHeader(bytes))]),
    ['syn.packet'],
  ],
  ['endpointOfSocketAddress', packet(endpointOfSocketAddress), []],
  ['decodeStun', packet(decodeStun), ['answer.stun']],
  ['decodeDns', packet(decodeDns), ['answer.dns']],
  ['decodeIpPacket', packet(decodeIpPacket), ['syn.packet', 'error6.packet', 'fragment.packet']],
  ['decodeQuoted', packet(decodeQuoted), ['error6.packet', 'syn.packet']],
  [
    'decodeDatagram, and what is made of it',
    packet(bytes => {
      const datagram = decodeDatagram(bytes)
      if (datagram === undefined) return isIntact(bytes)
      const again = new Reassembly().add(datagram, 0)
      return [
        isIntact(bytes),
        again,
        quotedIn(datagram),
        frameFacts(datagram),
        redirected(datagram, packetOf(datagram)),
      ]
    }),
    ['syn.packet', 'error6.packet', 'fragment.packet'],
  ],
  ...(
    [
      ['decodeLinkDetails', decodeLinkDetails, 'links.route'],
      ['decodeRoutes', decodeRoutes, 'routes.route'],
      ['decodeRules', decodeRules, 'rules.route'],
      ['decodeQdiscs', decodeQdiscs, 'qdiscs.route'],
      ['decodeFilters', decodeFilters, 'filters.route'],
      ['decodeQueues', decodeQueues, 'qdiscs.route'],
      ['decodeRouteAnswer', decodeRouteAnswer, 'routes.route'],
    ] as const
  ).map(([name, decode, file]): [string, Decode, string[]] => [name, appending(decode), [file]]),
  [
    'decodeProgramInfo',
    (bytes, length) => decodeProgramInfo(bytes.subarray(0, length)),
    ['netfilter-program.bpf'],
  ],
  [
    'decodeNetfilterLink',
    (bytes, length) => decodeNetfilterLink(bytes.subarray(0, length)),
    ['netfilter-link.bpf', 'xdp-link.bpf'],
  ],
  ['tcpInfoDetail', (bytes, length) => tcpInfoDetail(bytes.subarray(0, length)), ['tcp4.diag']],
  ['decodeProcNet tcp', table('tcp', 'ipv4'), ['tcp.proc']],
  ['decodeProcNet tcp6', table('tcp', 'ipv6'), ['tcp6.proc']],
  ['decodeProcNet udp', table('udp', 'ipv4'), ['udp.proc']],
  ['decodeProcNet raw', table('raw', 'ipv4'), ['raw.proc']],
  ['decodeProcNetSctp eps', sctp('eps'), ['tcp.proc']],
  ['decodeProcNetSctp assocs', sctp('assocs'), ['tcp.proc']],
  [
    'decodeProcNetUnix',
    (bytes, length) => {
      const columns = new SocketColumns(1)
      return [decodeProcNetUnix(bytes.subarray(0, length), columns, 1), rows(columns)]
    },
    ['unix.proc'],
  ],
  ['parseLsof', (bytes, length) => parseLsof(bytes.subarray(0, length)), ['lsof.fields']],
  [
    'parseCmdline and processName',
    (bytes, length) => {
      const argv = parseCmdline(bytes.subarray(0, length))
      return [
        argv,
        processName('', argv),
        processName('node', ['node', ...argv]),
        processName('x', argv, argv[0]),
      ]
    },
    ['cmdline.proc', 'lsof.fields'],
  ],
  ['parseStat', text(parseStat), ['stat.proc']],
  ['parseStatusUid', text(parseStatusUid), ['status.proc']],
  ['bootTime', text(bootTime), ['stat.proc']],
  ['parsePairedCounters', text(each => [...parsePairedCounters(each)]), ['netstat.proc']],
  ['parseCounterLines', text(each => [...parseCounterLines(each)]), ['netstat.proc']],
  ['parseDeviceCounters', text(each => [...parseDeviceCounters(each)]), ['netstat.proc']],
  ['parseSockstat', text(each => [...parseSockstat(each)]), ['sockstat.proc']],
  ['parseConntrackStat', text(each => [...parseConntrackStat(each)]), ['conntrack.proc']],
  ['parseOpenFilesLimit', text(parseOpenFilesLimit), ['limits.proc']],
  ['parseFileNumbers', text(parseFileNumbers), ['file-nr.proc']],
  ['parseProcCgroup', text(each => controlGroupOf(parseProcCgroup(each) ?? each)), ['status.proc']],
  ['parseHostsFile', text(parseHostsFile), ['status.proc']],
  ['parseResolvConf', text(parseResolvConf), ['status.proc']],
  ['parseNsswitch', text(each => parseNsswitch(each, 'Name')), ['status.proc']],
  ['parseIfInet6', text(parseIfInet6), ['if_inet6.proc']],
  ['parseFibTrie', text(each => parseFibTrie(each, each)), ['fib_trie.proc', 'route.proc']],
]

const recorded = (file: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`./testdata/${file}`, import.meta.url)))

/** Decodes with two different surroundings: bytes before and behind that must not matter. */
function decodeTwice(decode: Decode, bytes: Uint8Array, offset: number): void {
  const results = [0x00, 0xff].map(filler => {
    const surrounded = new Uint8Array(offset + bytes.length + 64).fill(filler)
    surrounded.set(bytes, offset)
    return decode(surrounded.subarray(offset, offset + bytes.length + 64), bytes.length)
  })
  assert.deepEqual(results[0], results[1], 'bytes behind the end were read')
}

const RUNS = { numRuns: 150 }
for (const [name, decode, samples] of DECODERS) {
  test(`${name}: random bytes`, () => {
    const property = (bytes: Uint8Array, offset: number) => decodeTwice(decode, bytes, offset)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 0, max: 7 }), property), RUNS)
  })
  for (const sample of samples) {
    const real = recorded(sample)
    test(`${name}: ${sample}, cut off anywhere`, () => {
      const step = Math.max(1, Math.floor(real.length / 400))
      for (let length = 0; length <= real.length; length += step)
        decodeTwice(decode, real.slice(0, length), length % 8)
    })
    test(`${name}: ${sample}, with bytes changed`, () => {
      const change = fc.tuple(
        fc.nat(real.length - 1),
        fc.oneof(fc.constantFrom(0, 1, 2, 0xff, 0x0a, 0x20), fc.nat(255)),
      )
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), changes => {
          const bytes = real.slice()
          for (const [at, value] of changes) bytes[at] = value
          decodeTwice(decode, bytes, 0)
        }),
        RUNS,
      )
    })
    test(`${name}: ${sample}, in pieces put together wrongly`, () => {
      const piece = fc.tuple(fc.nat(real.length), fc.nat(real.length))
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 4 }), pieces => {
          const bytes = Uint8Array.from(pieces.flatMap(([from, to]) => [...real.slice(from, to)]))
          decodeTwice(decode, bytes, 0)
        }),
        RUNS,
      )
    })
  }
}

for (const [name, decode, samples] of DECODERS) {
  for (const sample of samples.filter(file => /\.(diag|route|ctnetlink)$/.test(file))) {
    test(`${name}: the first message of ${sample}, cut off and saying so`, () => {
      const real = recorded(sample)
      const whole = new Uint32Array(real.buffer)[0]!
      for (let length = 16; length <= whole; length++) {
        const bytes = real.slice(0, length)
        new DataView(bytes.buffer).setUint32(0, length, true)
        decodeTwice(decode, bytes, 0)
      }
    })
    test(`${name}: the first message of ${sample}, each of its attributes cut short`, () => {
      const real = recorded(sample)
      const whole = new Uint32Array(real.buffer)[0]!
      // Any place could be the beginning of an attribute; those that are make the difference.
      for (let at = 16; at + 4 <= whole; at += 4) {
        for (let size = 4; size <= 44 && at + size <= whole; size++) {
          const bytes = real.slice(0, at + size)
          const view = new DataView(bytes.buffer)
          view.setUint32(0, at + size, true)
          view.setUint16(at, size, true)
          decodeTwice(decode, bytes, 0)
        }
      }
    })
  }
}

test('the length of a message, at every value that could mislead', () => {
  const real = recorded('tcp4.diag')
  for (const size of [
    0,
    1,
    15,
    16,
    17,
    18,
    19,
    87,
    88,
    real.length,
    0x7fffffff,
    0x80000000,
    0xfffffffd,
    0xffffffff,
  ]) {
    const bytes = real.slice()
    new Uint32Array(bytes.buffer)[0] = size
    for (const [, decode] of DECODERS) decodeTwice(decode, bytes, 0)
  }
})

test('long lines, and many of them, are read in time that grows with their length', () => {
  const hostile = [
    '(',
    ')',
    '/',
    ' ',
    '\t',
    '\n',
    '\0',
    ':',
    '0',
    'f',
    '-',
    '.',
    '|-- ',
    '/8 link LOCAL\n',
    '* ',
    '\\x',
    'Uid: ',
  ].map(part => new TextEncoder().encode(part.repeat(Math.ceil(60_000 / part.length))))
  for (const bytes of hostile) for (const [, decode] of DECODERS) decode(bytes, bytes.length)
})
