/**
 * The kernel judges the socket table: every sort of socket, made by a program that knows what it made, must be told
 * apart; with its state, all of its owners or the reason why there is none, and names that can do no harm.
 */
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { SocketItem } from '../../src/tools/sockets/item.ts'
import { itemsOf, list, pidsOf, portOf } from './stage/items.ts'
import { ANOTHER_USER } from './stage/queues.ts'
import { type StagedSocket, setStage, whyNoStage } from './stage/stage.ts'
import { ports, unreadable, type View } from './stage/views.ts'

async function judge(): Promise<void> {
  const stage = await setStage()
  after(() => stage.close())
  // All at once, and first: what waits for the end of a connection is gone in a minute.
  const look = (view: View, ...words: string[]) => list(stage.netns, view, ...words)
  const texts = [
    ['ls', '-a', '-o', 'plain'],
    ['ls', '-a', '-o', 'table'],
    ['ls', '-a', '-o', 'csv', '--wide'],
    ['ls', '-a', '-o', 'ndjson'],
    ['ls', '-a', '--json'],
  ] as const
  const [all, root, user, confined, bare, everywhere, everywhereAsUser, ...said] = await Promise.all([
    look('all', '-a'),
    look('root', '-a'),
    look('user', '-a'),
    look('confined', '-a'),
    look('bare', '-a'),
    look('all', '-a', '--netns', 'all'),
    look('user', '-a', '--netns', 'all'),
    ...texts.map(words => ports(stage.netns, 'all', ...words)),
  ])
  const near = stage.sockets.filter(({ far }) => far !== true)
  const find = (items: readonly SocketItem[], socket: StagedSocket): SocketItem => {
    const found = itemsOf(items, socket)
    assert.equal(found.length, 1, `${found.length} rows are it`)
    return found[0]!
  }

  for (const { label, reason } of stage.absent) test(`${label}: there is none`, { skip: reason }, () => {})

  for (const socket of near) {
    test(`${socket.label}: is in the table as what it is`, () => {
      const item = find(all.items, socket)
      assertSame(item, socket)
      if (socket.drops === true)
        assert.ok((item.drops ?? item.acceptQueue?.drops ?? 0) > 0, 'has dropped something')
    })
    test(`${socket.label}: ${socket.pids.length === 0 ? `has no owner: ${socket.noOwner}` : 'has these owners and no other'}`, () => {
      const item = find(all.items, socket)
      assert.deepEqual(
        { reason: item.ownersUnknown, pids: pidsOf(item) },
        { reason: socket.noOwner, pids: [...socket.pids].sort((a, b) => a - b) },
      )
      if (socket.name !== undefined) {
        assert.equal(item.owners?.[0]?.name, socket.name)
        assert.match(item.owners[0].command ?? '', /[^\s[\]]/, 'a command is never blank')
      }
    })
    test(`${socket.label}: a user without rights sees the same, and why owners are hidden`, () => {
      const item = find(user.items, socket)
      const own = socket.uid === ANOTHER_USER && socket.inode !== 0
      assertSame(item, socket)
      assert.deepEqual(
        { reason: item.ownersUnknown, pids: pidsOf(item) },
        own
          ? { reason: undefined, pids: socket.pids }
          : { reason: socket.inode === 0 ? socket.noOwner : 'denied', pids: [] },
      )
    })
    test(`${socket.label}: from a container its owner is elsewhere`, () => {
      const item = find(confined.items, socket)
      assertSame(item, socket)
      assert.equal(item.ownersUnknown, socket.inode === 0 ? socket.noOwner : 'other-namespace')
      assert.equal(item.owners, null)
    })
  }

  // Without netlink: what /proc/net doesn't list can't be there, and what it doesn't tell must be absent.
  for (const socket of near.filter(({ protocol, state }) => !(protocol === 'tcp' && state === 'bound'))) {
    test(`${socket.label}: is told from /proc as well, as far as it goes`, () => {
      const item = find(bare.items, socket)
      // A datagram socket that somebody connected to looks connected there, and nothing tells the difference.
      const leaveOut = socket.kind === 'datagram' ? [...NOT_IN_PROC, 'state'] : NOT_IN_PROC
      assertSame(item, withoutZones(socket), leaveOut)
      for (const key of ['v6only', 'interface', 'cookie', 'unit'] as const) assert.equal(item[key], undefined)
      assert.equal(item.acceptQueue?.limit, undefined)
      assert.deepEqual(
        [item.ownersUnknown, pidsOf(item)],
        [socket.noOwner, socket.pids.toSorted((a, b) => a - b)],
      )
    })
  }

  test('where not even root may look into every process, a socket in a message may be one of theirs', () => {
    const socket = near.find(({ noOwner }) => noOwner === 'kernel')!
    assert.equal(find(root.items, socket).ownersUnknown, unreadable().length === 0 ? 'kernel' : 'denied')
  })

  test('nobody is made an owner for want of one: closed, half-open and unaccepted sockets have no user but a told one', () => {
    for (const item of all.items.filter(({ inode }) => inode === 0)) {
      assert.ok(item.uid === undefined || item.uid === ANOTHER_USER, JSON.stringify(item))
    }
  })

  test('a hidden owner’s unit is told by the control group that the socket was opened in', () => {
    for (const socket of near.filter(({ unit }) => unit !== undefined)) {
      assert.equal(find(user.items, socket).unit, socket.unit)
    }
  })

  test('a stray child’s parents say that its own is dead', () => {
    const socket = near.find(({ label }) => label === 'listener inherited from a dead parent')!
    const parents = find(all.items, socket).owners?.[0]?.parents.map(({ pid }) => pid) ?? []
    assert.deepEqual(
      parents.filter(pid => stage.pids.includes(pid)),
      [],
    )
  })

  test('one process by two descriptors is two holders and one process', () => {
    const socket = near.find(({ label }) => label === 'listener with three holders')!
    assert.equal(find(all.items, socket).owners?.length, socket.pids.length + 1)
  })

  test('no cookie stands for two sockets', () => {
    const cookies = all.items.flatMap(({ cookie }) => cookie ?? [])
    assert.equal(new Set(cookies).size, cookies.length)
  })

  for (const far of stage.sockets.filter(socket => socket.far === true)) {
    test(`${far.label}: is no row of ours`, () => {
      assert.deepEqual(itemsOf(all.items, far), [])
      assert.deepEqual(
        all.items.filter(({ local }) => portOf(local) === far.port && far.port !== undefined),
        [],
      )
    })
    for (const [who, { items }] of [
      ['root', everywhere],
      ['a user without rights', everywhereAsUser],
    ] as const) {
      test(`${far.label}: ${who} finds it when all are asked for`, () => {
        const item = find(items, far)
        assert.deepEqual(
          [item.state, item.local, item.netns.self],
          ['listen', { address: far.local, port: far.port }, false],
        )
        assert.deepEqual(pidsOf(item), who === 'root' ? far.pids : [])
        if (who === 'root') assert.equal(item.netns.name, stage.farNetns)
        else assert.equal(item.ownersUnknown, 'denied')
      })
    }
  }

  test('a port that only a closed connection keeps has that row and no other', () => {
    const socket = near.find(({ label }) => label === 'both sides closed, the server first')!
    const rows = all.items.filter(
      ({ local, protocol }) => portOf(local) === socket.port && protocol === 'tcp',
    )
    assert.deepEqual(
      rows.map(({ state, ownersUnknown, timer }) => [state, ownersUnknown, timer!.ms > 0]),
      [['time-wait', 'time-wait', true]],
    )
  })

  test('what is missing for lack of rights is said, and only then', () => {
    assert.deepEqual([all.complete, all.warnings], [true, []])
    assert.equal(user.complete, false)
    const hidden = user.items.filter(({ ownersUnknown }) => ownersUnknown === 'denied').length
    const warning = user.warnings.find(({ code }) => code === 'owners-hidden')
    assert.match(warning?.message ?? '', new RegExp(`\\b${hidden} of ${user.items.length} sockets\\b`))
  })

  texts.forEach((words, i) => {
    test(`nothing that a process calls itself drives a terminal: ports ${words.join(' ')}`, () => {
      const { stdout, stderr, status } = said[i]!
      assert.equal(status, 0, stderr)
      const shown = words[3] === 'csv' ? stdout.replaceAll('\r\n', '\n') : stdout
      assert.deepEqual((shown + stderr).match(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g), null)
      const rows = stdout.split('\n').filter(line => line !== '').length
      if (words[3] === 'plain')
        assert.equal(rows, all.items.length + 1, 'a line for each socket, and the header')
    })
  })
}

const withoutZones = (socket: StagedSocket): StagedSocket => ({
  ...socket,
  local: socket.local.replace(/%.*/, ''),
  ...(socket.peer === undefined ? {} : { peer: socket.peer.replace(/%.*/, '') }),
})

/** The kernel's answer, thing by thing, in the stage's words. */
function told(item: SocketItem): Facts {
  const { local, peer, acceptQueue, timer } = item
  return {
    ...item,
    local: 'path' in local ? local.path : local.address,
    port: portOf(local),
    peer: peer !== undefined && 'address' in peer ? peer.address : undefined,
    peerPort: portOf(peer),
    acceptQueue: acceptQueue && { length: acceptQueue.length, limit: acceptQueue.limit },
    timer: timer?.kind,
  }
}

type Facts = Readonly<Record<string, unknown>>

/** What must be there as the stage told it, or be absent as there. */
const ALWAYS = [
  'protocol',
  'family',
  'state',
  'local',
  'port',
  'peer',
  'peerPort',
  'kind',
  'v6only',
  'interface',
]
/** What must be there where the stage told it. */
const WHERE_TOLD = ['cookie', 'uid', 'acceptQueue', 'queue', 'timer']
/** What `/proc/net` doesn't tell, or not of all. */
const NOT_IN_PROC = ['v6only', 'interface', 'cookie', 'uid', 'acceptQueue', 'queue']

function assertSame(item: SocketItem, socket: StagedSocket, leaveOut: readonly string[] = []): void {
  const truth: Facts = { ...socket }
  const facts = told(item)
  const keys = [...ALWAYS, ...WHERE_TOLD.filter(key => truth[key] !== undefined)].filter(
    key => !leaveOut.includes(key),
  )
  const of = (one: Facts): Facts => Object.fromEntries(keys.map(key => [key, one[key]]))
  assert.deepEqual(of(facts), of(truth))
}

const why = whyNoStage()
if (why !== null) test('the socket table, judged by the kernel', { skip: why }, () => {})
else await judge()
