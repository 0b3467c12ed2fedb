/** For tests: hosts that break what they promise of settings, counters, binds, claims, rights, signals, acts and reach. */
import { LOOPBACK_V4, UNSPECIFIED_V4 } from '../model/address.ts'
import { known, unknown } from '../model/known.ts'
import {
  acting,
  backwards,
  bound,
  claiming,
  type Defect,
  failing,
  onceOnly,
  startOf,
} from './defective-host.cases.ts'

export const OTHER_DEFECTS: readonly Defect[] = [
  [
    'settings are told by name',
    'tells another',
    () => ({ tunables: async names => new Map(names.map(name => [name, known('1')])) }),
  ],
  [
    'a setting that the system has not',
    'makes one up',
    () => ({ tunables: async names => new Map(names.map(name => [name, known('1')])) }),
  ],
  [
    'counters are numbers',
    'gives a counter no group',
    os => ({
      counters: async query => ({ ...(await os.counters(query)), sockets: known(new Map([['tw', 1]])) }),
    }),
  ],
  [
    'counters are numbers',
    'tells the descriptors of a process that isn’t there',
    os => ({
      async counters(query) {
        const told = await os.counters(query)
        const descriptors = new Map(
          [...told.descriptors.keys()].map(pid => [pid, known({ open: 1, limit: 2 })]),
        )
        return { ...told, descriptors }
      },
    }),
  ],
  [
    '"../etc/passwd" is not the name',
    'looks',
    () => ({ tunables: async names => new Map(names.map(name => [name, unknown('unsupported')])) }),
  ],
  ['port 0 gets a port', 'says 0', os => ({ bind: async r => ({ ...(await os.bind(r)), port: 0 }) })],
  ['udp: port 0', 'keeps what was not to be kept', os => ({ bind: r => os.bind({ ...r, keep: true }) })],
  ['until it is closed', 'never refuses', os => ({ bind: r => os.bind(r.keep ? r : { ...r, port: 0 }) })],
  ['for IPv6 only', 'takes both families', os => ({ bind: ({ v6only: _, ...r }) => os.bind(r) })],
  ['an address that isn’t ours', 'takes it', os => ({ bind: r => os.bind({ ...r, address: LOOPBACK_V4 }) })],
  [
    'a number that is no port',
    'counts round',
    os => ({ bind: r => os.bind({ ...r, port: r.port % 65_536 }) }),
  ],
  ['a claim is there', 'forgets it', claiming(() => ({ list: () => [] }))],
  ['a claim is there', 'makes it twice', claiming(() => ({ add: () => true }))],
  ['a claim is there', 'never takes it away', claiming(() => ({ remove: () => false }))],
  ['a claim is there', 'notes something else', claiming(() => ({ note: () => known({ uid: 0, text: '' }) }))],
  ['a holder lives', 'takes all for living', claiming(() => ({ lives: () => known(true) }))],
  ['a holder lives', 'takes all for dead', claiming(() => ({ lives: () => known(false) }))],
  [
    'it says of every right',
    'forgets one',
    os => ({ can: async () => ({ ...(await os.can()), sockets: undefined as never }) }),
  ],
  [
    'it says of every right',
    'says no more',
    os => ({ can: async () => ({ ...(await os.can()), sockets: { yes: false, why: ' ', remedy: '' } }) }),
  ],
  ['it has a platform and a name', 'has none', () => ({ hostname: '' })],
  ['its clock doesn’t go back', 'goes back', os => ({ clock: backwards(os.clock) })],
  [
    'an aborted signal rejects, and nothing is asked',
    'does not look at signals',
    os => ({ owners: query => os.owners(query) }),
  ],
  [
    'rejects the reading of the table',
    'does not look at signals',
    os => ({ sockets: query => os.sockets(query) }),
  ],
  [
    'a sleep ends with its signal',
    'ends without saying',
    os => ({ clock: { ...bound(os.clock), sleep: async () => {} } }),
  ],
  ['endings end with their signal', 'throws', () => ({ endings: () => failing() })],
  [
    'that is said at once',
    'says nothing',
    os => ({
      can: async () => ({ ...(await os.can()), endings: { yes: false, why: 'a', remedy: 'b' } }),
      async *endings() {},
    }),
  ],
  [
    'a process that isn’t there can’t be ended',
    'says that it has ended it',
    acting({ stopProcess: async () => ({ kind: 'ended', through: 'kill' }) }),
  ],
  [
    'a process that started at another time is another one',
    'looks at the pid alone',
    os =>
      acting({
        stopProcess: request => os.acts.stopProcess({ ...request, startedAt: startOf(os, request.pid) }),
      })(os),
  ],
  [
    'a process that doesn’t hold the socket is let be',
    'does not look at sockets',
    os => acting({ stopProcess: ({ inodes: _, ...request }) => os.acts.stopProcess(request) })(os),
  ],
  [
    'an aborted signal rejects, and nothing is ended',
    'does not look at signals',
    os => acting({ stopProcess: request => os.acts.stopProcess(request) })(os),
  ],
  [
    'notes of changes of the packet filter',
    'says anything but why not',
    os =>
      acting({
        filter: { ...os.acts.filter, readNotes: () => Promise.reject(new Error('ENOENT')) },
      })(os),
  ],
  [
    'what is tried has an outcome of the list',
    'finds everything',
    os => ({ reach: { ...os.reach, file: async () => ({ kind: 'yes' }) } }),
  ],
  [
    'a datagram socket has one address',
    'binds to every address',
    os => ({
      reach: {
        ...os.reach,
        async datagrams(request) {
          const opened = await os.reach.datagrams(request)
          if (opened.kind !== 'yes') return opened
          const { socket } = opened
          return { kind: 'yes', socket: { ...socket, local: { ...socket.local, address: UNSPECIFIED_V4 } } }
        },
      },
    }),
  ],
  [
    'a name that nobody has',
    'resolves all names',
    os => ({ reach: { ...os.reach, resolve: async () => ({ kind: 'found', addresses: [] }) } }),
  ],
  ['closing it twice', 'throws the second time', () => ({ close: onceOnly() })],
]
