/**
 * The machines of the golden files, by name: what is on each of them, and what happens there between two looks at it.
 * All of it is made up.
 */
import { readFileSync } from 'node:fs'
import { unknown } from '../../src/model/known.ts'
import type { MachineDescription, SocketDescription } from '../../src/os/memory/memory.ts'
import { type Imitation, imitate } from '../../src/tools/nat/type/imitated-nat.cases.ts'
import { gatehouse } from './gatehouse.ts'
import { gateway, guarded } from './gateway.ts'
import { ADDRESSES, asAlice, harbour, minutesAgo, USERS } from './harbour.ts'
import { busy, carry, disguises, type Happening, masquerade, quay, traffic } from './moving-machines.ts'
import { outpost } from './outpost.ts'
import { strand } from './strand.ts'
import { onTrial, walled } from './walled.ts'

export interface GoldenMachine {
  /** Described anew for every run, so that no run sees what happened in another. */
  readonly description: MachineDescription
  /** What happens while a command waits: the first before its second look, and so on. */
  readonly happens?: readonly Happening[]
  /** Names of hosts, by address. */
  readonly hostNames?: Readonly<Record<string, string>>
  /** Texts of files, by path. */
  readonly files?: Readonly<Record<string, string>>
}

const nobody: MachineDescription = { addresses: ADDRESSES }

/** A service that has stopped accepting. */
const stuck: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [{ pid: 812, run: 'python3 app.py', uid: 1000, cwd: '/srv/app' }],
  sockets: [
    { listen: 'tcp 0.0.0.0:8000', by: 812, acceptQueue: { length: 129, limit: 128, drops: 4711 } },
    { established: 'tcp 203.0.113.7:8000 > 198.51.100.1:40000', inode: 0 },
    { established: 'tcp 203.0.113.7:8000 > 198.51.100.2:40000', inode: 0, queue: { receive: 78, send: 0 } },
  ],
}

/** Ports that somebody has, though nobody listens. */
const leftovers: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  tunables: { 'net.ipv4.ip_local_reserved_ports': '8080,9148-9150' },
  processes: [{ pid: 812, run: 'python3 draft.py', uid: 1000 }],
  sockets: [
    { 'time-wait': 'tcp 203.0.113.7:3000 > 198.51.100.1:40000' },
    {
      'time-wait': 'tcp 203.0.113.7:3001 > 198.51.100.1:40001',
      timer: { kind: 'time-wait', ms: 12_345, retransmits: 0 },
    },
    { 'time-wait': 'tcp 203.0.113.7:3001 > 198.51.100.2:40001' },
    { bound: 'tcp 127.0.0.1:4000', by: 812 },
    { established: 'tcp 10.0.0.7:40010 > 10.0.0.8:6379', by: 812 },
    ...Array.from({ length: 12 }, (_, i) => ({
      established: `tcp 10.0.0.7:${41_000 + i} > 10.0.0.9:9200`,
      by: 812,
    })),
  ],
}

/** A client that makes too many connections: 40 ports, most of them in TIME_WAIT, and 3 more while it is looked at. */
const exhausted: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  tunables: {
    'net.ipv4.ip_local_port_range': '40000 40039',
    'net.ipv4.ip_local_reserved_ports': '40000-40003',
    'net.ipv4.tcp_max_tw_buckets': '8192',
    'net.ipv4.tcp_max_orphans': '8192',
    'net.ipv4.tcp_tw_reuse': '2',
    'net.ipv4.tcp_tw_reuse_delay': '1000',
    'net.ipv4.tcp_timestamps': '1',
  },
  counters: {
    protocols: { 'TcpExt.ListenOverflows': 0, 'TcpExt.ListenDrops': 0, 'TcpExt.TCPTimeWaitOverflow': 0 },
    sockets: { 'TCP.tw': 24, 'TCP.orphan': 1 },
    conntrack: {
      entries: 260,
      limit: 262_144,
      drop: { known: true, value: 0 },
      insertFailed: { known: true, value: 0 },
      earlyDrop: { known: true, value: 0 },
    },
    files: { open: 900, limit: 1_000_000 },
    descriptors: { 812: { open: 1010, limit: 1024 } },
  },
  processes: [{ pid: 812, run: 'node crawler.js', uid: 1000, cwd: '/srv/crawler' }],
  sockets: [
    { listen: 'tcp 0.0.0.0:3000', by: 812, acceptQueue: { length: 5, limit: 4 } },
    { established: 'tcp 10.0.0.7:40005 > 10.0.0.8:443', by: 812 },
    ...Array.from({ length: 24 }, (_, i) => lingering(40_006 + i, 59_000 - i * 400)),
  ],
}

function lingering(port: number, ms: number): SocketDescription {
  return {
    'time-wait': `tcp 10.0.0.7:${port} > 10.0.0.8:443`,
    timer: { kind: 'time-wait', ms, retransmits: 0 },
  }
}

/** A Linux of its day, with settings of its own, one of them out of our sight, and some that came later. */
const tuned: MachineDescription = {
  tunables: {
    'kernel.osrelease': '6.5.0-14-generic',
    'net.ipv4.ip_local_port_range': '16384\t60999',
    'net.ipv4.ip_local_reserved_ports': '8080,9148-9150',
    'net.ipv4.ip_unprivileged_port_start': '80',
    'net.ipv4.tcp_tw_reuse': '1',
    'net.ipv4.tcp_fin_timeout': '30',
    'net.ipv4.tcp_max_tw_buckets': unknown('denied'),
    'net.ipv4.ip_autobind_reuse': '0',
  },
}

/** A port held by a program, by what it started, and by a guest. */
const inherited: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 900, run: 'node parent.js', cwd: '/srv/shop', uid: 1000 },
    { pid: 901, run: 'sleep 1000', parent: 900, cwd: '/srv/shop', uid: 1000, startedAt: minutesAgo(2) },
    { pid: 902, run: 'node other.js', cwd: '/srv/other', uid: 1001 },
  ],
  sockets: [
    { listen: 'tcp 127.0.0.1:3000', by: [900, 901] },
    { listen: 'tcp 203.0.113.7:3000', by: 902 },
    { bound: 'udp 0.0.0.0:3000', by: 902 },
  ],
}

/** A namespace with a name, one without, and one that may not be read. */
const berths: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  namespaces: [
    { inode: 4026532001, name: 'blue', addresses: ['lo 127.0.0.1/8', 'veth0 10.1.0.2/24'] },
    { inode: 4026532002 },
    { inode: 4026532003, name: 'locked', unreadable: 'denied' },
  ],
  processes: [
    { pid: 812, run: 'node server.js', uid: 1000 },
    { pid: 905, run: 'caddy run', netns: 'blue' },
    { pid: 906, run: 'memcached', netns: 4026532002 },
  ],
  sockets: [
    { listen: 'tcp 127.0.0.1:3000', by: 812 },
    { listen: 'tcp 0.0.0.0:8080', by: 905, netns: 'blue' },
    { listen: 'tcp 0.0.0.0:3000', by: 905, netns: 'blue' },
    { listen: 'tcp 127.0.0.1:11211', by: 906, netns: 4026532002 },
    { bound: 'udp 127.0.0.1:11211', by: 906, netns: 4026532002 },
  ],
}

/** Names as only the malicious and the careless give them. */
const masks: MachineDescription = {
  addresses: ADDRESSES,
  users: { ...USERS, 1002: 'mal\x1b[31mlory' },
  processes: [
    { pid: 1, run: '/sbin/init', name: 'init\x07' },
    {
      pid: 911,
      argv: ['evil\x1b[2J\x1b]0;owned\x07'],
      name: 'evil\x1b[2J',
      uid: 1002,
      cwd: '/tmp/\x1b[31mred',
    },
    { pid: 912, argv: ['two\nlines', 'a\tb'], name: 'two\nlines', unit: 'x\r\ny.service' },
    { pid: 913, argv: ['\u202egpj.exe'], name: '\u202egpj.exe' },
    { pid: 914, argv: [], comm: '', exe: '/' },
    {
      pid: 915,
      argv: ['java', ...Array.from({ length: 40 }, (_, i) => `-Dkey${i}=value${i}`)],
      name: 'java',
    },
    { pid: 916, run: '帆船', name: '帆船⛵' },
    { pid: 917, run: 'a,b c', name: 'a,b "c"' },
    { pid: 918, run: 'ghost', vanishes: true },
  ],
  sockets: [
    { listen: 'tcp 127.0.0.1:3001', by: 911 },
    { listen: 'tcp 127.0.0.1:3002', by: 912 },
    { listen: 'tcp 127.0.0.1:3003', by: 913 },
    { listen: 'tcp 127.0.0.1:3004', by: 914 },
    { listen: 'tcp 127.0.0.1:3005', by: 915 },
    { listen: 'tcp 127.0.0.1:3006', by: 916 },
    { listen: 'tcp 127.0.0.1:3007', by: 917 },
    { listen: 'tcp 127.0.0.1:3008', by: 918 },
    { listen: 'unix @a\x00b\x1b[1m', by: 911 },
    { listen: `unix /run/${'deep/'.repeat(18)}socket`, by: 912 },
    { listen: 'unix /run/two\nlines', by: 913 },
  ],
}

/** Established connections of peers 198.51.100.1 … to a port here. */
const visitors = (count: number, port: number, by: number): SocketDescription[] =>
  Array.from({ length: count }, (_, i) => ({
    established: `tcp 203.0.113.7:${port} > 198.51.100.${1 + (i % 7)}:${50_000 + i}`,
    by,
  }))

/** Many clients, for counts and for what is only told in part. */
const crowd: MachineDescription = {
  ...harbour,
  sockets: [...harbour.sockets!, ...visitors(40, 443, 701)],
}

/** Servers that take one family, both, or the same from many sockets and many workers. */
const families: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 812, run: 'node six.js', uid: 1000 },
    { pid: 813, run: 'node both.js', uid: 1000 },
    { pid: 814, run: 'node apart.js', uid: 1000 },
    ...Array.from({ length: 8 }, (_, i) => ({
      pid: 820 + i,
      run: 'gunicorn app:app',
      uid: 33,
      ...(i === 0 ? {} : { parent: 820 }),
    })),
    { pid: 830, run: 'unbound -d', uid: 33 },
  ],
  sockets: [
    { listen: 'tcp [::]:6000', v6only: true, by: 812 },
    { listen: 'tcp [2001:db8::7]:6001', by: 812 },
    { listen: 'tcp [::]:6002', by: 813 },
    { listen: 'tcp 127.0.0.1:6003', by: 814 },
    { listen: 'tcp [::1]:6003', by: 814 },
    { listen: 'tcp 0.0.0.0:8080', by: Array.from({ length: 8 }, (_, i) => 820 + i) },
    ...Array.from({ length: 4 }, () => ({ bound: 'udp 0.0.0.0:53', by: 830 })),
    ...['127.0.0.1', '10.0.0.7', '172.17.0.1', '203.0.113.7', '[2001:db8::7]'].map(address => ({
      listen: `tcp ${address}:53`,
      by: 830,
    })),
  ],
}

/** Peers that have names, some of them odd. */
const named: MachineDescription = {
  ...harbour,
  sockets: [
    { listen: 'tcp [::]:22', by: 600 },
    { listen: 'tcp 127.0.0.1:5432', by: 830 },
    { established: 'tcp 203.0.113.7:443 > 198.51.100.23:51022', by: 701 },
    { established: 'tcp 203.0.113.7:3000 > 192.0.2.99:40400', by: 812 },
    { established: 'tcp [2001:db8::7]:33000 > [2001:db8:5::1]:5432', by: 812 },
    { established: 'tcp [::ffff:203.0.113.7]:22 > [::ffff:192.0.2.66]:60022', by: 600 },
    { bound: 'udp 0.0.0.0:68', interface: 'eth0', by: 620 },
    { unconnected: 'udp 0.0.0.0:0', by: 812 },
    { listen: 'unix @containerd-shim', by: 840, inode: 20004 },
  ],
}

/** A machine in a living room, behind a NAT. */
const behind = (imitation: Imitation, ...more: readonly string[]): GoldenMachine => ({
  // Anew for every run: a NAT remembers.
  get description() {
    return {
      addresses: ['lo 127.0.0.1/8', 'eth0 192.168.1.20/24', ...more],
      peers: [imitate(imitation)],
    }
  },
})
const HOME: Imitation = {
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  hairpin: 'external-source',
}

export const MACHINES: Readonly<Record<string, GoldenMachine>> = {
  harbour: { description: harbour },
  'harbour as alice': { description: asAlice },
  nobody: { description: nobody },
  gatehouse: { description: gatehouse },
  stuck: { description: stuck },
  leftovers: { description: leftovers },
  exhausted: {
    description: exhausted,
    happens: [
      machine => {
        for (const port of [40_031, 40_033, 40_035]) machine.open(lingering(port, 59_900))
      },
    ],
  },
  tuned: { description: tuned },
  inherited: { description: inherited },
  berths: { description: berths },
  masks: { description: masks },
  crowd: { description: crowd },
  busy: { description: busy, happens: [carry] },
  families: { description: families },
  named: {
    description: named,
    hostNames: {
      '127.0.0.1': 'localhost',
      '203.0.113.7': 'harbour.example',
      '198.51.100.23': 'quay.example',
      '2001:db8:5::1': 'db.example',
      '192.0.2.66': 'evil\x1b[2J.example',
    },
  },
  quay: { description: quay, happens: traffic },
  masquerade: { description: masquerade, happens: disguises },
  gateway: {
    description: gateway,
    happens: [
      machine => {
        machine.track({
          original: 'udp 192.168.1.22:6000 > 203.0.113.53:53',
          reply: 'udp 203.0.113.53:53 > 198.51.100.1:40004',
          answered: false,
        })
        machine.untrack(machine.connections[0]!)
      },
    ],
  },
  home: behind(HOME),
  'home, Linux': behind({ ...HOME, poisoned: true }),
  'home, symmetric': behind({ ...HOME, mapping: 'address-and-port-dependent', step: 1 }),
  'home, poor server': behind({ ...HOME, server: 'one-address' }),
  'home, cut off': behind({ ...HOME, loses: () => true }),
  'gateway as alice': { description: guarded },
  walled: { description: walled },
  strand: { description: strand },
  'on trial': { description: onTrial },
  /** Simulated: what is asked is told by a file. */
  town: {
    description: nobody,
    files: {
      'town.yaml': readFileSync(new URL('../../docs/examples/town.yaml', import.meta.url), 'utf8'),
      'broken.yaml': 'hosts:\n  web:\n    addresses: [10.0.0.1/24]\n    gateway: 10.0.1.1\n',
    },
  },
  outpost: { description: outpost },
}
