/** What the other end says once the connection stands. */
import type { AddressCheck } from '../check.ts'
import { converse } from '../conversation.ts'
import { isOpen } from '../inquiry.ts'
import { judgeConversation } from '../judge-conversation.ts'
import { spokenAt } from '../spoken-at.ts'

/** How long an answer, or a greeting, may take, milliseconds. */
export const PATIENCE_MS = 2_500
/** Who asks for a longer time has it here, less what the connection may have taken, milliseconds. */
const CONNECTED_MS = 400
/** With less time, silence would mean nothing: so much is taken even where none is left. */
export const LEAST_MS = 1_000
/** Who closes or resets at once does it within a round trip, and this. */
const LISTEN_MS = 25

export const conversation: AddressCheck = {
  name: 'conversation',
  phase: 'after',
  asks: 'What does it say once the connection stands?',
  gathers: [
    'a greeting, where the protocol has one',
    'the answer to a harmless first message of the protocol that is usual there, or that was said',
    'whether it ends or resets the connection, and with how many hops left',
    'what is acknowledged and sent again (tcp_info)',
  ],
  concludes: [
    'plain-on-tls',
    'other-protocol',
    'closes-at-once',
    'resets-at-once',
    'intercepted',
    'filter-reject',
    'data-lost',
    'silent',
    'process-stopped',
    'reuseport-sibling',
    'deferred-accept',
    'slow',
  ],
  applies: inquiry => isOpen(inquiry) && spokenAt(inquiry.target)?.tls !== true,
  async run({ target, address, facts, os, options, signal, left }) {
    const { attempt, seen } = facts.tried!
    const rtt = (seen.tcp.known ? seen.tcp.value.rtt : undefined) ?? attempt.ms
    const talk = await converse(attempt, spokenAt(target), {
      host: String(target.host),
      patienceMs: Math.max(
        LEAST_MS,
        Math.min(Math.max(PATIENCE_MS, options.timeoutMs - CONNECTED_MS), left()),
      ),
      listenMs: Math.min(500, 2 * rtt + LISTEN_MS),
      now: () => os.clock.monotonic(),
      signal,
    })
    facts.talk = talk
    return judgeConversation(talk, { address, local: facts.local === true })
  },
}
