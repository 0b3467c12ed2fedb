/**
 * The running kernel as a host, held to the suite: with all rights, as a user who has none, and without netlink.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CONFORMANCE, runCase, type Stage, type StagedSocket, unmet } from '../conformance.ts'
import { openLinux } from './linux.ts'
import { machineSources, type Sources } from './sources.ts'

const AS_NOBODY = '--as-nobody'
const inNobodysName = process.argv.includes(AS_NOBODY)

if (process.platform !== 'linux') test('a Linux host', { skip: 'there is no Linux kernel here' }, () => {})
else await judge()

async function judge(): Promise<void> {
  const { sockets, close } = await openSockets()
  after(close)
  const other = inNobodysName || process.getuid!() !== 0 ? undefined : await otherNamespace()
  after(() => other?.end())
  const claims = mkdtempSync(join(tmpdir(), 'pt-claims-'))
  after(() => rmSync(claims, { recursive: true, force: true }))
  const stageOf = (sources?: Sources): Stage => ({
    os: openLinux({ ...(sources ?? machineSources()), claimsFolder: claims }),
    sockets,
    pid: process.pid,
    ...(other === undefined ? {} : { otherNamespace: other.inode }),
    tunable: ['kernel.ostype', 'Linux'],
    user: [0, 'root'],
    address: '127.0.0.1',
    binds: true,
    claims: true,
  })

  const without: Sources = {
    ...machineSources(),
    ffi: { missing: 'the test says so' },
    netlink: () => ({ why: 'the test says so' }),
    mayEnter: () => false,
  }
  const hosts = { 'Linux through netlink': undefined, 'Linux through /proc': without }
  for (const [name, sources] of Object.entries(hosts)) {
    const closed = stageOf(sources)
    for (const one of CONFORMANCE) {
      if (inNobodysName && unmet(one, closed).length > 0) continue
      const skip = unmet(one, closed).length > 0 ? 'only root may make network namespaces' : false
      test(`${name}: ${one.name}`, { skip }, () => runCase(one, async () => stageOf(sources)))
    }
  }
  if (inNobodysName) return

  test('a user without rights gets the same promises', {
    skip: process.getuid!() !== 0 && 'only root can be somebody else',
  }, async () => {
    const words = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath]
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn('setpriv', [...words, fileURLToPath(import.meta.url), AS_NOBODY], {
      env: { ...env, HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
    const [status] = child.exitCode === null ? await once(child, 'close') : [child.exitCode]
    assert.equal(status, 0, out + err)
    assert.match(out, /pass [1-9]/)
    assert.match(out, /fail 0/)
  })

  test('a namespace that has gone is a fault, one that came since is found', {
    skip: other === undefined && 'only root may make network namespaces',
  }, async () => {
    const os = openLinux()
    await os.namespaces()
    const late = await otherNamespace()
    const read = async (): Promise<number> => {
      let rows = 0
      for await (const { length } of os.sockets({ netns: [late.inode], protocols: ['tcp'] })) rows += length
      return rows
    }
    assert.equal(await read(), 1)
    await os.close()
    late.end()
    await late.gone
    await assert.rejects(read(), { code: 'E_NETNS_UNKNOWN' })
    await os.close()
  })

  test('a host asked several things at once keeps each way in once, and gives all back', {
    skip: other === undefined && 'only root may make network namespaces',
  }, async () => {
    const before = socketsHeld()
    const os = openLinux()
    const both = [os.netns, other!.inode]
    const read = async (): Promise<number> => {
      let rows = 0
      for await (const { length } of os.sockets({ netns: both })) rows += length
      return rows
    }
    const counts = await Promise.all([read(), read(), read(), read()])
    assert(counts.every(count => count > 1))
    assert.equal(socketsHeld(), before + 4, 'two for our own namespace, two for the other')
    await os.close()
    assert.equal(socketsHeld(), before)
  })
}

/** How many descriptors of sockets this process has: threads that are ending have others for a moment. */
const socketsHeld = (): number =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false // the descriptor that the folder itself was read through
    }
  }).length

/** Open in this process for as long as the tests run. */
async function openSockets(): Promise<{ sockets: StagedSocket[]; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-linux-'))
  const closers: (() => void)[] = [() => rmSync(folder, { recursive: true })]
  const sockets: StagedSocket[] = []
  const holder = process.pid
  const listen = async (family: 'ipv4' | 'ipv6', options: object): Promise<number> => {
    const server = createServer(socket => void closers.push(() => socket.destroy())).listen(options)
    await once(server, 'listening')
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    sockets.push({ protocol: 'tcp', family, state: 'listen', localPort: port, holder })
    return port
  }
  const port = await listen('ipv4', { host: '127.0.0.1', port: 0 })
  await listen('ipv4', { host: '0.0.0.0', port: 0 })
  await listen('ipv6', { host: '::1', port: 0 })
  const client: Socket = connect({ host: '127.0.0.1', port })
  await once(client, 'connect')
  closers.push(() => client.destroy())
  const localPort = client.localPort!
  const connection = { protocol: 'tcp', family: 'ipv4', state: 'established', holder } as const
  sockets.push(
    { ...connection, localPort, peerPort: port },
    { ...connection, localPort: port, peerPort: localPort },
  )
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  await once(udp, 'listening')
  closers.push(() => udp.close())
  sockets.push({ protocol: 'udp', family: 'ipv4', state: 'bound', localPort: udp.address().port, holder })
  const unix = createServer().listen(join(folder, 'a b.sock'))
  await once(unix, 'listening')
  closers.push(() => unix.close())
  sockets.push({ protocol: 'unix', family: 'unix', state: 'listen' })
  return { sockets, close: () => closers.reverse().forEach(one => void one()) }
}

interface OtherNamespace {
  readonly inode: number
  /** Ends the only process in it. */
  end(): void
  readonly gone: Promise<unknown>
}

/** A namespace that lives as long as one process, which listens in it and ends when its stdin does. */
async function otherNamespace(): Promise<OtherNamespace> {
  const program =
    'process.stdin.resume().on("end", () => process.exit());' +
    'require("node:net").createServer().listen(0, "0.0.0.0", () => console.log("listens"))'
  const child: ChildProcess = spawn('unshare', ['--net', process.execPath, '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(child, 'close')
  await once(child.stdout!, 'data')
  const inode = statSync(`/proc/${child.pid}/ns/net`).ino
  return { inode, end: () => void child.stdin!.end(), gone }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}
