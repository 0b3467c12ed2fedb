/**
 * What a conversation comes to: fine, or whom it makes a suspect. Pure.
 *
 * The rows of section 3.10 of RFC 9293 in short: an end is a decision of the program, a reset one of its kernel or of somebody on
 * the way, and silence after an acknowledgement is the program's alone. What our own kernel tells of the connection (tcp_info) says
 * whether what we said was acknowledged.
 */
import type { Address } from '../../model/address.ts'
import type { Received, SeenFrame } from '../../os/attempt.ts'
import { type CheckResult, fine, found, untold } from './check.ts'
import { type Conversation, heardIn } from './conversation.ts'
import { judgeReset } from './judge-reset.ts'
import { firstLine, firstTlsRecord, type Greeting, saysTlsIsWanted, spokenBy } from './protocols/protocols.ts'
import type { Claim } from './suspects.ts'

/** `local`: both ends are this host. */
export interface Peer {
  readonly address: Address
  readonly local?: boolean
}

export function judgeConversation(talk: Conversation, host: Peer): CheckResult {
  const heard = heardIn(talk)
  switch (heard.kind) {
    case 'bytes':
      return judgeWords(talk, heard.bytes)
    case 'end':
      return hungUp(talk)
    case 'failed':
      return broken(talk, host, heard.tried.code ?? heard.tried.kind)
    case 'nothing':
      if (talk.said !== undefined && talk.said.sent.kind !== 'yes')
        return broken(talk, host, talk.said.sent.code ?? talk.said.sent.kind)
      return judgeSilence(talk)
  }
}

function judgeWords({ expected, said, ms }: Conversation, bytes: Uint8Array): CheckResult {
  const greeting = expected?.greeting
  const evidence = [{ source: 'first bytes', says: shown(bytes) }]
  if (firstTlsRecord(bytes) !== undefined || saysTlsIsWanted(text(bytes))) {
    const because = 'the answer to plain text is one of TLS, or asks for it'
    return found(because, [{ code: 'plain-on-tls', is: 'proven', because, evidence }])
  }
  if (greeting?.speaks(bytes)) {
    const says = greeting.says?.(bytes)
    const time = `${Math.round(ms)} ms`
    const quick = fine(`${greeting.title} answers in ${time}${says === undefined ? '' : `: ${says}`}`, SPEAKS)
    return ms < SLOW_MS
      ? quick
      : { ...quick, result: 'found', claims: [...SPEAKS, slowAnswer(greeting, time)] }
  }
  const echo = said !== undefined && bytes.every((byte, i) => byte === said.bytes[i])
  const others = spokenBy(bytes)
  const protocol = echo
    ? 'an echo of what is sent (RFC 862)'
    : others.length === 0
      ? undefined
      : others.map(({ title }) => title).join(' or ')
  if (greeting === undefined || !expected!.firm)
    return fine(`${protocol ?? 'something'} answers: ${shown(bytes)}`, SPEAKS)
  const because = `${greeting.title} is expected, and what answers is ${protocol ?? 'no such server'}`
  return found(because, [
    ...SPEAKS,
    {
      code: 'other-protocol',
      is: others.length > 0 || echo ? 'proven' : 'likely',
      because,
      words: { protocol: protocol ?? 'nothing that is known' },
      evidence,
    },
  ])
}

/** An answer that takes longer is told as slow, milliseconds. */
const SLOW_MS = 2_000

const slowAnswer = ({ title }: Greeting, time: string): Claim => ({
  code: 'slow',
  is: 'likely',
  because: `${title} took ${time} for its first byte`,
  words: { time },
  evidence: [{ source: 'conversation', says: `the first byte came after ${time}` }],
})

/** Who has spoken isn't silent. */
const SPEAKS: readonly Claim[] = (['silent', 'process-stopped', 'data-lost'] as const).map(code => ({
  code,
  is: 'excluded',
  because: 'the program at the other end has answered',
}))

function hungUp({ said, ms }: Conversation): CheckResult {
  const when = said === undefined ? `${Math.round(ms)} ms after it stood` : 'after we had spoken'
  const because = `the other end closed the connection ${when}, without a word`
  return found(because, [
    {
      code: 'closes-at-once',
      is: 'proven',
      because,
      evidence: [{ source: 'recv', says: 'end of the stream' }],
    },
  ])
}

function broken(talk: Conversation, host: Peer, code: string): CheckResult {
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'timed-out')
    return found(`the connection broke: ${code}`, [lost(`the connection broke with ${code}`, 'likely', [])])
  const because = `the connection was reset${talk.said === undefined ? ' before anything was said' : ' when we had spoken'} (${code})`
  const { address, local = false } = host
  const when = talk.said === undefined ? {} : { when: 'when something is said' }
  return found(because, judgeReset({ because, code, seen: talk.seen, address, local, ...when }))
}

const framesIn = (frames: readonly SeenFrame[]): readonly SeenFrame[] =>
  frames.filter(({ way, protocol }) => way === 'in' && protocol === 'tcp')

/** Nothing came in time. */
function judgeSilence({ expected, said, ms, seen }: Conversation): CheckResult {
  const waited = `${(ms / 1000).toFixed(1)} s`
  const greeting = expected?.greeting
  const again = synAcksAgain(seen.frames.known ? seen.frames.value : [])
  const deferred: Claim[] =
    again === 0 || (said !== undefined && wasAcked(seen) === true)
      ? []
      : [
          {
            code: 'deferred-accept',
            is: 'possible',
            because: `the SYN-ACK came ${again + 1} times: the server does not take our acknowledgement for a connection`,
            evidence: [{ source: 'frames', says: `${again + 1} SYN-ACKs` }],
          },
        ]
  if (said === undefined) {
    if (greeting === undefined)
      return fine('the connection stands; it says nothing unasked, and nobody knows what to ask at this port')
    const because = `${greeting.title} greets first (${greeting.source}), and nothing came in ${waited}`
    const evidence = [{ source: 'recv', says: `nothing in ${waited}` }]
    // Who puts off accepting until data comes (TCP_DEFER_ACCEPT) looks like that to everybody who waits for a greeting.
    const waits: Claim = { code: 'deferred-accept', is: 'possible', because, evidence }
    return found(because, [
      ...silence(waited, because, evidence),
      ...(deferred.length > 0 ? deferred : [waits]),
    ])
  }
  const progress = seen.tcp.known ? seen.tcp.value : undefined
  if (progress !== undefined && progress.unacked > 0 && progress.retransmits > 0) {
    const says = `${said.bytes.length} bytes were sent ${progress.retransmits + 1} times in ${waited} and never acknowledged`
    return found(says, [
      lost(says, progress.retransmits > 1 ? 'proven' : 'likely', [{ source: 'tcp_info', says }]),
      ...deferred,
    ])
  }
  const taken = progress !== undefined && progress.unacked === 0
  const because = taken
    ? `the other kernel acknowledged what we said, and nothing was answered in ${waited}`
    : `nothing was answered in ${waited}`
  const claims = silence(waited, because, [{ source: taken ? 'tcp_info' : 'recv', says: because }])
  const untoldLoss: Claim[] = taken ? [] : [lost(because, 'possible', [])]
  return greeting === undefined
    ? untold(because, [...claims, ...untoldLoss])
    : found(because, [...claims, ...untoldLoss, ...deferred])
}

function silence(waited: string, because: string, evidence: Claim['evidence'] = []): readonly Claim[] {
  return [
    { code: 'silent', is: 'likely', because, evidence, words: { within: ` in ${waited}` } },
    { code: 'process-stopped', is: 'possible', because, evidence },
    { code: 'reuseport-sibling', is: 'possible', because, evidence },
  ]
}

const lost = (because: string, is: Claim['is'], evidence: Claim['evidence'] = []): Claim => ({
  code: 'data-lost',
  is,
  because,
  evidence,
})

const wasAcked = ({ tcp }: Conversation['seen']): boolean | undefined =>
  tcp.known ? tcp.value.unacked === 0 : undefined

/** SYN-ACKs behind the first. */
const synAcksAgain = (frames: readonly SeenFrame[]): number =>
  Math.max(
    0,
    framesIn(frames).filter(({ flags = '' }) => flags.includes('S') && flags.includes('A')).length - 1,
  )

/** Whether nothing came although it was asked, or should have greeted. */
export const isSilent = (talk: Conversation): boolean => {
  const heard: Received = heardIn(talk)
  return heard.kind === 'nothing' && (talk.said !== undefined || talk.expected !== undefined)
}

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes.subarray(0, 4096))

/** The first line where it can be read, else the first bytes in hexadecimal. */
function shown(bytes: Uint8Array): string {
  const line = firstLine(bytes)
  if (line !== undefined && line.length > 3) return `“${line}”`
  const digits = [...bytes.subarray(0, 16)].map(byte => byte.toString(16).padStart(2, '0'))
  return digits.join(' ')
}
