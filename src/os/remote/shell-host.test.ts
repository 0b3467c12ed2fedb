/**
 * A machine read by a shell: the suite of the seam on this machine's own kernel, through dash or whatever sh is, through
 * busybox, and as a user without rights; and beside the host that reads the same through netlink.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fault } from '../../model/fault.ts'
import { CONFORMANCE, runCase, type Stage } from '../conformance.ts'
import { openOver, type RemoteHost } from './remote.ts'
import { shellScript } from './shell-script.ts'
import { startScript } from './start-script.ts'
import { openSubprocess } from './subprocess-link.ts'

const NONCE = '0123456789abcdef'
const onLinux = process.platform === 'linux'
const root = onLinux && process.getuid!() === 0

/** A host through a shell that is started with these words, and nothing but them in its environment. */
async function through(...words: readonly string[]): Promise<RemoteHost> {
  const link = await openSubprocess(['env', '-i', ...words], {
    place: 'ssh://web',
    login: 'web',
    explain: ({ status, said }) =>
      fault('E_REMOTE_LOST', { place: 'ssh://web', why: `the shell ended with ${status}: ${said}` }),
  })
  link.write(startScript({ nonce: NONCE, otherwise: shellScript(NONCE) }))
  return openOver(link, NONCE)
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-shell-'))
after(() => rmSync(folder, { recursive: true }))
const busybox = spawnSync('busybox', ['true']).error === undefined
const BUSYBOX = '/bin/busybox'
if (busybox)
  for (const name of ['sh', 'ls', 'grep', 'uname', 'id', 'date', 'cat'])
    symlinkSync(
      spawnSync('which', ['busybox'], { encoding: 'utf8' }).stdout.trim() || BUSYBOX,
      join(folder, name),
    )

const SHELLS: readonly (readonly [name: string, words: readonly string[], skip: string | false])[] = [
  ['sh', ['PATH=/usr/bin:/bin', 'sh'], onLinux ? false : 'there is no Linux kernel here'],
  [
    'busybox',
    [`PATH=${folder}`, join(folder, 'sh')],
    onLinux ? (busybox ? false : 'busybox is not installed') : 'there is no Linux kernel here',
  ],
  [
    'a user without rights',
    ['PATH=/usr/bin:/bin', 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh'],
    root ? false : 'only root can be somebody else',
  ],
]

const server = createServer(socket => socket.on('error', () => {}))
const udp = createSocket('udp4')
let client: ReturnType<typeof connect>
const portOf = (one: { address(): unknown }): number => (one.address() as AddressInfo).port
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = connect(portOf(server), '127.0.0.1')
  await once(client, 'connect')
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
})
after(() => {
  client.destroy()
  server.close()
  udp.close()
})

for (const [name, words, skip] of SHELLS) {
  let shared: RemoteHost | undefined
  after(() => shared?.close())
  const openStage = async (fresh: boolean): Promise<Stage> => {
    shared ??= await through(...words)
    const mine = name.includes('user') ? {} : { holder: process.pid }
    return {
      os: fresh ? await through(...words) : { ...shared, close: async () => undefined },
      sockets: [
        { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: portOf(server), ...mine },
        {
          protocol: 'tcp',
          family: 'ipv4',
          state: 'established',
          localPort: client.localPort!,
          peerPort: portOf(server),
        },
        { protocol: 'udp', family: 'ipv4', state: 'bound', localPort: portOf(udp), ...mine },
      ],
      pid: process.pid,
      tunable: ['kernel.ostype', 'Linux'],
      user: [0, 'root'],
      address: '127.0.0.1',
    }
  }
  for (const one of CONFORMANCE) {
    if (one.needs.some(need => need === 'binds' || need === 'claims' || need === 'otherNamespace')) continue
    test(`${name}: ${one.name}`, { skip, timeout: 60_000 }, () =>
      runCase(one, () => openStage(one.name.includes('closing'))),
    )
  }

  test(`${name}: a folder’s name is told in its letters, and never taken for another line`, {
    skip,
    timeout: 60_000,
  }, async () => {
    const { os } = await openStage(false)
    const odd = `nö\nlrwxrwxrwx 1 0 0 0 Jan 1 00:00 /proc/${process.pid}/exe -> `
    const at = join(folder, `odd-${name}`)
    for (const one of ['nö', odd]) mkdirSync(join(at, one, 'evil'), { recursive: true })
    const children = [join(at, 'nö'), join(at, odd, 'evil')].map(cwd =>
      spawn('cat', { cwd, stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    try {
      await Promise.all(children.map(child => once(child, 'spawn')))
      const told = await os.processes([...children.map(({ pid }) => pid!), process.pid])
      const [plain, forger, self] = [...told.values()].map(one =>
        one.known ? one.value : assert.fail(one.reason),
      )
      if (name.includes('user')) return assert.deepEqual(self!.exe, { known: false, reason: 'denied' })
      assert.deepEqual(self!.exe, { known: true, value: process.execPath })
      assert.deepEqual(plain!.cwd, {
        known: true,
        value: join(at, 'nö'),
      })
      assert.ok(forger!.cwd.known && !forger!.cwd.value.includes('\n'))
    } finally {
      for (const child of children) {
        const closed = once(child, 'close')
        child.stdin.end()
        await closed
      }
    }
  })
}
