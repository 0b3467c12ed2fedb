/** The lsof and ps of this machine, held to the suite as on a system that has nothing else. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { after, test } from 'node:test'
import { CONFORMANCE, runCase, type Stage, type StagedSocket, unmet } from '../conformance.ts'
import { openPortable } from './portable.ts'

await withRealLsof()

async function withRealLsof(): Promise<void> {
  const missing = ['lsof', 'ps'].find(
    tool => spawnSync(tool, ['-v'], { stdio: 'ignore' }).error !== undefined,
  )
  if (missing !== undefined) {
    test('the table through the real lsof', { skip: `there is no ${missing} here` }, () => {})
    return
  }
  const { sockets, close } = await openSockets()
  const stage = async (): Promise<Stage> => ({
    os: openPortable({ lsof: { command: 'lsof' }, ps: { command: 'ps' } }),
    sockets,
    pid: process.pid,
    address: '127.0.0.1',
    binds: true,
  })
  const absent: string[] = []
  for (const one of CONFORMANCE) {
    const needs = unmet(one, await stage())
    if (needs.length > 0) absent.push(...needs)
    else test(`through lsof: ${one.name}`, () => runCase(one, stage))
  }
  test('what a system has that is known through lsof alone is but for these things all', () =>
    assert.deepEqual([...new Set(absent)].sort(), ['claims', 'otherNamespace', 'tunable']))

  test('through ps, this process is what it is', async () => {
    const told = (await (await stage()).os.processes([process.pid])).get(process.pid)!
    assert(told.known)
    assert.equal(told.value.parent, process.ppid)
    assert.equal(told.value.uid, process.geteuid?.())
    assert(Math.abs(told.value.startedAt - performance.timeOrigin) < 60_000)
    assert(told.value.argv.join(' ').includes('real-lsof.test.ts'))
  })
  after(close)
}

async function openSockets(): Promise<{ sockets: StagedSocket[]; close: () => void }> {
  const closers: (() => void)[] = []
  const sockets: StagedSocket[] = []
  const listen = async (host: string, family: 'ipv4' | 'ipv6'): Promise<number> => {
    const server = createServer(socket => void closers.push(() => socket.destroy())).listen(0, host)
    await once(server, 'listening')
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    sockets.push({ protocol: 'tcp', family, state: 'listen', localPort: port, holder: process.pid })
    return port
  }
  const port = await listen('127.0.0.1', 'ipv4')
  await listen('::1', 'ipv6')
  const client = connect(port, '127.0.0.1')
  await once(client, 'connect')
  closers.push(() => client.destroy())
  const ends = { localPort: client.localPort!, peerPort: port, holder: process.pid }
  sockets.push({ protocol: 'tcp', family: 'ipv4', state: 'established', ...ends })
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  await once(udp, 'listening')
  closers.push(() => udp.close())
  const { port: localPort } = udp.address()
  sockets.push({ protocol: 'udp', family: 'ipv4', state: 'bound', localPort, holder: process.pid })
  return { sockets, close: () => closers.reverse().forEach(one => void one()) }
}
