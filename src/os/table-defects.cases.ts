/** For tests: hosts that tell the socket table wrongly. */
import type { SocketColumns } from '../model/socket-columns.ts'
import { all, asked, copy, type Defect, OTHER, rows, without } from './defective-host.cases.ts'

export const TABLE_DEFECTS: readonly Defect[] = [
  [
    'that are open are in the table',
    'forgets unix sockets',
    asked(q => ({ protocols: ['tcp', 'udp'], ...q })),
  ],
  ['is in the table once', 'tells a row twice', rows(columns => columns.append(copy(columns)))],
  [
    'names its protocol or namespace twice',
    'reads a protocol as often as it is named',
    os => ({
      async *sockets(query, options) {
        for (const protocol of query.protocols ?? ['tcp', 'udp', 'unix'])
          yield* os.sockets({ ...query, protocols: [protocol as 'tcp'] }, options)
      },
    }),
  ],
  ['columns are well-formed', 'has a state that is none', rows(columns => columns.state.fill(99))],
  ['columns are well-formed', 'leaves the namespace out', rows(columns => columns.netns.fill(0))],
  ['columns are well-formed', 'mixes up families', rows(columns => columns.family.fill(0))],
  ['columns are well-formed', 'gives a listener a peer', rows(columns => columns.peerPort.fill(7))],
  [
    'columns are well-formed',
    'leaves rubbish behind an IPv4 address',
    rows(columns => columns.local.fill(1)),
  ],
  ['columns are well-formed', 'names rows that aren’t there', rows(columns => columns.names.set(99, 'x'))],
  ['names protocols', 'ignores it', asked(q => without(q, 'protocols'))],
  ['names families', 'ignores it', asked(q => without(q, 'families'))],
  ['names states', 'ignores it', asked(q => without(q, 'states'))],
  [
    'names states',
    'takes bound for unconnected',
    asked(q => (q.states?.[0] === 'unconnected' ? { ...q, states: ['bound'] } : q)),
  ],
  ['names localPort', 'ignores it', asked(q => without(q, 'localPort'))],
  ['names localPort', 'takes 0 for any', asked(q => (q.localPort === 0 ? without(q, 'localPort') : q))],
  ['names peerPort', 'ignores it', asked(q => without(q, 'peerPort'))],
  [
    'names netns',
    'tells others, too',
    asked(q => (q.netns?.length === 1 ? { ...q, netns: [...q.netns, OTHER] } : q)),
  ],
  ['names several fields', 'ignores the second', asked(q => (q.protocols ? without(q, 'states') : q))],
  [
    'an empty list asks for nothing',
    'takes it for all',
    asked(q => (q.families?.length === 0 ? without(q, 'families') : q)),
  ],
  [
    'the caller’s own',
    'gives out its only copy',
    os => {
      const cache = new Map<string, SocketColumns[]>()
      return {
        async *sockets(query, options) {
          const key = JSON.stringify(query)
          const batches = cache.get(key) ?? (await all(os.sockets(query, options)))
          cache.set(key, batches)
          yield* batches
        },
      }
    },
  ],
  [
    'has sockets of its own',
    'reads its own for every other',
    asked(q => (q.netns?.includes(OTHER) ? without(q, 'netns') : q)),
  ],
  [
    'a namespace that is not there is a fault',
    'is silent',
    asked(q => (q.netns?.[0] === 1 ? { ...q, netns: [] } : q)),
  ],
  ['numbers of TCP connections', 'forgets them', asked(q => without(q, 'details'))],
]
