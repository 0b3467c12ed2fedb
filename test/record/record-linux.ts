/**
 * Records a Linux machine for `src/os/replay`: what a host asked of the kernel, and what it was told, on the machine of
 * `harbour.ts`; once as root and once as a user, with what ss said at the same time beside it.
 *
 * Needs Linux, root, `ip`, `ss`, `unshare` and `setpriv`. Everything happens in namespaces of its own, which end with it.
 * Run it again, look at the difference, and commit: `node test/record/record-linux.ts`.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname, machine, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLinux } from '../../src/os/linux/linux.ts'
import { machineSources } from '../../src/os/linux/sources.ts'
import type { OS } from '../../src/os/os.ts'
import { RECORDING_FORMAT, type Recording } from '../../src/os/replay/recording.ts'
import { ALICE, furnish, NODE, PATH_INSIDE, play, run } from './harbour.ts'
import { tap } from './tap.ts'

const TUNABLES = [
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_tw_reuse',
  'net.ipv4.tcp_max_syn_backlog',
  'net.core.somaxconn',
  'net.ipv6.bindv6only',
  'net.no_such_thing',
]

const self = fileURLToPath(import.meta.url)
const target = fileURLToPath(new URL('../../src/os/replay/testdata/', import.meta.url))
const [part, out, ...rest] = process.argv.slice(2)

if (part === undefined) outside()
else if (part === 'furnish') {
  furnish(process.execPath)
  unshare(['--pid', '--fork', '--mount-proc', '--kill-child'], NODE, 'stage', out!)
} else if (part === 'stage') await stage(out!)
else await record(out!, part, rest.map(Number))

/** Makes a namespace of each kind, plays in them, and keeps what came of it. */
function outside(): void {
  const folder = mkdtempSync(join(tmpdir(), 'record-'))
  chmodSync(folder, 0o1777)
  try {
    unshare(['--net', '--mount', '--uts', '--ipc', '--cgroup'], process.execPath, 'furnish', folder)
    for (const file of ['harbour-root.json', 'harbour-user.json', 'harbour.ss']) {
      const content = readFileSync(join(folder, file))
      writeFileSync(join(target, file), content)
      console.log(`${file}: ${content.length} bytes`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function unshare(kinds: readonly string[], node: string, ...words: string[]): void {
  const ran = spawnSync('unshare', [...kinds, node, self, ...words], {
    cwd: '/',
    env: { PATH: PATH_INSIDE },
    stdio: 'inherit',
    timeout: 120_000,
  })
  if (ran.status !== 0) throw new Error(`${words[0]} ended with ${ran.status ?? ran.signal}`)
}

/** Process 1 of its pid namespace. */
async function stage(folder: string): Promise<void> {
  process.title = 'init'
  const actors = await play()
  const ss = ['-H', '-n', '-a', '-p', '-e', '-O', '-t', '-u', '-w', '-x']
  const said = openSync(join(folder, 'harbour.ss'), 'w')
  run('ss', ss, said)
  writeSync(said, '--- blue\n')
  run('ip', ['netns', 'exec', 'blue', 'ss', ...ss], said)
  closeSync(said)
  const kept = actors.map(({ pid }) => pid!).concat(process.pid)
  for (const [view, words] of [
    ['root', []],
    ['user', ['setpriv', `--reuid=${ALICE}`, `--regid=${ALICE}`, '--clear-groups', '--bounding-set=-all']],
  ] as const) {
    const whole = [
      ...words,
      '/usr/local/bin/node',
      self,
      view,
      join(folder, `harbour-${view}.json`),
      ...kept.map(String),
    ]
    run(whole[0]!, whole.slice(1))
  }
  for (const actor of actors) actor.kill()
  process.exit(0)
}

/** Asks everything a host is asked, with a tap on it. */
async function record(file: string, view: string, kept: readonly number[]): Promise<void> {
  const real = machineSources()
  const own = openLinux(real).netns
  const listening = tap(real, { own, without: [process.pid], censor })
  await askEverything(openLinux(listening.sources), kept)
  const withoutNetlink = { netlink: () => ({ why: 'the recorder says so' }), mayEnter: () => false }
  await askEverything(openLinux({ ...listening.sources, ...withoutNetlink }), kept)
  const recording: Recording = {
    format: RECORDING_FORMAT,
    about: `a shop, a database and a name server, and a second network namespace, as ${view === 'root' ? 'root' : 'user 1000'} sees them from a pid namespace`,
    platform: 'linux',
    hostname: hostname(),
    kernel: release().split('-', 1)[0]!,
    machine: machine(),
    endianness: new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE',
    recordedAt: new Date().toISOString(),
    netns: own,
    mayEnter: real.mayEnter(),
    files: listening.files,
    netlink: listening.netlink,
    interfaces: real.interfaces() ?? [],
  }
  const text = `${JSON.stringify(recording, null, 1)}\n`
  const leaked = /\/(?:home|Users|work|tmp|root\/)\S*/.exec(text)
  if (leaked !== null) throw new Error(`the recording names ${leaked[0]}`)
  writeFileSync(file, text)
}

async function askEverything(os: OS, pids: readonly number[]): Promise<void> {
  const namespaces = await os.namespaces()
  const netns = namespaces.filter(({ readable }) => readable.known).map(({ inode }) => inode)
  for (const details of [[], ['tcp', 'queues']] as const) {
    for await (const _ of os.sockets({ netns, details }));
  }
  const { length, pid } = await os.owners()
  await os.owners({ threads: true })
  const known = new Set([...pid.subarray(0, length), ...pids, 1])
  await os.processes([...known])
  for (const one of known) await os.namespaceOf(one)
  for (const inode of netns) await os.addresses(inode)
  await os.userNames([0])
  await os.controlGroups([1n])
  await os.tunables(TUNABLES)
  await os.counters({ pids: [...known] })
  await os.can()
  await os.close()
}

/** What the recorder happens to hold, and where the machine's disks are, is its own business. */
function censor(path: string, text: string): string {
  if (/\/fd\/\d+$/.test(path)) return text.startsWith('socket:') ? text : '/dev/null'
  if (path !== '/proc/self/mounts') return text
  const lines = text.split('\n').filter(line => line.split(' ')[2] === 'cgroup2')
  return lines.map(line => `${line}\n`).join('')
}
