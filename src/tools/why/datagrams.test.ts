/** Datagrams to real sockets on loopback, and what their answers, errors and silence are called. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import test, { after } from 'node:test'
import { openOS } from '../../os/open.ts'
import { decodeDns, encodeDns } from '../../wire/dns/dns.ts'
import { decodeStun, encodeStun } from '../../wire/stun.ts'
import { why } from './why.ts'

const os = await openOS()
after(() => os.close())

interface Row {
  readonly name: string
  /** What is sent back for what came; null: the socket is closed before anybody asks. */
  readonly server: ((bytes: Uint8Array) => Uint8Array | undefined) | null
  readonly scheme?: string
  readonly verdict: string
  readonly causes: readonly string[]
  readonly says: RegExp
}

const ROWS: readonly Row[] = [
  {
    name: 'a resolver answers',
    server: bytes => encodeDns({ ...decodeDns(bytes)!, response: true, rcode: 5 }),
    scheme: 'dns',
    verdict: 'reachable',
    causes: [],
    says: /DNS answers in/,
  },
  {
    name: 'a STUN server answers',
    server: bytes => encodeStun({ ...decodeStun(bytes)!, class: 'success' }),
    scheme: 'stun',
    verdict: 'reachable',
    causes: [],
    says: /STUN answers in/,
  },
  {
    name: 'somebody answers anything',
    server: () => Uint8Array.of(1, 2, 3),
    verdict: 'reachable',
    causes: [],
    says: /answers with 3 bytes/,
  },
  {
    name: 'somebody answers the third time',
    server: (
      asked => () =>
        ++asked < 3 ? undefined : Uint8Array.of(1)
    )(0),
    verdict: 'reachable',
    causes: [],
    says: /answers with 1 bytes/,
  },
  {
    name: 'nobody is there',
    server: null,
    verdict: 'unreachable',
    causes: ['udp-closed proven'],
    says: /port unreachable/,
  },
  {
    name: 'somebody says nothing',
    server: () => undefined,
    verdict: 'unknown',
    causes: ['udp-silent likely'],
    says: /an empty datagram, sent three times/,
  },
  {
    name: 'a resolver says nothing',
    server: () => undefined,
    scheme: 'dns',
    verdict: 'unknown',
    causes: ['udp-silent likely'],
    says: /a question of DNS/,
  },
]

for (const { name, server, scheme, verdict, causes, says } of ROWS)
  test(`UDP: ${name}`, async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    if (server === null) await closed(socket)
    socket.on('message', (bytes, from) => {
      const answer = server?.(Uint8Array.from(bytes))
      if (answer !== undefined) socket.send(answer, from.port, from.address)
    })
    try {
      const target = scheme === undefined ? `127.0.0.1:${port}` : `${scheme}://127.0.0.1:${port}`
      const diagnosis = await why(os, target, { protocol: 'udp' })
      const text = JSON.stringify(diagnosis.steps, null, 1)
      assert.equal(diagnosis.verdict, verdict, text)
      const told = diagnosis.causes.slice(0, Math.max(1, causes.length))
      assert.deepEqual(
        told.map(({ code, certainty }, i) => `${code} ${certainty}`.slice(0, causes[i]?.length)),
        causes,
        text,
      )
      assert.match(diagnosis.steps.find(({ check }) => check === 'datagrams')!.says, says)
    } finally {
      if (server !== null) await closed(socket)
    }
  })

async function closed(socket: Socket): Promise<void> {
  const end = once(socket, 'close')
  socket.close()
  await end
}
