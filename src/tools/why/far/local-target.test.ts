/** A target that is this host itself: its own tables say what holds the listener back. What is expected is what the tables hold. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { LOOPBACK_V4, parseAddress } from '../../../model/address.ts'
import type { MachineDescription } from '../../../os/memory/memory.ts'
import { scriptedHost } from '../scripted-host.cases.ts'
import { why } from '../why.ts'

const RUNS = { pid: 812, run: 'node server.js' } as const
const LISTENER = { listen: 'tcp 0.0.0.0:59999', by: 812 } as const

interface Row {
  readonly name: string
  readonly machine: MachineDescription
  readonly ends: string
  readonly target?: string
  readonly verdict?: string
  /** `code certainty` of the first. */
  readonly first: string | null
}

const rows: readonly Row[] = [
  {
    name: 'a listener that takes it',
    machine: { processes: [RUNS], sockets: [LISTENER] },
    ends: 'open',
    verdict: 'reachable',
    first: null,
  },
  {
    name: 'nobody has the port',
    machine: {},
    ends: 'ECONNREFUSED',
    first: 'nobody-listens proven',
  },
  {
    name: 'the listener is for another address',
    machine: { processes: [RUNS], sockets: [{ ...LISTENER, listen: 'tcp 10.0.0.7:59999' }] },
    ends: 'ECONNREFUSED',
    first: 'listener-other-address proven',
  },
  {
    name: 'the listener is for IPv6',
    machine: { processes: [RUNS], sockets: [{ ...LISTENER, listen: 'tcp [::1]:59999' }] },
    ends: 'ECONNREFUSED',
    first: 'listener-other-family proven',
  },
  {
    name: 'it is in another network namespace',
    machine: {
      processes: [{ ...RUNS, netns: 'blue' }],
      namespaces: [{ inode: 4026532001, name: 'blue' }],
      sockets: [{ ...LISTENER, netns: 'blue' }],
    },
    ends: 'ECONNREFUSED',
    first: 'listener-other-namespace likely',
  },
  {
    name: 'another namespace is a host of its own, far from here, that has a listener there, too',
    machine: {
      processes: [{ ...RUNS, netns: 'blue' }],
      namespaces: [{ inode: 4026532001, name: 'blue', addresses: ['eth0 192.0.2.7/24'] }],
      sockets: [{ ...LISTENER, netns: 'blue' }],
    },
    ends: 'ECONNREFUSED',
    first: 'nobody-listens proven',
  },
  {
    name: 'another namespace is on a link of ours, as a container is',
    machine: {
      processes: [{ ...RUNS, netns: 'blue' }],
      namespaces: [{ inode: 4026532001, name: 'blue', addresses: ['eth0 10.0.0.9/24'] }],
      sockets: [{ ...LISTENER, netns: 'blue' }],
    },
    ends: 'ECONNREFUSED',
    first: 'listener-other-namespace likely',
  },
  {
    name: 'the accept queue is full',
    machine: {
      processes: [RUNS],
      sockets: [{ ...LISTENER, acceptQueue: { length: 129, limit: 128 } }],
    },
    ends: 'silent',
    first: 'accept-queue-full proven',
  },
  {
    name: 'the accept queue is full because the program has no descriptors left',
    machine: {
      processes: [RUNS],
      sockets: [{ ...LISTENER, acceptQueue: { length: 129, limit: 128 } }],
      counters: { descriptors: { 812: { open: 64, limit: 64 } } },
    },
    ends: 'silent',
    first: 'descriptors-exhausted proven',
  },
  {
    name: 'a queue that is just full still takes one more',
    machine: {
      processes: [RUNS],
      sockets: [{ ...LISTENER, acceptQueue: { length: 128, limit: 128 } }],
    },
    ends: 'open',
    verdict: 'reachable',
    first: null,
  },
  {
    name: 'the process is stopped',
    machine: { processes: [{ ...RUNS, stopped: true }], sockets: [LISTENER] },
    ends: 'open',
    first: 'process-stopped proven',
  },
  {
    name: 'one of two that share the port is stopped',
    machine: {
      processes: [
        { ...RUNS, stopped: true },
        { pid: 813, run: 'node server.js' },
      ],
      sockets: [LISTENER, { ...LISTENER, by: 813 }],
    },
    ends: 'open',
    verdict: 'degraded',
    first: 'reuseport-sibling proven',
  },
  {
    name: 'a filter of the socket itself, and silence',
    machine: {
      processes: [RUNS],
      sockets: [
        { ...LISTENER, options: { reuseAddress: true, reusePort: false, v6only: null, filtered: true } },
      ],
    },
    ends: 'silent',
    first: 'socket-filter likely',
  },
]

for (const { name, machine, ends, target = '127.0.0.1:59999', verdict = 'unreachable', first } of rows)
  test(name, async () => {
    const os = scriptedHost({
      machine: { addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 10.0.0.7/24'], ...machine },
      attempts: { '*': { ends } },
      route: () => ({ kind: 'local', device: 'lo', source: LOOPBACK_V4 }),
    })
    const told = await why(os, target, { timeoutMs: 100 })
    const [cause] = told.causes
    assert.equal(
      cause === undefined ? null : `${cause.code} ${cause.certainty}`,
      first,
      JSON.stringify({ causes: told.causes.map(one => one.code), steps: told.steps }, null, 1),
    )
    assert.equal(told.verdict, verdict)
  })

test('a listener on the address that was asked is told from one on loopback', async () => {
  const os = scriptedHost({
    machine: {
      addresses: ['lo 127.0.0.1/8', 'eth0 10.0.0.7/24'],
      processes: [RUNS],
      sockets: [{ ...LISTENER, listen: 'tcp 127.0.0.1:59999' }],
    },
    attempts: { '*': { ends: 'ECONNREFUSED' } },
    route: () => ({ kind: 'local', device: 'lo', source: parseAddress('10.0.0.7') }),
  })
  const told = await why(os, '10.0.0.7:59999', { timeoutMs: 100 })
  assert.equal(told.causes[0]?.code, 'listener-loopback')
  assert.equal(told.causes[0].certainty, 'proven')
})
