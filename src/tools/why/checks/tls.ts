/** Whether TLS can be spoken there, and whether its certificate is good. */

import { isHostAddress } from '../../../model/endpoint.ts'
import { type AddressCheck, type CheckResult, found } from '../check.ts'
import { converse, heardIn } from '../conversation.ts'
import { helloAgain } from '../hello-again.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import { isBrokenOff, judgeBrokenOff, judgeTls } from '../judge-tls.ts'
import { firstLine, firstTlsRecord, spokenBy } from '../protocols/protocols.ts'
import { spokenAt } from '../spoken-at.ts'
import { LEAST_MS } from './conversation.ts'

const PATIENCE_MS = 3_000
/** For a second handshake, where the first had no answer, milliseconds. */
const SECOND_MS = 1_800
/** How long somebody who greets in plain text is waited for after a handshake failed, milliseconds. */
const GREETING_MS = 600

export const tls: AddressCheck = {
  name: 'tls',
  phase: 'after',
  asks: 'Does a handshake of TLS go through, and is the certificate good?',
  gathers: [
    'a handshake with the name as server name, where TLS is usual or was said, or where plain text came to nothing',
    'the certificate: who vouches for it, its names and days',
    'where the handshake broke off without an alert: its first message once more, and how many hops a reset has left',
    'where the handshake failed: what is answered in plain text',
  ],
  concludes: [
    'tls-expired',
    'tls-not-yet-valid',
    'tls-name',
    'tls-untrusted',
    'tls-version',
    'tls-refused',
    'tls-on-plain',
    'plain-on-tls',
    'other-protocol',
    'silent',
    'process-stopped',
    'reuseport-sibling',
    'data-lost',
    'closes-at-once',
    'resets-at-once',
    'intercepted',
    'filter-reject',
    'loss',
  ],
  applies: inquiry =>
    isOpen(inquiry) && (spokenAt(inquiry.target)?.tls === true || endedWithoutWord(inquiry)),
  async run(inquiry) {
    const { os, target, to, options, facts, signal, left } = inquiry
    const shake = (patienceMs: number) =>
      os.reach.tls(
        {
          to,
          ...(isHostAddress(target.host) ? {} : { serverName: target.host.replace(/\.$/, '') }),
          ...(options.source === undefined ? {} : { source: options.source }),
        },
        { timeoutMs: Math.max(LEAST_MS, Math.min(patienceMs, left())), signal },
      )
    const first = await shake(PATIENCE_MS)
    const isRepeated = first.kind === 'timed-out' && left() > 2 * SECOND_MS
    const tried = isRepeated ? await shake(SECOND_MS) : first
    facts.tls = tried
    if (tried.code === 'ENOSYS') return { result: 'unknown', says: 'this host can’t try a handshake of TLS' }
    if (spokenAt(target)?.tls !== true) return afterPlain(tried.kind === 'yes')
    const judged = judgeTls(tried, { name: String(target.host), now: os.clock.now() })
    if (tried.kind === 'yes') return isRepeated ? atLast(judged) : judged
    if (tried.kind === 'timed-out') return judged
    if (!isBrokenOff(tried)) return plainInstead(inquiry, judged)
    const again = await helloAgain(inquiry)
    const { address } = inquiry
    const local = facts.local === true
    return plainInstead(
      inquiry,
      again === undefined ? judged : judgeBrokenOff(judged, again, { address, local }),
    )
  },
}

/** One handshake had no answer, and the next had one. */
function atLast(judged: CheckResult): CheckResult {
  const because = `one handshake of TLS had no answer in time; the next: ${judged.says}`
  const evidence = [{ source: 'tls', says: because }]
  return found(because, [...(judged.claims ?? []), { code: 'loss', is: 'possible', because, evidence }])
}

/** Plain text was answered by an end, a reset, or bytes of TLS. */
const endedWithoutWord = ({ facts }: Inquiry): boolean => {
  const heard = facts.talk?.said === undefined ? undefined : heardIn(facts.talk)
  if (heard?.kind === 'bytes') return firstTlsRecord(heard.bytes) !== undefined
  return heard?.kind === 'end' || heard?.kind === 'failed'
}

function afterPlain(stands: boolean): CheckResult {
  if (!stands) return { result: 'unknown', says: 'TLS is not spoken there, either' }
  const because = 'plain text came to nothing there, and a handshake of TLS goes through'
  const evidence = [{ source: 'tls', says: because }]
  return found(because, [
    { code: 'plain-on-tls', is: 'proven', because, evidence },
    { code: 'closes-at-once', is: 'excluded', because },
    { code: 'resets-at-once', is: 'excluded', because },
    { code: 'intercepted', is: 'excluded', because },
    { code: 'filter-reject', is: 'excluded', because },
  ])
}

/** A handshake that failed: whether somebody there speaks plain text, told from its first bytes. */
async function plainInstead(inquiry: Inquiry, judged: CheckResult): Promise<CheckResult> {
  const { os, target, signal } = inquiry
  const attempt = await inquiry.attempt({ watch: false })
  if (attempt.outcome.kind !== 'yes') return judged
  const expected = spokenAt(target)
  const talk = await converse(attempt, expected && { ...expected, tls: false }, {
    host: String(target.host),
    patienceMs: GREETING_MS,
    listenMs: GREETING_MS / 6,
    now: () => os.clock.monotonic(),
    signal,
  })
  const heard = heardIn(talk)
  if (heard.kind !== 'bytes' || firstTlsRecord(heard.bytes) !== undefined) return judged
  const [other] = spokenBy(heard.bytes)
  const because = `in plain text it answers “${firstLine(heard.bytes) ?? 'something'}”`
  const evidence = [{ source: 'first bytes', says: because }]
  const plain = expected?.greeting.speaks(heard.bytes) === true
  return found(`${judged.says}; ${because}`, [
    { code: 'tls-on-plain', is: 'proven', because, evidence },
    ...(['tls-refused', 'resets-at-once', 'closes-at-once', 'intercepted', 'filter-reject'] as const).map(
      code => ({ code, is: 'excluded', because }) as const,
    ),
    ...(plain || other === undefined
      ? []
      : [
          {
            code: 'other-protocol',
            is: 'proven',
            because,
            words: { protocol: other.title },
            evidence,
          } as const,
        ]),
  ])
}
