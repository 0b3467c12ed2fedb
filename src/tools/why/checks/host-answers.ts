/** Whether the target's host answers to anything else, an echo request or another port, and from how far away. */
import { unmap, withoutZone } from '../../../model/address.ts'
import type { Port } from '../../../model/port.ts'
import type { Attempt, SeenFrame } from '../../../os/attempt.ts'
import { type AddressCheck, type CheckResult, fine, untold } from '../check.ts'
import { AT_THE_HOST, type HostSign, nearerOrFarther, reachedHost, WHOLE_HOST } from '../host-sign.ts'
import type { Inquiry } from '../inquiry.ts'
import { isDecided } from '../rank.ts'

const ECHO_MS = 900
const SIBLING_MS = 900

export const hostAnswers: AddressCheck = {
  name: 'host-answers',
  phase: 'after',
  asks: 'Does the host answer to anything else, and from how far away?',
  gathers: [
    'an echo request',
    'one attempt at a port where hardly anybody listens',
    'hop limits of the answers',
  ],
  concludes: [
    ...WHOLE_HOST,
    ...AT_THE_HOST,
    'filter-reject',
    'nearer-box',
    'address-conflict',
    'nat-backend-closed',
  ],
  applies: ({ facts, target, suspects }) =>
    target.protocol === 'tcp' &&
    facts.local !== true &&
    !isDecided(suspects) &&
    (facts.outcome?.back === 'reset' || (facts.outcome?.ended === 'silent' && facts.outcome.left !== false)),
  async run(inquiry) {
    const refused = inquiry.facts.outcome?.back === 'reset'
    const sign = (await echo(inquiry)) ?? (await sibling(inquiry))
    if (!refused) inquiry.facts.heard = sign !== undefined
    if (sign === undefined) return untold('it answers neither an echo request nor another port')
    return refused ? compared(inquiry, sign) : reachedHost(inquiry, sign)
  },
}

async function echo({ os, address, options, facts, signal }: Inquiry): Promise<HostSign | undefined> {
  facts.ping = await os.reach.ping(
    {
      to: address,
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    { timeoutMs: ECHO_MS, signal },
  )
  const { kind, ms, hops } = facts.ping
  if (kind !== 'yes') return undefined
  const time = ms === undefined ? '' : ` in ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  return {
    says: `it answers an echo request${time}`,
    source: 'ping',
    ...(hops === undefined ? {} : { hops }),
  }
}

/** tcpmux (RFC 1078) and compressnet: registered, and hardly ever used. */
const RARE = [1, 2] as const

async function sibling(inquiry: Inquiry): Promise<HostSign | undefined> {
  const { to } = inquiry
  const port = RARE.find(one => one !== to.port)! as Port
  const attempt = await inquiry.attempt({ to: { ...to, port }, watch: true }, SIBLING_MS)
  const { kind } = attempt.outcome
  const frame = await answerOf(attempt, inquiry)
  const icmp = await attempt.seen()
  const told = icmp.icmp.known && icmp.icmp.value.length > 0
  if (kind !== 'yes' && (kind !== 'refused' || told)) return undefined
  return {
    says: `its port ${port} ${kind === 'yes' ? 'takes a connection' : 'answers with a reset'}`,
    source: `tcp port ${port}`,
    ...(frame === undefined ? {} : { hops: frame.hops }),
  }
}

/** The reset or SYN-ACK as it came in. */
async function answerOf(attempt: Attempt, { address }: Inquiry): Promise<SeenFrame | undefined> {
  const { frames } = await attempt.seen()
  if (!frames.known) return undefined
  const asked = unmap(withoutZone(address))
  return frames.value.find(
    ({ way, flags = '', source }) =>
      way === 'in' && /[SR]/.test(flags) && unmap(withoutZone(source)) === asked,
  )
}

async function compared(inquiry: Inquiry, sign: HostSign): Promise<CheckResult> {
  const reset = await answerOf(inquiry.facts.tried!.attempt, inquiry)
  if (reset === undefined || sign.hops === undefined) return fine(sign.says)
  return nearerOrFarther(inquiry, { ...sign, hops: sign.hops }, reset.hops)
}
