import assert from 'node:assert/strict'
import test from 'node:test'
import { no, RIGHTS, yes } from '../../../os/can.ts'
import type { OS } from '../../../os/os.ts'
import type { SocketItem } from '../../../tools/sockets/sockets.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'
import type { ExplanationItem } from '../sockets/explanation-item.ts'
import { SCHEMAS } from './schemas.ts'
import { validate } from './validate.cases.ts'

const host = {
  platform: 'linux',
  hostname: 'harbour',
  can: async () =>
    Object.fromEntries(
      RIGHTS.map((right, i) => [right, i % 2 ? yes('netlink') : no('no right', 'Run with sudo.')]),
    ),
  close: async () => {},
} as Partial<OS> as OS

const lines: readonly (readonly [schema: string, line: string])[] = [
  ['names', 'name 443 5432 6000 --json'],
  ['names', 'name 4 --json'],
  ['names', 'name nothing-of-the-kind --json'],
  ['self', 'self --json'],
  ['fault', 'lss --json'],
  ['fault', 'ls -o ndjson --what'],
]
for (const [schema, line] of lines) {
  test(`what "ports ${line}" writes is as "ports schema ${schema}" says`, async () => {
    const { out } = await runFake(line.split(' '), { os: host, env: { HOME: '/srv/alice' } })
    assert.deepEqual(validate(SCHEMAS[schema]!, JSON.parse(out)), [])
  })
}

const listener: SocketItem = {
  protocol: 'tcp',
  family: 'ipv6',
  state: 'listen',
  local: { address: '::', port: 3000 },
  interface: 'eth0',
  netns: { inode: 4026531840, name: null, self: true },
  inode: 812,
  cookie: '18446744073709551615',
  uid: 1000,
  user: 'alice',
  owners: [
    {
      pid: 812,
      fd: 21,
      name: 'server.js',
      command: 'node server.js --token=***',
      cwd: null,
      startedAt: '2026-01-02T03:04:05.000Z',
      unit: 'shop.service',
      container: { runtime: 'docker', id: '0123456789ab' },
      parents: [{ pid: 1, name: 'systemd' }],
    },
    { pid: 813, fd: 3, name: null, command: null, cwd: null, startedAt: null, parents: [] },
  ],
  service: { name: 'hbci', source: 'iana' },
  exposure: 'public',
  v6only: false,
  acceptQueue: { length: 0, limit: 511, drops: 0 },
}
const connection: SocketItem = {
  protocol: 'tcp',
  family: 'ipv4',
  state: 'established',
  local: { address: '127.0.0.1', port: 3000 },
  peer: { address: '127.0.0.1', port: 40000 },
  netns: { inode: 4026531840, name: 'shop', self: false },
  inode: 0,
  owners: null,
  ownersUnknown: 'not-accepted',
  queue: { receive: 12, send: 0 },
  timer: { kind: 'keepalive', ms: 1000, retransmits: 0 },
  tcp: { rttMs: 0.05, rttVarMs: 0.01, retransmits: 0, bytesAcked: 1, bytesReceived: 2, deliveryRate: 1e9 },
}
const unix: SocketItem = {
  protocol: 'unix',
  family: 'unix',
  kind: 'stream',
  state: 'unconnected',
  local: { path: '@name' },
  netns: listener.netns,
  inode: 5,
  owners: null,
  ownersUnknown: 'denied',
  unit: 'dbus.service',
  drops: 1,
}
const explanation: ExplanationItem = {
  asked: { protocol: null, host: null, port: 3000 },
  held: true,
  says: 'tcp 3000 is taken',
  listeners: [listener],
  connections: { total: 1, sockets: [connection] },
  findings: [
    {
      code: 'accept-queue-full',
      severity: 'high',
      certainty: 'proven',
      subject: 'tcp [::]:3000',
      says: 'it is full',
      evidence: [{ source: 'sock_diag', says: '512 of 511' }],
      remedy: 'accept faster',
    },
  ],
  next: [{ argv: ['ports', 'watch'], why: 'to see who comes' }],
}

const frame = { generatedAt: '2026-01-02T03:04:05.000Z', host: 'harbour', complete: true, warnings: [] }
const values: readonly (readonly [schema: string, what: string, value: object])[] = [
  [
    'sockets',
    'a listener, a connection, a unix socket',
    { schema: 'portolan/sockets@1', ...frame, items: [listener, connection, unix] },
  ],
  ['explanation', 'a taken port', { schema: 'portolan/explanation@1', ...frame, items: [explanation] }],
  [
    'rates',
    'a connection',
    { schema: 'portolan/rates@1', ...frame, items: [{ ...connection, rate: { sent: 1, received: 0 } }] },
  ],
  ['events', 'an opening', { type: 'opened', seq: 0, at: frame.generatedAt, socket: listener }],
  [
    'events',
    'an end',
    { type: 'closed', seq: 1, at: frame.generatedAt, socket: connection, seen: false, final: { rttMs: 1 } },
  ],
  [
    'counts',
    'a count',
    { schema: 'portolan/counts@1', ...frame, items: [{ by: 'state', key: 'listen', count: 2 }] },
  ],
  [
    'tallies',
    'a tally',
    {
      schema: 'portolan/tallies@1',
      ...frame,
      items: [{ protocol: 'tcp', family: 'ipv4', state: 'listen', count: 2 }],
    },
  ],
]
for (const [schema, what, value] of values) {
  test(`${schema} describes ${what}, every member of it`, () => {
    assert.deepEqual(validate(SCHEMAS[schema]!, value), [])
  })
}

const wrong: readonly (readonly [what: string, item: object])[] = [
  ['a port beyond the last', { ...listener, local: { address: '::', port: 65536 } }],
  ['an end that is both', { ...listener, local: { address: '::', port: 1, path: '/x' } }],
  ['a state that there is not', { ...listener, state: 'LISTEN' }],
  ['a cookie that is a number', { ...listener, cookie: 1 }],
  ['no owners at all', Object.fromEntries(Object.entries(listener).filter(([name]) => name !== 'owners'))],
  ['a member that is not described', { ...listener, colour: 'red' }],
]
for (const [what, item] of wrong) {
  test(`${what} is found wrong`, () => {
    const value = { schema: 'portolan/sockets@1', ...frame, items: [item] }
    assert.notDeepEqual(validate(SCHEMAS.sockets!, value), [])
  })
}

for (const [name, schema] of Object.entries(SCHEMAS)) {
  test(`ports schema ${name} prints the schema, which has its own name`, async () => {
    const { status, out } = await runFake(['schema', name])
    assert.equal(status, EXIT.done)
    assert.deepEqual(JSON.parse(out), schema)
    assert.equal(schema.$id, `portolan/${name}@1`)
    assert.equal((await runFake(['schema', `portolan/${name}@1`])).out, out)
  })
}

test('ports schema lists the documents, one a line, and the file that --sim reads', async () => {
  const { out } = await runFake(['schema'])
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map(line => line.split(' ')[0]),
    [...Object.keys(SCHEMAS), 'scenario'],
  )
})
