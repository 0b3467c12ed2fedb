/**
 * The way of the first packet through all hosts that are seen, and the way of its answer, foreseen from their rules, routes,
 * neighbours and sockets. Nothing is sent.
 */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { isFault } from '../../../model/fault.ts'
import { type FlowQuestion, parseFlowQuestion } from '../../firewall/live.ts'
import { traceNetwork } from '../../trace/trace.ts'
import type { Inquiry } from '../inquiry.ts'
import { answerThrough } from './answer-through.ts'
import type { FollowedWay } from './followed-way.ts'
import { NO_SOURCE, sourceOf } from './source-of.ts'
import { viewsNet } from './views-net.ts'

/** The flow of the attempt as it was made, or as it would be made; undefined where nobody knows where it would come from. */
export function flowOf(inquiry: Inquiry): FlowQuestion | undefined {
  const { to, target } = inquiry
  const source = sourceOf(inquiry)
  if (source === undefined) return undefined
  return parseFlowQuestion(`${target.protocol} ${formatEndpoint(source)} -> ${formatEndpoint(to)}`)
}

/** Why there is none, as a sentence without its end. */
export async function followWay(inquiry: Inquiry): Promise<FollowedWay | string> {
  const question = flowOf(inquiry)
  if (question === undefined) return NO_SOURCE
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
