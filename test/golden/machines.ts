/**
 * The machines of the golden files: what is on each of them, and what happens there between two looks at it.
 *
 * All of it is made up. Addresses are those of RFC 5737 and RFC 3849, which stand for public ones.
 */
import type { Machine, MachineDescription, SocketDescription } from '../../src/os/memory/memory.ts'

export interface GoldenMachine {
  /** Described anew for every run, so that no run sees what happened in another. */
  readonly description: MachineDescription
  /** What happens while a command waits: the first before its second look, and so on. */
  readonly then?: readonly ((machine: Machine) => void)[]
}

const ADDRESSES = [
  'lo 127.0.0.1/8',
  'lo ::1/128',
  'eth0 203.0.113.7/24',
  'eth0 2001:db8::7/64',
  'eth0 fe80::7/64',
  'eth1 10.0.0.7/8',
  'docker0 172.17.0.1/16',
]
const USERS = { 33: 'www-data', 101: 'avahi', 105: 'postgres', 1000: 'alice', 1001: 'bob' }
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const ago = (minutes: number): number => NOW - minutes * 60_000
const DAY = 24 * 60

const DOCKER = {
  runtime: 'docker',
  id: '4c01db0b339c8d1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6',
}

/** Established connections of peers 198.51.100.1 … to a port here. */
const visitors = (count: number, port: number, by: number): SocketDescription[] =>
  Array.from({ length: count }, (_, i) => ({
    established: `tcp 203.0.113.7:${port} > 198.51.100.${1 + (i % 7)}:${50_000 + i}`,
    by,
  }))

/** A web server, a shop, its database, what a desktop and a container bring along. */
const harbour: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 1, run: '/usr/lib/systemd/systemd', name: 'systemd', startedAt: ago(40 * DAY) },
    { pid: 600, run: 'sshd -D', unit: 'ssh.service', startedAt: ago(40 * DAY) },
    { pid: 610, run: 'avahi-daemon: running', comm: 'avahi-daemon', uid: 101, startedAt: ago(40 * DAY) },
    { pid: 620, run: 'dhclient eth0', startedAt: ago(40 * DAY) },
    { pid: 700, run: 'nginx: master process', name: 'nginx', unit: 'nginx.service', startedAt: ago(3 * DAY) },
    {
      pid: 701,
      run: 'nginx: worker process',
      name: 'nginx',
      parent: 700,
      uid: 33,
      unit: 'nginx.service',
      startedAt: ago(3 * DAY),
    },
    {
      pid: 702,
      run: 'nginx: worker process',
      name: 'nginx',
      parent: 700,
      uid: 33,
      unit: 'nginx.service',
      startedAt: ago(70),
    },
    {
      pid: 812,
      run: 'node server.js --port 3000 --api-token=gangway',
      cwd: '/srv/shop',
      uid: 1000,
      unit: 'shop.service',
      startedAt: ago(184),
    },
    { pid: 830, run: 'postgres -D /var/lib/postgresql', uid: 105, unit: 'postgresql.service', startedAt: ago(9 * DAY) },
    { pid: 840, run: 'containerd-shim', startedAt: ago(100) },
    { pid: 841, run: 'redis-server *:6379', parent: 840, container: DOCKER, startedAt: ago(100) },
    { pid: 850, run: 'bash', cwd: '/srv/alice', uid: 1000, startedAt: ago(30) },
    { pid: 860, run: 'node node_modules/.bin/vite', cwd: '/srv/alice/site', parent: 850, uid: 1000, startedAt: ago(1) },
    { pid: 870, run: 'curl http://localhost:3000/slow', parent: 850, uid: 1000, startedAt: NOW - 12_000 },
    { pid: 880, run: 'dbus-daemon --system', unit: 'dbus.service', startedAt: ago(40 * DAY) },
  ],
  sockets: [
    { listen: 'tcp [::]:22', by: 600 },
    { listen: 'tcp 0.0.0.0:80', by: [700, 701, 702] },
    { listen: 'tcp [::]:80', v6only: true, by: [700, 701, 702] },
    { listen: 'tcp 0.0.0.0:443', by: [700, 701, 702] },
    { listen: 'tcp 0.0.0.0:3000', by: 812, acceptQueue: { length: 0, limit: 511, drops: 0 } },
    { listen: 'tcp 127.0.0.1:5432', by: 830 },
    { listen: 'tcp [::1]:5432', by: 830 },
    { listen: 'tcp 172.17.0.1:6379', by: 841 },
    { listen: 'tcp [::1]:5173', by: 860 },
    { bound: 'udp 0.0.0.0:5353', by: 610, drops: 3 },
    { bound: 'udp [::]:5353', v6only: true, by: 610 },
    { bound: 'udp 0.0.0.0:68', interface: 'eth0', by: 620 },
    { bound: 'udp [fe80::7%eth0]:546', by: 620 },
    { established: 'tcp 203.0.113.7:3000 > 198.51.100.23:51022', by: 812, queue: { receive: 0, send: 1448 } },
    { established: 'tcp 203.0.113.7:3000 > 198.51.100.23:51024', by: 812 },
    { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40112', by: 812 },
    { established: 'tcp 127.0.0.1:40112 > 127.0.0.1:3000', by: 870 },
    { 'close-wait': 'tcp 203.0.113.7:3000 > 192.0.2.99:40400', by: 812, queue: { receive: 1, send: 0 } },
    { 'time-wait': 'tcp 203.0.113.7:3000 > 192.0.2.98:40401' },
    { established: 'tcp 127.0.0.1:41000 > 127.0.0.1:5432', by: 812 },
    { established: 'tcp 127.0.0.1:5432 > 127.0.0.1:41000', by: 830 },
    { established: 'tcp [::ffff:203.0.113.7]:22 > [::ffff:198.51.100.77]:60022', by: 600 },
    { established: 'tcp [2001:db8::7]:33000 > [2001:db8:5::1]:443', by: 812 },
    { 'syn-sent': 'tcp 10.0.0.7:33002 > 10.9.9.9:25', by: 812, queue: { receive: 0, send: 1 } },
    { 'fin-wait-1': 'tcp 203.0.113.7:443 > 192.0.2.98:40500', queue: { receive: 0, send: 17 } },
    { 'syn-recv': 'tcp 203.0.113.7:443 > 192.0.2.97:40501' },
    { connected: 'udp 10.0.0.7:40000 > 10.0.0.1:53', by: 812 },
    { listen: 'unix /run/dbus/system_bus_socket', by: [1, 880], inode: 20001 },
    { established: 'unix /run/dbus/system_bus_socket', by: 880, inode: 20002, peerInode: 20003 },
    { established: 'unix', by: 600, inode: 20003, peerInode: 20002 },
    { listen: 'unix @containerd-shim', by: 840, inode: 20004 },
    { unconnected: 'unix /run/systemd/notify', kind: 'datagram', by: 1, inode: 20005 },
  ],
}

/** The same machine for somebody who may only look into processes of his own. */
const asAlice: MachineDescription = {
  ...harbour,
  coverage: { privileged: false },
  processes: harbour.processes!.map(one => ({ ...one, hidden: one.uid !== 1000 })),
  sockets: harbour.sockets!.map(one => ({ ...one, ...groupOf(one) })),
}

/** The control group of a socket, which everybody may see. */
function groupOf({ by }: SocketDescription): SocketDescription {
  const holder = harbour.processes!.find(({ pid }) => pid === [by].flat()[0])
  if (holder?.container !== undefined) return { cgroup: `/system.slice/docker-${DOCKER.id}.scope` }
  return holder?.unit === undefined ? {} : { cgroup: `/system.slice/${holder.unit}` }
}

const nobody: MachineDescription = { addresses: ADDRESSES }

/** A service that has stopped accepting. */
const stuck: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [{ pid: 812, run: 'python3 app.py', uid: 1000, cwd: '/srv/app' }],
  sockets: [
    { listen: 'tcp 0.0.0.0:8000', by: 812, acceptQueue: { length: 129, limit: 128, drops: 4711 } },
    { established: 'tcp 203.0.113.7:8000 > 198.51.100.1:40000' },
    { established: 'tcp 203.0.113.7:8000 > 198.51.100.2:40000', queue: { receive: 78, send: 0 } },
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

/** A port held by a program, by what it started, and by a guest. */
const inherited: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 900, run: 'node parent.js', cwd: '/srv/shop', uid: 1000 },
    { pid: 901, run: 'sleep 1000', parent: 900, cwd: '/srv/shop', uid: 1000, startedAt: ago(2) },
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
    { pid: 911, argv: ['evil\x1b[2J\x1b]0;owned\x07'], name: 'evil\x1b[2J', uid: 1002, cwd: '/tmp/\x1b[31mred' },
    { pid: 912, argv: ['two\nlines', 'a\tb'], name: 'two\nlines', unit: 'x\r\ny.service' },
    { pid: 913, argv: ['\u202egpj.exe'], name: '\u202egpj.exe' },
    { pid: 914, argv: [], comm: '', name: '' },
    { pid: 915, argv: ['java', ...Array.from({ length: 40 }, (_, i) => `-Dkey${i}=value${i}`)], name: 'java' },
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

/** Many clients, for counts and for what is only told in part. */
const crowd: MachineDescription = {
  ...harbour,
  sockets: [...harbour.sockets!, ...visitors(40, 443, 701)],
}
