/** Promises about what stands around sockets: namespaces, addresses, users, control groups, settings. */
import { familyOf, parseAddress } from '../model/address.ts'
import type { Case } from './conformance.ts'
import { check, rejectsWith, same, sameSet } from './conformance-check.ts'
import { FREE_PID } from './conformance-owners.ts'
import type { InterfaceAddress } from './os.ts'

function checkAddress({ address, prefix, index, ...rest }: InterfaceAddress): void {
  same(parseAddress(address), address, 'canonical address')
  check(!address.includes('%'), `${address} has a zone: the interface tells`)
  const most = familyOf(address) === 'ipv4' ? 32 : 128
  check(Number.isInteger(prefix) && prefix >= 0 && prefix <= most, `prefix length ${prefix} of ${address}`)
  check(Number.isInteger(index) && index >= 0, `index ${index} of ${rest.interface}`)
}

const MALFORMED = [
  '',
  'hostname',
  '../etc/passwd',
  'net..ipv4',
  'net/ipv4/ip_forward',
  'net.ipv4.',
  '.net',
  'a.b\n',
]

export const SURROUNDING_CASES: readonly Case[] = [
  {
    name: 'of all namespaces one is our own, and comes first',
    needs: [],
    async run({ os }) {
      const all = await os.namespaces()
      same(all.filter(({ self }) => self).length, 1, 'namespaces that are our own')
      same(all[0]!.self, true, 'the first is our own')
      same(all[0]!.inode, os.netns, 'inode of our own')
      check(all[0]!.readable.known, 'our own can’t be read')
      same(new Set(all.map(({ inode }) => inode)).size, all.length, 'namespaces, each once')
    },
  },
  {
    name: 'another namespace is listed as another',
    needs: ['otherNamespace'],
    async run({ os, otherNamespace }) {
      const other = (await os.namespaces()).find(({ inode }) => inode === otherNamespace)
      check(other !== undefined, `namespace ${otherNamespace} is not listed`)
      check(!other.self && other.readable.known, 'it is another, and can be read')
      for (const one of await os.addresses(other.inode)) checkAddress(one)
    },
  },
  {
    name: 'a process lives in its namespace, and nobody in none',
    needs: ['pid'],
    async run({ os, pid }) {
      same((await os.namespaceOf(pid!))?.inode, os.netns, 'namespace of a process in ours')
      same(await os.namespaceOf(FREE_PID), undefined, 'namespace of a process that isn’t there')
    },
  },
  {
    name: 'addresses are canonical, with prefix lengths in range',
    needs: [],
    async run({ os, address }) {
      const all = await os.addresses()
      for (const one of all) checkAddress(one)
      const found = all.some(one => one.address === address)
      check(address === undefined || found, `${address} is missing`)
      same((await os.addresses(os.netns)).length, all.length, 'addresses of our own namespace')
    },
  },
  {
    name: 'addresses of a namespace that is not there are a fault',
    needs: [],
    run: ({ os }) => rejectsWith(os.addresses(1), 'E_NETNS_UNKNOWN', 'namespace 1'),
  },
  {
    name: 'users are named where they have a name, and nobody is made up',
    needs: [],
    async run({ os, user }) {
      const asked = [user?.[0] ?? 0, 3_999_999_999]
      const names = await os.userNames(asked)
      for (const [uid, name] of names) {
        check(asked.includes(uid), `user ${uid} was not asked for`)
        check(name !== '', `user ${uid} has the empty name`)
      }
      check(!names.has(3_999_999_999), 'user 3999999999 has a name')
      if (user !== undefined) same(names.get(user[0]), user[1], `name of user ${user[0]}`)
      same((await os.userNames([])).size, 0, 'names of no user')
    },
  },
  {
    name: 'control groups are told by the ids asked for, and none is made up',
    needs: [],
    async run({ os }) {
      const groups = await os.controlGroups([NO_GROUP])
      sameSet(groups.keys(), [NO_GROUP], 'ids')
      check(groups.get(NO_GROUP)?.known === false, 'a control group that isn’t there is known')
      same((await os.controlGroups([])).size, 0, 'groups of no id')
    },
  },
  {
    name: 'settings are told by name',
    needs: ['tunable'],
    async run({ os, tunable }) {
      const [name, value] = tunable!
      const told = (await os.tunables([name])).get(name)
      same(told?.known === true ? told.value : told?.reason, value, name)
    },
  },
  {
    name: 'a setting that the system has not is unsupported',
    needs: [],
    async run({ os }) {
      const told = await os.tunables(['net.no_such_thing'])
      sameSet(told.keys(), ['net.no_such_thing'], 'names')
      const setting = told.get('net.no_such_thing')!
      same(setting.known ? 'known' : setting.reason, 'unsupported', 'setting')
    },
  },
  {
    name: 'counters are numbers from 0 on, or there is a reason; descriptors are told by the pids asked for',
    needs: [],
    async run({ os, pid }) {
      const asked = pid === undefined ? [FREE_PID] : [pid, FREE_PID]
      const { protocols, sockets, conntrack, files, descriptors } = await os.counters({ pids: asked })
      for (const group of [protocols, sockets]) {
        for (const [name, value] of group.known ? group.value : []) {
          check(/^\w+\.\w+$/.test(name), `a counter is called ${JSON.stringify(name)}`)
          check(Number.isFinite(value), `${name} is ${value}`)
        }
      }
      if (conntrack.known) check(conntrack.value.limit > 0, `room for ${conntrack.value.limit} connections`)
      if (files.known) check(files.value.open >= 0 && files.value.limit > 0, 'open files of the machine')
      sameSet(descriptors.keys(), asked, 'pids')
      check(descriptors.get(FREE_PID)?.known === false, 'descriptors of a process that isn’t there')
      const own = pid === undefined ? undefined : descriptors.get(pid)
      if (own?.known === true) check(own.value.open >= 0 && own.value.limit > 0, 'descriptors of a process')
      same((await os.counters()).descriptors.size, 0, 'descriptors of no pid')
    },
  },
  ...MALFORMED.map(
    (name): Case => ({
      name: `${JSON.stringify(name)} is not the name of a setting`,
      needs: [],
      run: ({ os }) => rejectsWith(os.tunables([name]), 'E_TUNABLE_NAME', 'the answer'),
    }),
  ),
]

/** Ids count up from 1; nobody has made so many groups. */
const NO_GROUP = 2n ** 52n
