/**
 * What a followed way comes to: for the way there and for the way back, the claim that its end makes. What ends at our own host
 * on the way there is others' business, who look at it more closely.
 */
import type { Packet } from '../../../model/filter/packet.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import { letThrough } from '../advice/let-through.ts'
import type { Claim } from '../suspects.ts'
import { type Direction, type FarContext, legOf } from './far-context.ts'
import { stoppedAt } from './stopped-at.ts'
import { wayEnds } from './way-ends.ts'

export function farClaims(context: FarContext): readonly Claim[] {
  const { trace } = context.way
  const there = endClaims(context, trace, 'there')
  // What is passed on to somebody whom nobody sees may still be answered through those that are.
  const isBeyond = ({ code, is }: Claim): boolean => is === 'possible' && code.startsWith('nat-backend-')
  if (there.some(one => one.is !== 'excluded' && !isBeyond(one))) return there
  return [...there, ...backClaims(context)]
}

function backClaims(context: FarContext): readonly Claim[] {
  const { trace, answer: hops } = context.way
  if (trace.reply != null) return endClaims(context, trace.reply, 'back')
  return hops === undefined ? [] : endClaims(context, { hops, end: endOf(hops.at(-1)!) }, 'back')
}

/** Of a host that has sent it on, nothing is wrong. */
const endOf = ({ end }: Hop): Walk['end'] => (end === 'sent' ? 'delivered' : end)

/** The way there leads through it as well. */
const seesBoth = ({ way }: FarContext, host: string): boolean => way.trace.hops.some(hop => hop.host === host)

/** Without our own end, where another one stands for it by then. */
function knownPart(
  { way, renamed }: FarContext,
  host: string,
  { source, destination, ...packet }: Packet,
  direction: Direction,
): Packet {
  const [leap] = way.leaps
  const { hops } = way.trace
  const isBehind =
    leap !== undefined &&
    hops.findIndex(hop => hop.host === host) > hops.findIndex(hop => hop.host === leap.from)
  const hides = renamed === true && isBehind
  return {
    ...packet,
    ...(source === undefined || (hides && direction === 'there') ? {} : { source }),
    ...(destination === undefined || (hides && direction === 'back') ? {} : { destination }),
  }
}

function endClaims(context: FarContext, walk: Walk, direction: Direction): readonly Claim[] {
  const last = walk.hops.at(-1)
  if (last === undefined) return []
  if (last.host === context.client && direction === 'there') return []
  const { judged } = context.rules.get(last.host)!
  const stopped = stoppedAt(last, judged.ruleset, context.moved.get(last.host))
  const leg = legOf(context, last.host, direction)
  if (stopped !== undefined) {
    const { code, stage, rule, is, because, evidence } = stopped
    return [
      {
        code,
        is,
        because,
        leg,
        where: { host: last.host, stage, rule },
        words: { host: last.host, by: last.host, place: ` of ${last.host} at ${stage}`, rule, stage },
        evidence,
        ...letThrough(
          { ...stopped, packet: knownPart(context, last.host, stopped.packet, direction) },
          judged,
          {
            answer: direction === 'back',
            tracked: seesBoth(context, last.host),
          },
        ),
      },
    ]
  }
  return wayEnds(context, walk, last, direction, leg)
}
