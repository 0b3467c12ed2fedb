/**
 * What a real kernel said about sockets we made (`testdata/`, by `test/record/record-netlink.ts`), read in three ways
 * and held against the word of the program that opened them.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { isUnixName, protocolCode, type Socket } from '../model/socket.ts'
import { SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { parseLsof } from './lsof.ts'
import { viewsOf } from './netlink.ts'
import { decodeProcNet, decodeProcNetUnix } from './proc-net.ts'
import { parseCmdline, parseStat, parseStatusUid, processName } from './proc-process.ts'
import { decodeInetDiag } from './sock-diag.ts'
import { decodeUnixDiag } from './unix-diag.ts'

interface Truth {
  readonly what: string
  readonly protocol: string
  readonly family: string
  readonly state: string
  readonly local: string
  readonly port?: number
  readonly peer?: string
  readonly peerPort?: number
  readonly v6only?: boolean
  readonly kind?: string
}

const bytesOf = (file: string): Uint8Array => readFileSync(new URL(`./testdata/${file}`, import.meta.url))
const truth: { netns: number; pid: number; title: string; sockets: readonly Truth[] } = JSON.parse(
  new TextDecoder().decode(bytesOf('truth.json')),
)

const INET = [
  ['tcp', 'ipv4', 'tcp4.diag', 'tcp.proc'],
  ['tcp', 'ipv6', 'tcp6.diag', 'tcp6.proc'],
  ['udp', 'ipv4', 'udp4.diag', 'udp.proc'],
  ['udp', 'ipv6', 'udp6.diag', 'udp6.proc'],
  ['raw', 'ipv4', null, 'raw.proc'],
  ['raw', 'ipv6', null, 'raw6.proc'],
] as const

function fromNetlink(): Socket[] {
  const columns = new SocketColumns(2)
  for (const [protocol, , file] of INET) {
    if (file === null) continue
    const bytes = bytesOf(file)
    const context = { protocol: protocolCode(protocol), netns: truth.netns }
    const { done, errno } = decodeInetDiag(viewsOf(bytes), bytes.length, columns, context)
    assert.deepEqual({ done, errno }, { done: true, errno: 0 }, file)
  }
  const unix = bytesOf('unix.diag')
  const progress = decodeUnixDiag(viewsOf(unix), unix.length, columns, truth.netns)
  assert.deepEqual(progress, { done: true, errno: 0, interrupted: false, skipped: 0 })
  return all(columns)
}

function fromProc(): Socket[] {
  const columns = new SocketColumns(2)
  for (const [protocol, family, , file] of INET) {
    const context = { protocol, family, netns: truth.netns, littleEndian: true }
    const lines = new TextDecoder().decode(bytesOf(file)).trim().split('\n').length
    assert.deepEqual(decodeProcNet(bytesOf(file), columns, context), { rows: lines - 1, skipped: 0 }, file)
  }
  assert.equal(decodeProcNetUnix(bytesOf('unix.proc'), columns, truth.netns).skipped, 0)
  return all(columns)
}

const all = (columns: SocketColumns): Socket[] =>
  Array.from({ length: columns.length }, (_, row) => socketAt(columns, row))

/** The truth and a socket in the same words. A mapped address is written as IPv4 by some of its sources. */
const plain = (address: string | undefined) => address?.replace(/^::ffff:/, '')
const truthKey = (of: Truth) =>
  [of.protocol, of.state, plain(of.local), of.port, plain(of.peer), of.peerPort]
    .map(part => part ?? '*')
    .join(' ')

function matches(socket: Socket, of: Truth): boolean {
  const { local, peer } = socket
  if (socket.protocol !== of.protocol || socket.state !== of.state || socket.family !== of.family)
    return false
  if (isUnixName(local)) return local.path === of.local
  if (plain(local.address) !== plain(of.local) || (of.port !== undefined && local.port !== of.port))
    return false
  if (peer === undefined || isUnixName(peer)) return of.peer === undefined
  return plain(peer.address) === plain(of.peer) && peer.port === of.peerPort
}

for (const [source, read] of [
  ['netlink', fromNetlink],
  ['/proc', fromProc],
] as const) {
  const sockets = read()
  for (const expected of truth.sockets) {
    if (source === 'netlink' && !['tcp', 'udp', 'unix'].includes(expected.protocol)) continue
    test(`${source} tells: ${expected.what}`, () => {
      const found = sockets.filter(socket => matches(socket, expected))
      assert.equal(found.length, 1, truthKey(expected))
      const [socket] = found as [Socket]
      assert.equal(socket.netns, truth.netns)
      assert.equal(socket.kind, expected.kind)
      if (source === 'netlink') assert.equal(socket.v6only, expected.v6only)
      if (expected.state === 'time-wait') assert.equal(socket.inode, 0)
      else assert.ok(socket.inode > 0)
    })
  }
  test(`${source} tells of no other socket than those we opened`, () => {
    // The other end of a TIME_WAIT socket is gone, and each accepted one is in the truth by itself.
    const strangers = sockets.filter(socket => !truth.sockets.some(expected => matches(socket, expected)))
    assert.deepEqual(strangers, [])
  })
}

test('netlink and /proc agree about inode, user, queues and timer', () => {
  const key = ({ protocol, family, state, local, peer, inode, uid, timer }: Socket) =>
    JSON.stringify({ protocol, family, state, local, peer, inode, uid, timer: timer?.kind })
  const covered = (sockets: Socket[]) =>
    sockets.filter(({ protocol }) => protocol === 'tcp' || protocol === 'udp')
  assert.deepEqual(covered(fromNetlink()).map(key).sort(), covered(fromProc()).map(key).sort())
})

test('the numbers of a conversation are those that were sent', () => {
  const expected = truth.sockets.find(({ what }) => what === 'conversation')!
  const { tcp } = fromNetlink().find(socket => matches(socket, expected))!
  assert.ok(tcp !== undefined)
  // SYN counts one on the way out (RFC 9293 section 3.4); nothing was closed yet.
  assert.equal(tcp.bytesAcked, 1000 + 1)
  assert.equal(tcp.bytesReceived, 300)
  assert.equal(tcp.retransmits, 0)
  assert.ok(tcp.rttMs! > 0 && tcp.rttMs! < 1000)
  assert.ok(tcp.sinceSentMs! >= 200 && tcp.sinceSentMs! < 10_000, 'we waited 300 ms before we asked')
})

test('a caller without an answer has no round-trip time, and no time since its last segment', () => {
  const expected = truth.sockets.find(({ state }) => state === 'syn-sent')!
  const { tcp, timer } = fromNetlink().find(socket => matches(socket, expected))!
  assert.equal(tcp?.rttMs, undefined)
  assert.equal(tcp?.sinceReceivedMs, undefined)
  assert.equal(timer?.kind, 'retransmit')
})

test('time-wait lasts at most a minute in both sources (TCP_TIMEWAIT_LEN)', () => {
  for (const sockets of [fromNetlink(), fromProc()]) {
    const [waiting] = sockets.filter(({ state }) => state === 'time-wait')
    assert.equal(waiting?.timer?.kind, 'time-wait')
    assert.ok(waiting.timer.ms > 50_000 && waiting.timer.ms <= 60_000, `${waiting.timer.ms}`)
  }
})

test('the limit of the accept queue is what listen() was told', () => {
  const expected = truth.sockets.find(({ what }) => what === 'IPv4 listener')!
  assert.deepEqual(fromNetlink().find(socket => matches(socket, expected))!.acceptQueue, {
    length: 0,
    limit: 5,
    drops: 0,
  })
  assert.deepEqual(fromProc().find(socket => matches(socket, expected))!.acceptQueue, { length: 0 })
})

test('a missing diag module is an errno in the last message', () => {
  const bytes = bytesOf('sctp4.diag')
  const { done, errno } = decodeInetDiag(viewsOf(bytes), bytes.length, new SocketColumns(), {
    protocol: protocolCode('sctp'),
    netns: 0,
  })
  assert.deepEqual({ done, errno }, { done: true, errno: 2 })
})

test('lsof tells every TCP and UDP socket that has a descriptor', () => {
  const { sockets, skipped } = parseLsof(bytesOf('lsof.fields'))
  assert.equal(skipped, 0)
  const seen = sockets.map(({ protocol, family, state, local, peer }) =>
    truthKey({
      what: '',
      protocol,
      family,
      state,
      local: local.address,
      port: local.port,
      ...(peer === undefined ? {} : { peer: peer.address, peerPort: peer.port }),
    }),
  )
  for (const expected of truth.sockets) {
    if (!['tcp', 'udp'].includes(expected.protocol) || expected.state === 'time-wait') continue
    const wanted = truthKey(expected)
    const [before, after] = wanted.split(' * ') // the port of the caller that gets no answer is not in the truth
    const found = seen.filter(
      key => key === wanted || (after !== undefined && key.startsWith(before!) && key.endsWith(after)),
    )
    assert.equal(found.length, 1, `${expected.what}: ${wanted}`)
  }
  assert.ok(sockets.every(({ pid, uid, user }) => pid === truth.pid && uid === 0 && user === 'root'))
})

test('a process that wrote itself a title', () => {
  const stat = parseStat(new TextDecoder().decode(bytesOf('stat.proc')))!
  assert.equal(stat.pid, truth.pid)
  assert.equal(stat.comm, truth.title.slice(0, 15))
  assert.equal(stat.kernelThread, false)
  const argv = parseCmdline(bytesOf('cmdline.proc'))
  assert.deepEqual(argv, [truth.title])
  assert.equal(processName(stat.comm, argv), truth.title)
  assert.equal(parseStatusUid(new TextDecoder().decode(bytesOf('status.proc'))), 0)
})
