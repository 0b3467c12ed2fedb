/**
 * Records what a real kernel says about sockets that we made, as test data for `src/wire`.
 *
 * Needs Linux, root, `ip` and `lsof`. Makes a network namespace of its own, opens one socket of each sort in it, and
 * writes the kernel's answers to `src/wire/testdata`: netlink replies as they came, tables of `/proc` as they stood,
 * and `truth.json`, what the sockets really are by the word of those who opened them. Run it again, look at the
 * difference, and commit: `node test/record/record-netlink.ts`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Libc, openLibc } from '../../src/os/ffi.ts'
import { NETLINK_ROUTE, NETLINK_SOCK_DIAG, NetlinkSocket } from '../../src/os/linux/netlink-socket.ts'
import { type DumpProgress, viewsOf } from '../../src/wire/netlink.ts'
import { encodeAddressRequest, encodeLinkRequest } from '../../src/wire/rtnetlink.ts'
import { encodeInetDiagRequest } from '../../src/wire/sock-diag.ts'
import { encodeUnixDiagRequest } from '../../src/wire/unix-diag.ts'
import { openSockets } from './sockets.ts'

const INSIDE = 'PORTOLAN_RECORDING'
const target = fileURLToPath(new URL('../../src/wire/testdata/', import.meta.url))

if (process.env[INSIDE] === undefined) outside()
else await inside()

/** Makes the namespace, runs this file in it, and takes it away again. */
function outside(): void {
  const name = `pt-record-${process.pid}`
  ip('netns', 'add', name)
  try {
    const ran = spawnSync('ip', ['netns', 'exec', name, process.execPath, fileURLToPath(import.meta.url)], {
      env: { PATH: process.env.PATH, LC_ALL: 'C', [INSIDE]: '1' },
      stdio: 'inherit',
      timeout: 60_000,
    })
    process.exitCode = ran.status ?? 1
  } finally {
    ip('netns', 'delete', name)
  }
}

function ip(...args: string[]): void {
  const ran = spawnSync('ip', args, { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`ip ${args.join(' ')}: ${ran.stderr}`)
}

async function inside(): Promise<void> {
  const ffi = openLibc()
  if ('missing' in ffi) throw new Error(ffi.missing)
  mkdirSync(target, { recursive: true })
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'harbour', 'type', 'veth', 'peer', 'name', 'sea')
  ip('addr', 'add', '192.0.2.1/24', 'dev', 'harbour')
  ip('addr', 'add', '198.51.100.7', 'peer', '198.51.100.8/32', 'dev', 'harbour')
  ip('addr', 'add', '2001:db8::1/64', 'dev', 'harbour', 'nodad')
  for (const end of ['harbour', 'sea']) ip('link', 'set', end, 'up')
  ip('neigh', 'add', '192.0.2.99', 'lladdr', '02:00:00:00:00:99', 'dev', 'harbour') // nobody is there
  process.title = 'shop: worker \u001b[1m\\ é'
  const folder = mkdtempSync(join(tmpdir(), 'record-'))
  process.chdir(folder) // unix sockets are named without a path of this machine
  try {
    const { truth, close } = await openSockets(ffi.libc)
    await sleep(300)
    recordNetlink(ffi.libc)
    recordProc()
    recordLsof()
    const netns = statSync('/proc/self/ns/net').ino
    write(
      'truth.json',
      `${JSON.stringify({ netns, pid: process.pid, title: process.title, sockets: truth }, null, 2)}\n`,
    )
    close()
  } finally {
    process.chdir('/')
    rmSync(folder, { recursive: true })
  }
  process.exit(0)
}

function recordNetlink(libc: Libc): void {
  const states = 0x3fff
  const inet = (family: 2 | 10, protocol: number) =>
    encodeInetDiagRequest({ family, protocol, states, extensions: 0b0100_0010 })
  const requests: Readonly<Record<string, readonly [protocol: number, request: Uint8Array]>> = {
    'tcp4.diag': [NETLINK_SOCK_DIAG, inet(2, 6)],
    'tcp6.diag': [NETLINK_SOCK_DIAG, inet(10, 6)],
    'udp4.diag': [NETLINK_SOCK_DIAG, inet(2, 17)],
    'udp6.diag': [NETLINK_SOCK_DIAG, inet(10, 17)],
    'sctp4.diag': [NETLINK_SOCK_DIAG, inet(2, 132)],
    'unix.diag': [NETLINK_SOCK_DIAG, encodeUnixDiagRequest()],
    'addresses.route': [NETLINK_ROUTE, encodeAddressRequest()],
    'links.route': [NETLINK_ROUTE, encodeLinkRequest()],
  }
  for (const [file, [protocol, request]] of Object.entries(requests)) {
    const socket = NetlinkSocket.open(libc, protocol)
    if ('errno' in socket) throw new Error(`no netlink socket: errno ${socket.errno}`)
    const chunks: Buffer[] = []
    socket.dump(request, (views, length) => {
      chunks.push(Buffer.from(views.u8.subarray(0, length)))
      return ended(chunks.at(-1)!)
    })
    socket.close()
    write(file, Buffer.concat(chunks))
  }
}

/** Reads only as much as is needed to know when to stop: NLMSG_ERROR or NLMSG_DONE. */
function ended(chunk: Buffer): DumpProgress {
  const { u16, u32 } = viewsOf(chunk)
  for (let at = 0; at + 16 <= chunk.length; at += (u32[at >> 2]! + 3) & ~3) {
    if (u16[(at >> 1) + 2] === 2 || u16[(at >> 1) + 2] === 3)
      return { done: true, errno: 0, interrupted: false }
    if (u32[at >> 2]! < 16) break
  }
  return { done: false, errno: 0, interrupted: false }
}

function recordProc(): void {
  const tables = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'unix', 'if_inet6', 'fib_trie', 'route']
  for (const table of tables) write(`${table}.proc`, readFileSync(`/proc/self/net/${table}`))
  for (const file of ['stat', 'status', 'cmdline']) write(`${file}.proc`, readFileSync(`/proc/self/${file}`))
}

function recordLsof(): void {
  const args = ['-nP', '+c', '0', '-a', '-p', `${process.pid}`, '-i', '-F', 'pcLftdPnTu0']
  const ran = spawnSync('lsof', args)
  if (ran.error) throw ran.error
  write('lsof.fields', ran.stdout)
}

function write(file: string, content: Buffer | string): void {
  writeFileSync(join(target, file), content)
  console.log(`${file}: ${content.length} bytes`)
}
