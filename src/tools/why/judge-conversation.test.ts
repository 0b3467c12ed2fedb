/** What was heard over a connection, and whom it makes a suspect: section 3.10.7 of RFC 9293, and what servers do in practice. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { known, unknown } from '../../model/known.ts'
import type { Received, Seen, TcpProgress } from '../../os/attempt.ts'
import { triedOf } from '../../os/reach.ts'
import type { Conversation } from './conversation.ts'
import { judgeConversation } from './judge-conversation.ts'
import { ascii, type Expected, expectedAt } from './protocols/protocols.ts'
import { frame } from './scripted-host.cases.ts'

const PEER = parseAddress('192.0.2.1')
const bytes = (text: string): Received => ({ kind: 'bytes', bytes: ascii(text) })
const NOTHING: Received = { kind: 'nothing' }
const END: Received = { kind: 'end' }
const RESET: Received = { kind: 'failed', tried: triedOf('ECONNRESET') }
const progress = (more: Partial<TcpProgress>): TcpProgress => ({
  state: 'established',
  retransmits: 0,
  unacked: 0,
  pathMtu: 1500,
  sendMss: 1448,
  bytesAcked: 100,
  bytesReceived: 0,
  ...more,
})
const seen = (more: Partial<Seen> = {}): Seen => ({
  icmp: known([]),
  frames: known([]),
  tcp: known(progress({})),
  ...more,
})
const at = (port: number, said?: string): Expected | undefined =>
  expectedAt(port, said === undefined ? undefined : { name: said, tls: false })

interface Row {
  readonly name: string
  readonly port: number
  /** What somebody said is spoken there. */
  readonly said?: string
  readonly unasked?: Received
  /** What came after our first message; it was said if this is. */
  readonly answer?: Received
  readonly sent?: string
  readonly ms?: number
  readonly seen?: Seen
  /** Codes with their suspicion; exclusions are left out. */
  readonly claims: readonly string[]
  readonly result: 'fine' | 'found' | 'unknown'
}

const FROM_FAR = frame('in', PEER, 'SA', { hops: 55 })
const ROWS: readonly Row[] = [
  { name: 'SSH greets', port: 22, unasked: bytes('SSH-2.0-OpenSSH_9.2\r\n'), result: 'fine', claims: [] },
  { name: 'HTTP answers', port: 80, answer: bytes('HTTP/1.1 301 Moved\r\n\r\n'), result: 'fine', claims: [] },
  {
    name: 'HTTP takes its time',
    port: 80,
    answer: bytes('HTTP/1.1 200 OK\r\n\r\n'),
    ms: 2_600,
    result: 'found',
    claims: ['slow likely'],
  },
  {
    name: 'HTTP at SSH’s port',
    port: 22,
    unasked: bytes('HTTP/1.1 400 Bad Request\r\n'),
    result: 'found',
    claims: ['other-protocol proven'],
  },
  {
    name: 'SSH where HTTP was said',
    port: 8080,
    said: 'http',
    unasked: bytes('SSH-2.0-x\r\n'),
    result: 'found',
    claims: ['other-protocol proven'],
  },
  {
    name: 'SSH where HTTP is a habit of developers',
    port: 8080,
    unasked: bytes('SSH-2.0-x\r\n'),
    result: 'fine',
    claims: [],
  },
  {
    name: 'an echo where HTTP is a habit',
    port: 8080,
    answer: bytes('GET / HTTP/1.1'),
    result: 'fine',
    claims: [],
  },
  {
    name: 'an echo where HTTP was said',
    port: 8080,
    said: 'http',
    answer: bytes('GET / HTTP/1.1'),
    result: 'found',
    claims: ['other-protocol proven'],
  },
  {
    name: 'something that nobody knows, at Redis’ port',
    port: 6379,
    answer: bytes('what?\r\n'),
    result: 'found',
    claims: ['other-protocol likely'],
  },
  {
    name: 'anything, where nobody knows what is spoken',
    port: 40_000,
    unasked: bytes('hello\r\n'),
    result: 'fine',
    claims: [],
  },
  {
    name: 'a TLS alert to plain text',
    port: 80,
    answer: { kind: 'bytes', bytes: Uint8Array.of(21, 3, 1, 0, 2, 2, 70) },
    result: 'found',
    claims: ['plain-on-tls proven'],
  },
  {
    name: 'a web server that asks for TLS',
    port: 8080,
    answer: bytes('HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port'),
    result: 'found',
    claims: ['plain-on-tls proven'],
  },
  {
    name: 'an end before a word',
    port: 40_000,
    unasked: END,
    result: 'found',
    claims: ['closes-at-once proven'],
  },
  {
    name: 'an end when we have spoken',
    port: 80,
    answer: END,
    result: 'found',
    claims: ['closes-at-once proven'],
  },
  {
    name: 'a reset before a word',
    port: 22,
    unasked: RESET,
    result: 'found',
    claims: [
      'resets-at-once proven',
      'filter-reject possible',
      'filter-reject possible',
      'intercepted possible',
    ],
  },
  {
    name: 'a reset from as far as the SYN-ACK',
    port: 80,
    answer: RESET,
    seen: seen({ frames: known([FROM_FAR, frame('in', PEER, 'R', { hops: 55 })]) }),
    result: 'found',
    claims: ['resets-at-once proven', 'filter-reject possible'],
  },
  {
    name: 'a reset from nearer than the SYN-ACK',
    port: 80,
    answer: RESET,
    seen: seen({ frames: known([FROM_FAR, frame('in', PEER, 'RA', { hops: 63 })]) }),
    result: 'found',
    claims: ['resets-at-once proven', 'filter-reject likely', 'intercepted possible'],
  },
  {
    name: 'a reset from farther away than the SYN-ACK',
    port: 80,
    answer: RESET,
    seen: seen({
      frames: known([frame('in', PEER, 'SA', { hops: 63 }), frame('in', PEER, 'RA', { hops: 55 })]),
    }),
    result: 'found',
    claims: ['resets-at-once proven', 'filter-reject possible', 'intercepted likely'],
  },
  {
    name: 'what we say is not taken any more',
    port: 80,
    sent: 'EPIPE',
    result: 'found',
    claims: [
      'resets-at-once proven',
      'filter-reject possible',
      'filter-reject possible',
      'intercepted possible',
    ],
  },
  {
    name: 'a connection that breaks on the way',
    port: 80,
    answer: { kind: 'failed', tried: triedOf('EHOSTUNREACH') },
    result: 'found',
    claims: ['data-lost likely'],
  },
  {
    name: 'silence of somebody who greets first',
    port: 22,
    unasked: NOTHING,
    ms: 3_000,
    result: 'found',
    claims: [
      'silent likely',
      'process-stopped possible',
      'reuseport-sibling possible',
      'deferred-accept possible',
    ],
  },
  {
    name: 'silence of somebody who greets first, and SYN-ACKs again',
    port: 22,
    unasked: NOTHING,
    ms: 3_000,
    seen: seen({ frames: known([FROM_FAR, FROM_FAR]) }),
    result: 'found',
    claims: [
      'silent likely',
      'process-stopped possible',
      'reuseport-sibling possible',
      'deferred-accept possible',
    ],
  },
  {
    name: 'silence where nobody knows what to ask',
    port: 40_000,
    unasked: NOTHING,
    result: 'fine',
    claims: [],
  },
  {
    name: 'silence after an acknowledgement',
    port: 80,
    answer: NOTHING,
    ms: 3_000,
    result: 'found',
    claims: ['silent likely', 'process-stopped possible', 'reuseport-sibling possible'],
  },
  {
    name: 'a second SYN-ACK, but what we said was taken',
    port: 80,
    answer: NOTHING,
    ms: 3_000,
    seen: seen({ frames: known([FROM_FAR, FROM_FAR]) }),
    result: 'found',
    claims: ['silent likely', 'process-stopped possible', 'reuseport-sibling possible'],
  },
  {
    name: 'what we say is never acknowledged',
    port: 80,
    answer: NOTHING,
    ms: 3_000,
    seen: seen({ tcp: known(progress({ unacked: 1, retransmits: 4 })) }),
    result: 'found',
    claims: ['data-lost proven'],
  },
  {
    name: 'what we say was sent twice',
    port: 80,
    answer: NOTHING,
    ms: 3_000,
    seen: seen({ tcp: known(progress({ unacked: 1, retransmits: 1 })) }),
    result: 'found',
    claims: ['data-lost likely'],
  },
  {
    name: 'silence, and nobody tells what was acknowledged',
    port: 80,
    answer: NOTHING,
    ms: 3_000,
    seen: seen({ tcp: unknown('unsupported'), frames: unknown('denied') }),
    result: 'found',
    claims: ['silent likely', 'process-stopped possible', 'reuseport-sibling possible', 'data-lost possible'],
  },
]

for (const {
  name,
  port,
  said,
  unasked = NOTHING,
  answer,
  sent,
  ms = 5,
  seen: was = seen(),
  claims,
  result,
} of ROWS)
  test(name, () => {
    const expected = at(port, said)
    const spoke = answer !== undefined || sent !== undefined
    const talk: Conversation = {
      ...(expected === undefined ? {} : { expected }),
      unasked,
      ...(spoke
        ? {
            said: {
              bytes: ascii('GET / HTTP/1.1\r\n'),
              sent: sent === undefined ? { kind: 'yes' } : triedOf(sent),
            },
          }
        : {}),
      ...(answer === undefined ? {} : { answer }),
      ms,
      seen: was,
    }
    const judged = judgeConversation(talk, { address: PEER })
    const told = (judged.claims ?? [])
      .filter(({ is }) => is !== 'excluded')
      .map(({ code, is }) => `${code} ${is}`)
    assert.deepEqual([judged.result, told], [result, claims], judged.says)
    assert.ok(judged.says.length > 5 && !/undefined|NaN/.test(judged.says), judged.says)
  })
