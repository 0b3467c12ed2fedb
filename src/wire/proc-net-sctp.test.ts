import assert from 'node:assert/strict'
import test from 'node:test'
import type { SocketState } from '../model/socket.ts'
import { SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { decodeProcNetSctp } from './proc-net-sctp.ts'

const EPS = ' ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n'
const ASSOCS =
  ' ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS ' +
  'HBINT INS OUTS MAXRT T1X T2X RTXC wmema wmemq sndbuf rcvbuf\n'

function decode(table: 'eps' | 'assocs', text: string) {
  const columns = new SocketColumns(1)
  const progress = decodeProcNetSctp(new TextEncoder().encode(text), table, columns, 5)
  return { ...progress, sockets: Array.from({ length: columns.length }, (_, row) => socketAt(columns, row)) }
}

const association = (
  state: number,
  addresses = '192.0.2.1 *192.0.2.2 <-> *198.51.100.7 198.51.100.8 ',
): string =>
  `       0        0 2   1   ${state}  0      60      128      496    1000 188897 12345 54321  ${addresses}` +
  '\t   30000 65535 65535   10    0    0        0        1        0   212992   212992\n'

test('endpoints: a listener by its first address, and one that is bound', () => {
  const { sockets, skipped } = decode(
    'eps',
    `${EPS}       0        0 2   10  24   12345  1000 227065 192.0.2.1 192.0.2.2 \n` +
      '       0        0 0   7   16   54321     0 232851 2001:0db8:0000:0000:0000:0000:0000:0001 \n',
  )
  assert.equal(skipped, 0)
  assert.deepEqual(
    sockets.map(({ protocol, family, state, local, inode, uid, acceptQueue }) => ({
      ...{ protocol, family, state, local, inode, uid },
      queued: acceptQueue,
    })),
    [
      {
        ...{ protocol: 'sctp', family: 'ipv4', state: 'listen', inode: 227065, uid: 1000 },
        ...{ local: { address: '192.0.2.1', port: 12345 }, queued: { length: 0 } },
      },
      {
        ...{ protocol: 'sctp', family: 'ipv6', state: 'bound', inode: 232851, uid: 0 },
        ...{ local: { address: '2001:db8::1', port: 54321 }, queued: undefined },
      },
    ],
  )
})

test('an endpoint that is connected is left to the associations', () => {
  assert.deepEqual(decode('eps', `${EPS} 0 0 2 1 24 12345 0 227065 192.0.2.1 \n`), {
    rows: 0,
    skipped: 0,
    sockets: [],
  })
})

test('an association by its primary addresses', () => {
  const { sockets, skipped } = decode('assocs', ASSOCS + association(3))
  assert.equal(skipped, 0)
  const [{ state, local, peer, queue, uid, inode }] = sockets as [(typeof sockets)[0]]
  assert.deepEqual(
    { state, local, peer, queue, uid, inode },
    {
      state: 'established',
      local: { address: '192.0.2.2', port: 12345 },
      peer: { address: '198.51.100.7', port: 54321 },
      queue: { send: 128, receive: 496 },
      uid: 1000,
      inode: 188897,
    },
  )
})

const STATES: readonly SocketState[] = [
  'closed',
  'syn-sent',
  'syn-sent',
  'established',
  'fin-wait-1',
  'fin-wait-2',
  'close-wait',
  'last-ack',
]
for (const [number, state] of STATES.entries()) {
  test(`association state ${number} is ${state}`, () =>
    assert.equal(decode('assocs', ASSOCS + association(number)).sockets[0]!.state, state))
}

const BROKEN: readonly (readonly ['eps' | 'assocs', string])[] = [
  ['eps', ' 0 0 2 10 24 12345 0 227065 nowhere \n'],
  ['eps', ' 0 0 2 10 24 123456 0 227065 192.0.2.1 \n'],
  ['eps', ' 0 0 2 10 24 -1 0 227065 192.0.2.1 \n'],
  ['eps', ' 0 0 2 10 24 12345 0 227065 192.0.2.1'],
  ['assocs', association(3, '192.0.2.1 <-> ')],
  ['assocs', association(3, '<-> 192.0.2.1 ')],
  ['assocs', association(3, '192.0.2.1 <-> 2001:db8::1 ')],
  ['assocs', association(3).replace('<->', '')],
  ['assocs', association(3).replace('54321', 'port')],
]
for (const [table, text] of BROKEN) {
  test(`left out and counted: ${text.trim()}`, () =>
    assert.deepEqual(decode(table, text), { rows: 0, skipped: 1, sockets: [] }))
}

test('a state by the name of something that every object has', () => {
  assert.equal(decode('eps', ' 0 0 2 constructor 24 12345 0 227065 192.0.2.1 \n').rows, 0)
})
