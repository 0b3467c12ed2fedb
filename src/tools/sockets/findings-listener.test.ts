import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEndpoint } from '../../model/endpoint.ts'
import type { Finding } from '../../model/finding.ts'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { explain } from './explain.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const BASE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 203.0.113.7/24', 'eth0 2001:db8::7/64'],
  processes: [
    { pid: 700, run: 'nginx: master', name: 'nginx', startedAt: NOW - 5 * HOUR },
    { pid: 701, run: 'nginx: worker', name: 'nginx', parent: 700, startedAt: NOW - 4 * HOUR },
    { pid: 710, name: 'nginx: master process', startedAt: NOW - 5 * HOUR },
    { pid: 711, name: 'nginx: worker process', parent: 710, startedAt: NOW - 4 * HOUR },
    { pid: 812, run: 'node server.js', name: 'server.js', startedAt: NOW - 3 * HOUR },
    { pid: 300, run: 'sleep 1000', name: 'sleep', parent: 812, startedAt: NOW - HOUR },
    { pid: 870, run: 'curl', name: 'curl', parent: 812, startedAt: NOW - 2 * HOUR },
    { pid: 900, name: 'gone', vanishes: true },
  ],
}

async function findings(
  sockets: readonly SocketDescription[],
  asked = '3000',
  machine = BASE,
): Promise<readonly Finding[]> {
  return (await explain(openMemory({ ...machine, sockets }), parseEndpoint(asked))).findings
}

const at = (address: string, rest: Partial<SocketDescription> = {}): SocketDescription =>
  ({ listen: `tcp ${address}:3000`, by: 812, ...rest }) as SocketDescription
const waiting = (length: number, limit: number, drops?: number): Partial<SocketDescription> => ({
  acceptQueue: { length, limit, ...(drops === undefined ? {} : { drops }) },
})

const QUEUES: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  says: readonly string[],
])[] = [
  ['empty', [at('0.0.0.0', waiting(0, 511))], []],
  ['as many as may wait', [at('0.0.0.0', waiting(511, 511))], []],
  [
    'one more than may wait',
    [at('0.0.0.0', waiting(512, 511))],
    ['the accept queue is full: 512 connections wait where 511 may'],
  ],
  [
    'none may wait, and one does',
    [at('0.0.0.0', waiting(1, 0))],
    ['the accept queue is full: 1 connection waits where 0 may'],
  ],
  ['none may wait, and none does', [at('0.0.0.0', waiting(0, 0))], []],
  [
    'drops are counted',
    [at('0.0.0.0', waiting(2, 1, 40))],
    [
      'the accept queue is full: 2 connections wait where 1 may, and 40 attempts were dropped at this listener',
    ],
  ],
  [
    'no drops are not spoken of',
    [at('0.0.0.0', waiting(2, 1, 0))],
    ['the accept queue is full: 2 connections wait where 1 may'],
  ],
  ['drops alone are no full queue', [at('0.0.0.0', waiting(0, 1, 40))], []],
  ['no limit is told', [at('0.0.0.0', { acceptQueue: { length: 9 } })], []],
  [
    'that of the worker that hangs',
    [at('0.0.0.0', waiting(0, 9)), at('0.0.0.0', waiting(10, 9)), at('0.0.0.0', waiting(1, 9))],
    ['the accept queue is full: 10 connections wait where 9 may'],
  ],
  [
    'datagram sockets have none',
    [{ bound: 'udp 0.0.0.0:3000', by: 812, queue: { receive: 5000, send: 0 } }],
    [],
  ],
]
for (const [name, sockets, says] of QUEUES) {
  test(`accept queue: ${name}`, async () => {
    const found = (await findings(sockets)).filter(({ code }) => code === 'accept-queue-full')
    assert.deepEqual(
      found.map(one => one.says),
      says,
    )
    for (const { severity, subject, evidence } of found) {
      assert.deepEqual([severity, subject], ['high', 'tcp port 3000'])
      assert.match(evidence[0]!.says, /^receive queue \d+, limit \d+$/)
    }
  })
}

const V4_ONLY = 'listens on IPv4 only: clients for which localhost is ::1 are refused'
const V6_ONLY = 'listens on IPv6 only: clients for which localhost is 127.0.0.1 are refused'
const LOOPBACK_ONLY: MachineDescription = { ...BASE, addresses: ['lo 127.0.0.1/8', 'lo ::1/128'] }

const FAMILIES: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  says: readonly string[],
  machine?: MachineDescription,
  asked?: string,
])[] = [
  ['127.0.0.1', [at('127.0.0.1')], [V4_ONLY]],
  ['::1', [at('[::1]')], [V6_ONLY]],
  ['another loopback address', [at('127.0.0.5')], [V4_ONLY]],
  ['a mapped address is IPv4', [at('[::ffff:127.0.0.1]')], [V4_ONLY]],
  ['both', [at('127.0.0.1'), at('[::1]')], []],
  ['mapped and ::1', [at('[::ffff:127.0.0.1]'), at('[::1]')], []],
  ['several of one family', [at('127.0.0.1'), at('127.0.0.2')], [V4_ONLY]],
  ['another program takes the other', [at('127.0.0.1'), at('[::1]', { by: 700 })], []],
  ['a wildcard of another program takes the other', [at('[::1]'), at('0.0.0.0', { by: 700 })], []],
  ['the other program is not at localhost', [at('127.0.0.1'), at('[2001:db8::7]', { by: 700 })], [V4_ONLY]],
  ['another port takes the other', [at('127.0.0.1'), { listen: 'tcp [::1]:3001', by: 812 }], [V4_ONLY]],
  [
    'another protocol takes the other',
    [at('127.0.0.1'), { bound: 'udp [::1]:3000', by: 812 }],
    [V4_ONLY, V6_ONLY],
  ],
  [
    'a connection is no listener',
    [at('127.0.0.1'), { established: 'tcp [::1]:3000 > [::1]:5', by: 812 }],
    [V4_ONLY],
  ],
  ['who can be reached from outside is meant to', [at('0.0.0.0')], []],
  ['a wildcard on a host with nothing but loopback', [at('0.0.0.0')], [V4_ONLY], LOOPBACK_ONLY],
  ['a wildcard of both families there', [at('[::]')], [], LOOPBACK_ONLY],
  ['an IPv6 wildcard there', [at('[::]', { v6only: true })], [V6_ONLY], LOOPBACK_ONLY],
  [
    'a multicast group of this host beside it is not for localhost',
    [
      { bound: 'udp [ff01::1]:3000', by: 812 },
      { bound: 'udp 127.0.0.1:3000', by: 700 },
    ],
    [V4_ONLY],
  ],
  ['a multicast group of this host', [{ bound: 'udp [ff01::1]:3000', by: 812 }], []],
  ['the other is there, but not asked about', [at('127.0.0.1'), at('[::1]')], [], BASE, '127.0.0.1:3000'],
]
for (const [name, sockets, says, machine, asked] of FAMILIES) {
  test(`one family only: ${name}`, async () => {
    const found = (await findings(sockets, asked, machine)).filter(({ code }) => code === 'one-family-only')
    assert.deepEqual(
      found.map(one => one.says),
      says,
    )
    assert.ok(found.every(({ severity, certainty }) => severity === 'note' && certainty === 'proven'))
  })
}

test('one family only: another namespace doesn’t count', async () => {
  const sockets = [at('127.0.0.1'), at('[::1]', { netns: 77 })]
  const os = openMemory({ ...BASE, namespaces: [{ inode: 77 }], sockets })
  const found = await explain(os, parseEndpoint('3000'), { netns: [4_026_531_840, 77] })
  assert.deepEqual(
    found.findings.map(({ says }) => says),
    [V4_ONLY, V6_ONLY],
  )
})

const EVIDENCE: readonly (readonly [sockets: readonly SocketDescription[], says: string])[] = [
  [[at('127.0.0.1')], 'one socket'],
  [[at('127.0.0.1'), at('127.0.0.2')], '2 sockets, all IPv4'],
]
for (const [sockets, says] of EVIDENCE) {
  test(`one family only: the evidence is ${says}`, async () => {
    const [found] = await findings(sockets)
    assert.deepEqual(found?.evidence, [{ source: 'bind address', says }])
  })
}

const HOLDERS: readonly (readonly [name: string, by: readonly number[], says: string | undefined])[] = [
  ['one', [812], undefined],
  ['a master and its workers', [700, 701], undefined],
  [
    'a child that inherited it, by a pid that is lower',
    [812, 300],
    'also held by sleep (pid 300): the port stays taken until the last of them closes it',
  ],
  [
    'several children, in the order in which they started',
    [812, 300, 870],
    'also held by curl (pid 870), sleep (pid 300): the port stays taken until the last of them closes it',
  ],
  ['a master and its worker, by the titles that they give themselves', [710, 711], undefined],
  [
    'of these the stranger alone is named',
    [710, 711, 300],
    'also held by sleep (pid 300): the port stays taken until the last of them closes it',
  ],
  ['one that exited meanwhile is not named', [812, 900], undefined],
]
for (const [name, by, says] of HOLDERS) {
  test(`held by several: ${name}`, async () => {
    const found = (await findings([at('0.0.0.0', { by })])).filter(({ code }) => code === 'held-by-several')
    assert.deepEqual(
      found.map(one => one.says),
      says === undefined ? [] : [says],
    )
    if (says !== undefined)
      assert.equal(found[0]!.evidence[0]!.says, `${by.length} processes hold the same socket`)
  })
}

test('a listener of which nothing is to be said', async () => {
  assert.deepEqual(await findings([at('0.0.0.0'), at('[::]')]), [])
})
