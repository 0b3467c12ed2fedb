/**
 * A host made of a recording: a Linux machine of another day, read by the very code that reads a live one.
 *
 * Answers what the recorder asked: the socket table of its namespace and of those it could enter, owners, processes,
 * addresses, users, settings. Doesn't answer what only a running machine can: sockets as they end, settings that
 * nobody asked for. Time stands still at the moment of the recording. Runs on any system of the same byte order.
 */
import { fault } from '../../model/fault.ts'
import { unknown } from '../../model/known.ts'
import { noActs } from '../acts.ts'
import { no, yes } from '../can.ts'
import { noConnectionEvents, noConnections } from '../connections.ts'
import { noCounters } from '../counters.ts'
import { noFilterViews } from '../filter-views.ts'
import { openLinux, type Sources } from '../linux/linux.ts'
import { noEndings } from '../no-endings.ts'
import { noNetworkActs } from '../no-network-acts.ts'
import type { OS } from '../os.ts'
import { noReach } from '../reach.ts'
import { systemClock } from '../system-clock.ts'
import { recordedFiles, wasAsked } from './recorded-files.ts'
import { recordedNetlink } from './recorded-netlink.ts'
import type { Recording } from './recording.ts'

export { RECORDING_FORMAT, type Recording, readRecording } from './recording.ts'

export interface ReplayOptions {
  /** Whether the netlink replies are used; without them the texts of `/proc` answer, as on a machine without koffi. */
  readonly netlink?: boolean
}

/** Opens the host. `readRecording` makes the recording out of a file's text. */
export function openReplay(recording: Recording, options: ReplayOptions = {}): OS {
  const { netlink = true } = options
  const { netns: own, netlink: dumps } = recording
  const sources: Sources = {
    hostname: recording.hostname,
    clock: { ...systemClock, now: () => Date.parse(recording.recordedAt) },
    files: recordedFiles(recording.files),
    ffi: { missing: 'this is a recording' },
    netlink: protocol =>
      netlink ? recordedNetlink(dumps, own, protocol) : { why: 'the netlink replies are left out' },
    mayEnter: () => netlink && recording.mayEnter,
    enter: async requests =>
      requests.map(({ inode }) =>
        dumps.some(dump => dump.netns === inode)
          ? {
              inode,
              diag: recordedNetlink(dumps, inode, 'diag'),
              route: recordedNetlink(dumps, inode, 'route'),
            }
          : { inode, errno: NOT_THERE },
      ),
    interfaces: () => recording.interfaces,
    run: async argv => recording.programs?.[argv.join(' ')] ?? NOT_RUN,
  }
  const os = openLinux(sources)
  return {
    ...os,
    async can() {
      const can = await os.can()
      const sockets = can.sockets.yes ? yes(`a recording of ${can.sockets.how}`) : can.sockets
      return { ...can, sockets, endings: no(ENDED, 'Ask the machine itself.') }
    },
    async tunables(names) {
      const told = await os.tunables(names)
      return new Map(
        [...told].map(([name, value]) => {
          const asked = wasAsked(recording.files, 'read', `/proc/sys/${name.replaceAll('.', '/')}`)
          return [name, asked ? value : unknown('not-asked')]
        }),
      )
    },
    async bind() {
      throw fault('E_BIND_UNSUPPORTED', { why: 'this is a recording' })
    },
    async become({ program }) {
      throw fault('E_PROGRAM', { program, why: 'this is a recording' })
    },
    async claims() {
      throw fault('E_LEASE_UNSUPPORTED', { why: 'this is a recording' })
    },
    acts: noActs(ENDED),
    reach: noReach,
    ...noNetworkActs(ENDED),
    async counters(query) {
      const asked = wasAsked(recording.files, 'read', '/proc/net/netstat')
      return asked ? os.counters(query) : noCounters('not-asked', query)
    },
    filtered: async () => unknown('not-asked'),
    async ruleset(options) {
      options?.signal?.throwIfAborted()
      return recording.programs === undefined
        ? noFilterViews('not-asked', 'the recording has none')
        : os.ruleset(options)
    },
    async routes() {
      const asked = await os.routes()
      return asked.known ? asked : unknown('not-asked')
    },
    connections: async (_query, options) => {
      options?.signal?.throwIfAborted()
      return noConnections('not-asked', 'the recording has none')
    },
    connectionEvents: () => noConnectionEvents('not-asked', ENDED),
    endings: () => noEndings('recording', ENDED, 'Ask the machine itself.'),
  }
}

/** A program that nobody ran then: for a reader, one that isn't there. */
const NOT_RUN = { status: 'missing', out: '', err: '' } as const
/** ENOENT. */
const NOT_THERE = 2
const ENDED = 'nothing happens on a recording any more'
