/**
 * The way of the first packet through all hosts that are seen, and the way of its answer, foreseen from their rules, routes,
 * neighbours and sockets. Nothing is sent.
 */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { isFault } from '../../../model/fault.ts'
import type { Port } from '../../../model/port.ts'
import { type FlowQuestion, parseFlowQuestion } from '../../firewall/firewall.ts'
import { traceNetwork } from '../../trace/trace.ts'
import type { Inquiry } from '../inquiry.ts'
import { answerThrough } from './answer-through.ts'
import type { FollowedWay } from './followed-way.ts'
import { viewsNet } from './views-net.ts'

/** What a socket of ours would get, where no attempt has chosen one yet: the first of the dynamic ports (RFC 6335). */
const SOME_PORT = 49_152 as Port

/** The flow of the attempt as it was made, or as it would be made; undefined where nobody knows where it would come from. */
export function flowOf({ facts, to, target, options }: Inquiry): FlowQuestion | undefined {
  const local = facts.tried?.attempt.local
  const route = facts.route?.known === true ? facts.route.value : undefined
  const chosen =
    options.source ?? (route !== undefined && route.kind !== 'refused' ? route.source : undefined)
  const source =
    local?.known === true && local.value.port !== 0
      ? local.value
      : chosen === undefined
        ? undefined
        : { address: chosen, port: SOME_PORT }
  if (source === undefined) return undefined
  return parseFlowQuestion(`${target.protocol} ${formatEndpoint(source)} -> ${formatEndpoint(to)}`)
}

/** Why there is none, as a sentence without its end. */
export async function followWay(inquiry: Inquiry): Promise<FollowedWay | string> {
  const question = flowOf(inquiry)
  if (question === undefined) return 'nobody knows which address it would come from'
  const { views, client, to, signal } = inquiry
  const { address } = question.source
  try {
    const net = await viewsNet(views, { label: client.label, source: address }, to.address)
    const trace = await traceNetwork(net, question, { from: client.label, reply: true, signal })
    const answer = trace.end === 'lost' ? await answerThrough(inquiry, trace.hops) : []
    const targets = views.filter(({ role }) => role === 'target').map(({ label }) => label)
    return {
      question,
      trace,
      leaps: net.leaps,
      targets,
      source: address,
      ...(answer.length === 0 ? {} : { answer }),
    }
  } catch (error) {
    if (!isFault(error)) throw error
    return error.message
  }
}
