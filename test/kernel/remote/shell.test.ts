/**
 * What a shell tells of a machine, beside what the agent there tells through netlink: a namespace with routes, rules,
 * neighbours, a packet filter and sockets of many kinds. Where they differ, it is written here.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseAddress } from '../../../src/model/address.ts'
import { fault } from '../../../src/model/fault.ts'
import { SocketColumns } from '../../../src/model/socket-columns.ts'
import { socketAt } from '../../../src/model/socket-row.ts'
import type { OS } from '../../../src/os/os.ts'
import { openOver, type RemoteHost } from '../../../src/os/remote/remote.ts'
import { shellScript } from '../../../src/os/remote/shell-script.ts'
import { startScript } from '../../../src/os/remote/start-script.ts'
import { openSubprocess } from '../../../src/os/remote/subprocess-link.ts'
import { root } from '../../project.ts'
import { whyNoStage } from '../stage/stage.ts'
import { setSshStage, whyNoSsh } from './ssh-stage.ts'

const skip = whyNoStage() ?? false
const PATIENCE = { skip, timeout: 60_000 }
const NONCE = 'fedcba9876543210'

/** No link-local addresses, which come when they come. */
const SET_UP = `
echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode
ip link set lo up
ip link add v0 type veth peer name v1
ip link add v2 type veth peer name v3
ip link set v0 up && ip link set v1 up
ip addr add 192.0.2.1/24 dev v0
ip -6 addr add 2001:db8::1/64 dev v0 nodad
ip route add 198.51.100.0/24 via 192.0.2.9 metric 50 src 192.0.2.1
ip route add 203.0.113.0/24 nexthop via 192.0.2.8 weight 2 nexthop via 192.0.2.9 weight 1
ip route add unreachable 10.1.0.0/16
ip route add blackhole 10.2.0.0/16 table 77
ip route add prohibit 10.3.0.0/16
ip route add throw 10.4.0.0/16 table 77
ip route add 10.5.0.0/16 via inet6 2001:db8::9 dev v0
ip route add 10.6.0.0/16 tos 0x10 dev v0
ip -6 route add 2001:db8:1::/48 via 2001:db8::9 metric 7
ip -6 route add unreachable 2001:db8:2::/48
ip -6 route add 2001:db8:3::/48 from 2001:db8:4::/48 dev v0
ip rule add from 10.0.0.0/8 to 192.0.2.0/24 fwmark 0x1/0xf table 77 priority 100
ip rule add iif v0 oif v1 prohibit priority 101
ip rule add not from 10.9.9.9 ipproto tcp sport 1-100 dport 443 uidrange 0-1000 table 77 priority 102
ip rule add goto 32000 priority 103
ip rule add nop priority 32000
ip rule add tos 0x10 blackhole priority 104
ip rule add lookup main suppress_prefixlength 0 priority 105
ip -6 rule add from 2001:db8::/32 unreachable priority 106
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0
ip neigh add proxy 192.0.2.77 dev v0
nft add table inet t
nft 'add chain inet t in { type filter hook input priority 0; policy accept; }'
nft add rule inet t in tcp dport 81 drop
echo ready
exec cat
`

let namespace: ChildProcess
let holder: ChildProcess
let [shell, agent]: [RemoteHost | undefined, RemoteHost | undefined] = [undefined, undefined]
const explain = ({ status, said }: { status: unknown; said: string }) =>
  fault('E_REMOTE_LOST', { place: 'x', why: `${status}: ${said}` })

before(async () => {
  if (skip !== false) return
  namespace = spawn('unshare', ['--net', 'sh', '-e', '-c', SET_UP], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(createInterface(namespace.stdout!), 'line')
  const inside = ['nsenter', `--net=/proc/${namespace.pid}/ns/net`]
  const holding = [...inside, process.execPath, fileURLToPath(new URL('./holder.ts', import.meta.url))]
  holder = spawn(holding[0]!, holding.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(createInterface(holder.stdout!), 'line')
  const place = { place: 'ssh://web', login: 'web', explain }
  const byShell = await openSubprocess([...inside, 'env', '-i', 'PATH=/usr/bin:/bin', 'sh'], place)
  byShell.write(startScript({ nonce: NONCE, otherwise: shellScript(NONCE) }))
  shell = await openOver(byShell, NONCE)
  const words = [...inside, process.execPath, join(root, 'bin', 'ports.js'), 'agent', '--stdio']
  agent = await openOver(await openSubprocess(words, place), NONCE)
})
after(async () => {
  await shell?.close()
  await agent?.close()
  for (const child of [holder, namespace]) {
    if (child === undefined) continue
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
})

const byText = <T>(list: readonly T[]): T[] => list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
/** The same for equal values, whatever the order of their members. */
const keyOf = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

test('it is the same machine', PATIENCE, () => {
  assert.deepEqual([shell!.through.kind, agent!.through.kind], ['shell', 'agent'])
  for (const fact of ['netns', 'hostname', 'platform', 'uid'] as const)
    assert.equal(shell![fact], agent![fact])
  assert.ok(Math.abs(shell!.clock.now() - agent!.clock.now()) < 5000)
})

test('routes, rules and neighbours are those that netlink tells', PATIENCE, async () => {
  const [told, wanted] = [await shell!.routes(), await agent!.routes()]
  assert.ok(told.known && wanted.known)
  const [a, b] = [told.value, wanted.value]
  assert.deepEqual(byText(a.routes), byText(b.routes))
  const sorted = ({ rules }: typeof a) =>
    ['ipv4', 'ipv6'].map(one => rules.filter(({ family }) => family === one))
  assert.deepEqual(sorted(a), sorted(b))
  assert.ok(a.routes.length > 20 && a.rules.length > 10)
  assert.deepEqual(byText(a.neighbours ?? []), byText(b.neighbours ?? []))
})

test('interfaces are, but for the carrier of one that is down', PATIENCE, async () => {
  const [told, wanted] = [await shell!.routes(), await agent!.routes()]
  assert.ok(told.known && wanted.known)
  const without = (list: typeof wanted.value.interfaces) =>
    list.map(({ carrier, ...one }) => (one.up ? { ...one, carrier } : one))
  assert.deepEqual(without(told.value.interfaces), without(wanted.value.interfaces))
  assert.ok(wanted.value.interfaces.some(({ up }) => !up))
})

for (const to of [
  '127.0.0.1',
  '192.0.2.7',
  '192.0.2.255',
  '198.51.100.7',
  '10.1.2.3',
  '10.3.1.1',
  '10.5.0.1',
  '8.8.8.8',
  '2001:db8::7',
  '2001:db8:1::7',
  '2001:db8:2::7',
  '::1',
])
  test(`the way to ${to} is the one that netlink tells`, PATIENCE, async () => {
    const question = { to: parseAddress(to) }
    const [told, wanted] = [await shell!.routeTo(question), await agent!.routeTo(question)]
    assert.ok(told.known && wanted.known, JSON.stringify([told, wanted]))
    const { mtu: _, ...rest } = wanted.value as Record<string, unknown>
    // What it learned of the path's MTU ip tells in words.
    assert.deepEqual(told.value, rest)
  })

test('of a device that is not there that is said', PATIENCE, async () => {
  const told = await shell!.routeTo({ to: parseAddress('192.0.2.7'), device: 'nothere' })
  assert.deepEqual(told, { known: true, value: { kind: 'refused', code: 'ENODEV' } })
})

test('a question that no argument can carry is not asked', PATIENCE, async () => {
  const told = await shell!.routeTo({ to: parseAddress('192.0.2.7'), device: 'a;b c' })
  assert.deepEqual(told, { known: false, reason: 'unsupported' })
})

async function table(os: OS): Promise<SocketColumns> {
  const all = new SocketColumns()
  for await (const batch of os.sockets({ protocols: ['tcp', 'udp'] })) all.append(batch)
  return all
}

test('sockets are the same, with cookie, queues and IPv6 only', PATIENCE, async () => {
  const rows = async (os: OS) => {
    const columns = await table(os)
    return byText(
      Array.from({ length: columns.length }, (_, row) => socketAt(columns, row)).map(
        ({ protocol, family, state, local, peer, inode, netns, cookie, uid, v6only, acceptQueue }) =>
          JSON.stringify({
            ...{ protocol, family, state, local, peer, inode, netns, uid, v6only, acceptQueue },
            cookie: String(cookie),
          }),
      ),
    )
  }
  const told = await rows(shell!)
  assert.deepEqual(told, await rows(agent!))
  assert.ok(told.length >= 4)
})

test('that ss was asked is said once, in the place of a hint at koffi', PATIENCE, async () => {
  const { notes } = await table(shell!)
  assert.deepEqual(
    notes.map(({ code }) => code),
    ['read-by-shell'],
  )
})

test('owners and processes are the same', PATIENCE, async () => {
  const owners = async (os: OS) => {
    const { length, inode, pid, fd } = await os.owners()
    return Array.from({ length }, (_, i) => `${inode[i]} ${pid[i]} ${fd[i]}`).filter(one =>
      one.includes(` ${holder.pid} `),
    )
  }
  assert.deepEqual(byText(await owners(shell!)), byText(await owners(agent!)))
  const pids = [1, holder.pid!, 0x3ffffff]
  assert.deepEqual(await shell!.processes(pids), await agent!.processes(pids))
})

test('addresses, users, settings, names and namespaces are the same', PATIENCE, async () => {
  assert.deepEqual(byText(await shell!.addresses()), byText(await agent!.addresses()))
  assert.deepEqual(
    await shell!.userNames([0, 1, 65534, 4_000_000]),
    await agent!.userNames([0, 1, 65534, 4_000_000]),
  )
  const names = ['net.ipv4.ip_forward', 'net.ipv4.ip_local_port_range', 'net.nothing']
  assert.deepEqual(await shell!.tunables(names), await agent!.tunables(names))
  assert.deepEqual(await shell!.naming(), await agent!.naming())
  assert.equal((await shell!.namespaceOf(holder.pid!))?.inode, agent!.netns)
})

test('listings of the packet filter are the same', PATIENCE, async () => {
  const [told, wanted] = [await shell!.ruleset(), await agent!.ruleset()]
  for (const name of ['nft-json', 'nft-text', 'iptables-legacy'] as const)
    assert.deepEqual(told.views[name], wanted.views[name])
  const { text } = told.views['nft-text']
  assert.ok(text.known && text.value.includes('dport 81 drop'))
})

test('counters have the same names', PATIENCE, async () => {
  const [told, wanted] = [await shell!.counters(), await agent!.counters()]
  assert.ok(told.protocols.known && wanted.protocols.known)
  assert.deepEqual([...told.protocols.value.keys()], [...wanted.protocols.value.keys()])
})

test('what it can’t do it refuses', PATIENCE, async () => {
  const { acts } = shell!
  assert.equal(
    (await acts.stopProcess({ pid: holder.pid!, startedAt: 0, signal: 'SIGTERM', waitMs: 0 })).kind,
    'unsupported',
  )
  await assert.rejects(shell!.bind({ protocol: 'tcp', address: parseAddress('127.0.0.1'), port: 0 }), {
    code: 'E_BIND_UNSUPPORTED',
  })
  await assert.rejects(shell!.become({ program: 'true', words: [], env: {} }), { code: 'E_PROGRAM' })
})

test('over ssh, where no portolan is, the shell answers, and says so', {
  ...PATIENCE,
  skip: whyNoSsh(),
}, async () => {
  const stage = await setSshStage()
  const path = process.env.PATH
  process.env.PATH = stage.env.PATH
  try {
    const { openRemote } = await import('../../../src/os/open.ts')
    for (const [script, why] of [
      [null, /no program portolan/],
      ['#!/bin/sh\nexit 2\n', /ended with 2/],
    ] as const) {
      stage.program('portolan', script)
      const os = await openRemote('ssh://web')
      assert.ok(os.through.kind === 'shell')
      assert.match(os.through.why, why)
      const { length } = await os.owners()
      assert.ok(length > 0)
      await os.close()
    }
  } finally {
    process.env.PATH = path
    await stage.close()
  }
})
