/** The attempt itself: how it ended, when, and what was seen of it. */
import { type AddressCheck, fine, found, untold } from '../check.ts'

export const attemptCheck: AddressCheck = {
  name: 'attempt',
  phase: 'attempt',
  asks: 'How does an attempt end?',
  gathers: [
    'connect(2)',
    'ICMP errors (IP_RECVERR)',
    'frames of the attempt, where we may see them',
    'tcp_info',
  ],
  concludes: [],
  async run(inquiry) {
    const { facts, target, to, options } = inquiry
    const request = { protocol: target.protocol, to, watch: true } as const
    facts.triedAt = inquiry.os.clock.monotonic()
    const attempt = await inquiry.attempt(request)
    const seen = await attempt.seen()
    const { kind, code = '' } = attempt.outcome
    facts.tried = { request, attempt, seen, silent: kind === 'timed-out' }
    const ms = attempt.ms.toFixed(attempt.ms < 10 ? 1 : 0)
    if (kind === 'yes')
      return fine(
        target.protocol === 'udp'
          ? 'a socket could be connected, which asks nobody'
          : `connected in ${ms} ms`,
      )
    if (kind === 'timed-out') return found(`nothing came back in ${options.timeoutMs} ms`, [])
    if (code === 'ENOSYS') return untold('this host can’t try it')
    return found(`${code || kind} ${attempt.atOnce ? 'at once, without waiting' : `after ${ms} ms`}`, [])
  },
}
