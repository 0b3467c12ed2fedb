/**
 * A program that uses something up, in the network namespace that it runs in, and holds on until its stdin ends. Its
 * argument names the scene; it says `{}` when the scene stands. Run by `capacity.test.ts` with a namespace of its own.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import * as libc from './libc.ts'
import { ipAddress } from './socket-address.ts'

const LOCAL = '127.0.0.1'
const SERVER = 9000

export const set = (name: string, value: string): void =>
  writeFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, value)

export function listener(port: number, backlog = 4096): number {
  const fd = libc.socket(libc.AF_INET, libc.SOCK_STREAM)
  libc.bind(fd, ipAddress(LOCAL, port))
  libc.listen(fd, backlog)
  return fd
}

export function connected(port: number, bindFirst = false): number {
  const fd = libc.socket(libc.AF_INET, libc.SOCK_STREAM)
  try {
    if (bindFirst) libc.bind(fd, ipAddress(LOCAL, 0))
    libc.connect(fd, ipAddress(LOCAL, port))
    return fd
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

/** Connections that the client closes first: each leaves TIME_WAIT on its side. */
function churn(count: number): void {
  const server = listener(SERVER)
  for (let i = 0; i < count; i++) {
    const client = connected(SERVER)
    const accepted = libc.accept(server)
    libc.close(client)
    libc.close(accepted)
  }
}

function held(count: number, port: number, bindFirst = false): void {
  const server = listener(port)
  for (let i = 0; i < count; i++) {
    connected(port, bindFirst)
    libc.accept(server)
  }
}

function bound(count: number, from: number, type: number, listens: boolean): void {
  for (let i = 0; i < count; i++) {
    const fd = libc.socket(libc.AF_INET, type)
    libc.bind(fd, ipAddress(LOCAL, from === 0 ? 0 : from + i))
    if (listens && i % 2 === 0) libc.listen(fd, 16)
  }
}

function trackConnections(): void {
  const rules = [
    'table inet t {',
    'chain track { type filter hook output priority 0; ct state new accept; }',
    'chain vanish { type filter hook prerouting priority -400; meta l4proto udp drop; }',
    '}',
  ].join('\n')
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: rules, encoding: 'utf8' })
  if (status !== 0) throw new Error(`nft: ${stderr}`)
}

/** A datagram to each of so many endpoints: an entry each, which stays until it times out. */
function fillConntrack(count: number): void {
  trackConnections()
  set('net.netfilter.nf_conntrack_udp_timeout', '600')
  const fd = libc.socket(libc.AF_INET, libc.SOCK_DGRAM)
  libc.bind(fd, ipAddress(LOCAL, 0))
  const byte = Buffer.from('!')
  for (let i = 0; i < count; i++) {
    libc.connect(fd, ipAddress(`127.0.1.${1 + Math.floor(i / 60_000)}`, 1 + (i % 60_000)))
    libc.trySend(fd, byte)
  }
}

/** The limit is lowered afterwards: a process keeps what it has. */
function nearLimit(): void {
  bound(100, 20_000, libc.SOCK_STREAM, false)
  const limit = readdirSync('/proc/self/fd').length + 2
  const { status } = spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${limit}:${limit}`])
  if (status !== 0) throw new Error('prlimit failed')
}

/** 200 ports. What is used up is 190 of them. */
export const SCENES: Readonly<Record<string, () => void>> = {
  healthy() {
    held(5, SERVER)
    bound(3, 0, libc.SOCK_DGRAM, false)
  },
  'time-wait-churn': () => churn(190),
  'connections-held': () => held(190, SERVER),
  'range-owned': () => bound(190, 40_000, libc.SOCK_STREAM, true),
  'range-reserved': () => set('net.ipv4.ip_local_reserved_ports', '40000-40189'),
  'range-odd': () => set('net.ipv4.ip_local_port_range', '40000 40200'),
  'bind-before-connect'() {
    for (let i = 0; i < 12; i++) held(10, SERVER + i, true)
  },
  'udp-pool-full': () => bound(190, 0, libc.SOCK_DGRAM, false),
  'close-wait-leak'() {
    const server = listener(SERVER)
    for (let i = 0; i < 12; i++) {
      connected(SERVER)
      libc.close(libc.accept(server))
    }
  },
  'accept-queue-overflow'() {
    listener(SERVER, 1)
    for (let i = 0; i < 5; i++) libc.startConnect(libc.AF_INET, ipAddress(LOCAL, SERVER))
  },
  'conntrack-full': () => fillConntrack(262_144),
  'descriptors-near-limit': nearLimit,
  'time-wait-overflow'() {
    set('net.ipv4.tcp_max_tw_buckets', '5')
    churn(10)
  },
  'search-cliff': () => held(120, SERVER),
}

export function prepare(range: string): void {
  if (spawnSync('ip', ['link', 'set', 'lo', 'up']).status !== 0) throw new Error('lo stays down')
  set('net.ipv4.ip_local_port_range', range)
  // On loopback the kernel takes ports out of TIME_WAIT again after a second, and elsewhere not.
  set('net.ipv4.tcp_tw_reuse', '0')
}

if (import.meta.main) {
  process.stdin.on('end', () => process.exit()).resume()
  prepare('40000 40199')
  SCENES[process.argv[2]!]!()
  process.stdout.write('{}\n')
}
