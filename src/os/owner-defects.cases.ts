/** For tests: hosts that tell wrongly who holds what: owners, processes, namespaces, addresses, users, control groups. */
import { known, unknown } from '../model/known.ts'
import { type Defect, OTHER, owning, process1 } from './defective-host.cases.ts'

export const OWNER_DEFECTS: readonly Defect[] = [
  ['who hold a socket are named', 'forgets holders', owning(() => ({ length: 0 }))],
  ['those who hold a socket are named', 'mixes up pids', owning(({ pid }) => ({ pid: pid.map(() => 1) }))],
  [
    'holder and its descriptor are told once',
    'tells one twice',
    owning(({ inode, pid, fd }) => ({ inode: inode.fill(inode[0]!), pid: pid.fill(1), fd: fd.fill(3) })),
  ],
  ['as long as it says', 'says more than it has', owning(({ length }) => ({ length: length + 1 }))],
  ['as long as it says', 'tells an inode 0', owning(({ inode }) => ({ inode: inode.map(() => 0) }))],
  [
    'are those among the owners of all',
    'tells all',
    os => ({ owners: (query, options) => os.owners(query === undefined ? {} : { threads: true }, options) }),
  ],
  [
    'are those among the owners of all',
    'tells none',
    os => ({
      owners: (query, options) =>
        os.owners(query?.inodes === undefined ? query : { inodes: new Set() }, options),
    }),
  ],
  [
    'owners of no socket are none',
    'takes the empty set for all',
    os => ({ owners: (query, options) => os.owners(query?.inodes?.size === 0 ? {} : query, options) }),
  ],
  [
    'every holder is a process, or has gone',
    'says denied',
    os => ({
      processes: async pids =>
        new Map([...(await os.processes(pids)).keys()].map(pid => [pid, unknown('denied')])),
    }),
  ],
  [
    'every holder is a process, or has gone',
    'mixes up processes',
    os => ({
      processes: async pids => new Map(pids.map(pid => [pid, known({ ...process1(os), pid: pid + 1 })])),
    }),
  ],
  [
    'coverage agrees with itself',
    'counts too few',
    owning(({ coverage }) => ({ coverage: { ...coverage, processes: 0 } })),
  ],
  [
    'coverage agrees with itself',
    'refuses twice',
    owning(({ coverage }) => ({ coverage: { ...coverage, refused: [1, 1] } })),
  ],
  [
    'coverage agrees with itself',
    'says it can’t, and can',
    owning(({ coverage }) => ({ coverage: { ...coverage, unsupported: true } })),
  ],
  ['told by the pids asked for', 'tells more', os => ({ processes: pids => os.processes([...pids, 1]) })],
  [
    'told by the pids asked for',
    'tells fewer',
    os => ({ processes: pids => os.processes(pids.filter(pid => pid < 1000)) }),
  ],
  [
    'a pid that no process has is vanished',
    'says denied',
    () => ({ processes: async pids => new Map(pids.map(pid => [pid, unknown('denied')])) }),
  ],
  [
    'one is our own, and comes first',
    'lists it last',
    os => ({ namespaces: async () => (await os.namespaces()).toReversed() }),
  ],
  [
    'one is our own, and comes first',
    'has none',
    os => ({ namespaces: async () => (await os.namespaces()).map(one => ({ ...one, self: false })) }),
  ],
  ['one is our own, and comes first', 'goes by another number', () => ({ netns: 77 })],
  [
    'another namespace is listed',
    'forgets it',
    os => ({ namespaces: async () => (await os.namespaces()).slice(0, 1) }),
  ],
  ['a process lives in its namespace', 'knows none', () => ({ namespaceOf: async () => undefined })],
  [
    'a process lives in its namespace',
    'says ours for all',
    os => ({ namespaceOf: async () => (await os.namespaces())[0] }),
  ],
  [
    'addresses are canonical',
    'writes them its own way',
    os => ({
      addresses: async netns =>
        (await os.addresses(netns)).map(one => ({ ...one, address: '0:0:0:0:0:0:0:1' as never })),
    }),
  ],
  [
    'addresses are canonical',
    'has prefixes that are too long',
    os => ({ addresses: async netns => (await os.addresses(netns)).map(one => ({ ...one, prefix: 129 })) }),
  ],
  ['addresses are canonical', 'forgets one', () => ({ addresses: async () => [] })],
  [
    'addresses are canonical',
    'tells others when our own is named',
    os => ({
      addresses: netns => os.addresses(netns === undefined ? undefined : OTHER).then(all => all.slice(1)),
    }),
  ],
  ['addresses of a namespace that is not there', 'is silent', os => ({ addresses: () => os.addresses() })],
  [
    'nobody is made up',
    'makes names',
    () => ({ userNames: async uids => new Map(uids.map(uid => [uid, `user${uid}`])) }),
  ],
  ['users are named', 'knows no names', () => ({ userNames: async () => new Map() })],
  [
    'nobody is made up',
    'names who was not asked for',
    () => ({
      userNames: async () =>
        new Map([
          [0, 'root'],
          [5, 'games'],
        ]),
    }),
  ],
  [
    'control groups are told',
    'makes one up',
    () => ({ controlGroups: async ids => new Map(ids.map(id => [id, known({ path: '/' })])) }),
  ],
  ['control groups are told', 'forgets the id', () => ({ controlGroups: async () => new Map() })],
]
