/**
 * Programs on a control group that the test makes: they concern the sockets that were made in it, by what they are asked
 * about, and nobody else's.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { PORTS } from '../stage/troupe.ts'
import type { AttachOrder } from './attach-order.ts'
import { makeGroup, Outside, removeGroup, whyNoPrograms } from './harness.ts'

const group = whyNoPrograms() || makeGroup()
const skip = typeof group === 'string' ? group : false
/** In a namespace of the test's, where the rules accept what is sent to 8080. */
const LISTENS = 8080
const SOCKETS = `
  const server = require('node:net').createServer().listen(${LISTENS}, '10.9.0.1', () => {
    const client = require('node:dgram').createSocket('udp4')
    client.connect(53, '10.9.0.2', () => console.log(client.address().port))
  })
  process.stdin.on('end', () => process.exit()).resume()`

let outside: Outside
let member: ChildProcess
let sends = 0
before(async () => {
  if (typeof group === 'string') return
  outside = await Outside.open()
  const enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
  const words = ['sh', '-c', enter, group.path, process.execPath, '-e', SOCKETS]
  const [program, ...rest] = outside.berth.inside(words)
  member = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(member.stdout!, 'data')
  sends = Number(String(line))
})
after(async () => {
  if (typeof group === 'string') return
  const ended = once(member, 'close')
  member.stdin!.end()
  await ended
  await outside.close()
  removeGroup(group.path)
})

const FLOWS = {
  in: () => `tcp 10.9.0.2:4000 -> 10.9.0.1:${LISTENS} in v0`,
  'in to another': () => 'tcp 10.9.0.2:4000 -> 10.9.0.1:22 in v0',
  out: () => `udp 10.9.0.1:${sends} -> 10.9.0.2:53`,
  'out of another': () => 'udp 10.9.0.1:9 -> 10.9.0.2:53',
  through: () => 'tcp 10.9.0.2:4000 -> 10.10.0.2:22 in v0',
}

const ACCEPTED = { verdict: 'accept', unknown: [] }
const asked = (): Record<string, string> =>
  Object.fromEntries(Object.entries(FLOWS).map(([name, text]) => [name, text()]))

/** `enum bpf_prog_type`: cgroup_skb 8, cgroup_sock_addr 18. All return 1, which lets pass. */
const ROWS: readonly [
  name: string,
  type: number,
  attachType: number,
  depends: readonly (keyof typeof FLOWS)[],
  says: string,
][] = [
  ['packets that arrive', 8, 0, ['in'], 'cgroup_skb program # "grp" for packets that arrive'],
  ['packets that leave', 8, 1, ['out'], 'cgroup_skb program # "grp" for packets that leave'],
  ['bind', 18, 8, ['in', 'out'], 'cgroup_sock_addr program # "grp" for bind, IPv4'],
  ['connect', 18, 10, ['out'], 'cgroup_sock_addr program # "grp" for connect, IPv4'],
  ['connect of sockets of IPv6', 18, 11, ['out'], 'cgroup_sock_addr program # "grp" for connect, IPv6'],
  ['sendmsg', 18, 14, ['out'], 'cgroup_sock_addr program # "grp" for sendmsg of UDP, IPv4'],
]
for (const [name, type, attachType, depends, says] of ROWS) {
  test(`of a control group: ${name}`, { skip }, async () => {
    if (typeof group === 'string') return
    const order: AttachOrder = { name: 'grp', type, attachType, returns: 1, at: { path: group.path } }
    await outside.attach(order, async ({ id }) => {
      const named = `a program of a control group at ${group.name} lets it through (${says.replace('#', String(id))})`
      const expected = Object.keys(FLOWS).map(flow =>
        depends.includes(flow as keyof typeof FLOWS)
          ? [flow, { verdict: 'depends', unknown: [named] }]
          : [flow, ACCEPTED],
      )
      assert.deepEqual(await outside.allJudged(asked()), Object.fromEntries(expected))
    })
    const after = Object.keys(FLOWS).map(flow => [flow, ACCEPTED])
    assert.deepEqual(await outside.allJudged(asked()), Object.fromEntries(after))
  })
}

/** As a container has it: its own group is the topmost that it sees. */
const CONTAINED = [
  'mkdir "$0/inner" && echo $$ > "$0/inner/cgroup.procs"',
  'exec unshare --cgroup --mount sh -c \'umount "$0" && mount -t cgroup2 cgroup2 "$0" && exec "$@"\' "$@"',
].join(' && ')

test('of a control group above those that a container sees', { skip }, async () => {
  if (typeof group === 'string') return
  const mount = group.path.slice(0, -group.name.length)
  const order: AttachOrder = { name: 'above', type: 8, attachType: 0, returns: 1, at: { path: group.path } }
  try {
    await outside.attach(order, async ({ id }) => {
      const asked = [process.execPath, PORTS, 'fw', 'test', FLOWS['in to another'](), '--json']
      const { status, out, err } = await outside.berth.run('sh', '-c', CONTAINED, group.path, mount, ...asked)
      assert.equal(status, 6, err)
      const [{ unknown }] = JSON.parse(out).items
      const says = `cgroup_skb program ${id} "above" for packets that arrive`
      assert.deepEqual(
        unknown.map(({ expression }: { expression: string }) => expression),
        [`a program of a control group at / lets it through (${says})`],
      )
    })
  } finally {
    removeGroup(`${group.path}/inner`)
  }
})
