/** A web server, a shop, its database, what a desktop and a container bring along; and the same seen by a user. */
import type { MachineDescription, SocketDescription } from '../../src/os/memory/memory.ts'

/** Addresses of RFC 5737 and RFC 3849, which stand for public ones, and private ones. */
export const ADDRESSES = [
  'lo 127.0.0.1/8',
  'lo ::1/128',
  'eth0 203.0.113.7/24',
  'eth0 2001:db8::7/64',
  'eth0 fe80::7/64',
  'eth1 10.0.0.7/8',
  'docker0 172.17.0.1/16',
]
export const USERS = { 33: 'www-data', 101: 'avahi', 105: 'postgres', 1000: 'alice', 1001: 'bob' }
/** When machines are described: 2026-01-02 03:04:05 UTC. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
export const minutesAgo = (minutes: number): number => NOW - minutes * 60_000
const DAY = 24 * 60

const NGINX = '/usr/sbin/nginx'
const DOCKER = {
  runtime: 'docker',
  id: '4c01db0b339c8d1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6',
}

export const harbour: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 1, run: '/usr/lib/systemd/systemd', name: 'systemd', startedAt: minutesAgo(40 * DAY) },
    { pid: 600, run: 'sshd -D', unit: 'ssh.service', startedAt: minutesAgo(40 * DAY) },
    {
      pid: 610,
      argv: ['avahi-daemon: running [harbour.local]'],
      comm: 'avahi-daemon',
      uid: 101,
      startedAt: minutesAgo(40 * DAY),
    },
    { pid: 620, run: 'dhclient eth0', startedAt: minutesAgo(40 * DAY) },
    {
      pid: 700,
      argv: ['nginx: master process /usr/sbin/nginx'],
      comm: 'nginx',
      exe: NGINX,
      unit: 'nginx.service',
      startedAt: minutesAgo(3 * DAY),
    },
    {
      pid: 701,
      argv: ['nginx: worker process'],
      comm: 'nginx',
      exe: NGINX,
      parent: 700,
      uid: 33,
      unit: 'nginx.service',
      startedAt: minutesAgo(3 * DAY),
    },
    {
      pid: 702,
      argv: ['nginx: worker process'],
      comm: 'nginx',
      exe: NGINX,
      parent: 700,
      uid: 33,
      unit: 'nginx.service',
      startedAt: minutesAgo(70),
    },
    {
      pid: 812,
      run: 'node server.js --port 3000 --api-token=gangway',
      cwd: '/srv/shop',
      uid: 1000,
      unit: 'shop.service',
      startedAt: minutesAgo(184),
    },
    {
      pid: 830,
      run: 'postgres -D /var/lib/postgresql',
      uid: 105,
      unit: 'postgresql.service',
      startedAt: minutesAgo(9 * DAY),
    },
    { pid: 840, run: 'containerd-shim', startedAt: minutesAgo(100) },
    { pid: 841, run: 'redis-server *:6379', parent: 840, container: DOCKER, startedAt: minutesAgo(100) },
    { pid: 850, run: 'bash', cwd: '/srv/alice', uid: 1000, startedAt: minutesAgo(30) },
    {
      pid: 860,
      run: 'node node_modules/.bin/vite',
      cwd: '/srv/alice/site',
      parent: 850,
      uid: 1000,
      startedAt: minutesAgo(1),
    },
    { pid: 870, run: 'curl http://localhost:3000/slow', parent: 850, uid: 1000, startedAt: NOW - 12_000 },
    { pid: 880, run: 'dbus-daemon --system', unit: 'dbus.service', startedAt: minutesAgo(40 * DAY) },
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
export const asAlice: MachineDescription = {
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
