/** Where this host's own filter stops the first packet of a flow, or the answer to it. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { type FlowQuestion, parseFlowQuestion } from '../../firewall/live.ts'
import { type Trace, traceFlow } from '../../trace/trace.ts'
import { letThrough } from '../advice/let-through.ts'
import { flowOf } from '../far/follow-way.ts'
import { NO_SOURCE } from '../far/source-of.ts'
import { type Stopped, stoppedAt } from '../far/stopped-at.ts'
import type { Inquiry } from '../inquiry.ts'
import { THIS_HOST } from '../view.ts'

export interface OwnStop {
  readonly way: 'leaving' | 'returning'
  readonly stopped: Stopped
  /** How it gets past. */
  readonly advice: ReturnType<typeof letThrough>
  readonly trace: Trace
}

/**
 * Empty where nothing stands in the way. A string says why it can't be told. The flow is that of the attempt, where it had come as far
 * as having an end of its own.
 */
export async function ownStop(inquiry: Inquiry): Promise<readonly OwnStop[] | string> {
  const { client, os, facts, signal } = inquiry
  const question = flowOf(inquiry)
  if (question === undefined) return NO_SOURCE
  const { judged, complete, missing } = await client.rules()
  if (judged.host === undefined) return 'the routes of this host can’t be read'
  const stops: OwnStop[] = []
  const past = (stopped: Stopped, answer: boolean) => letThrough(stopped, judged, { answer, tracked: true })
  facts.leaving ??= await traceFlow(os, judged, question, { signal })
  const { leaving } = facts
  const out = stoppedAt({ ...leaving, host: THIS_HOST }, judged.ruleset, undefined)
  if (out !== undefined)
    stops.push({ way: 'leaving', stopped: out, advice: past(out, false), trace: leaving })
  if (facts.local !== true && leaving.end === 'sent') {
    const back = answerTo(inquiry, question)
    const returning = await traceFlow(os, judged, back, { signal, connections: leaving.connections })
    facts.returning = returning
    const stop = stoppedAt({ ...returning, host: THIS_HOST }, judged.ruleset, undefined)
    if (stop !== undefined)
      stops.push({ way: 'returning', stopped: stop, advice: past(stop, true), trace: returning })
  }
  return stops.length === 0 && !complete ? missing.join('; ') : stops
}

/** The SYN-ACK, or a datagram, as the target would send it. */
function answerTo({ target, facts }: Inquiry, { source, destination }: FlowQuestion): FlowQuestion {
  const route = facts.route?.known === true ? facts.route.value : undefined
  const device = route === undefined || route.kind === 'refused' ? '' : ` in ${route.device}`
  const flags = target.protocol === 'tcp' ? ' flags syn,ack' : ''
  return parseFlowQuestion(
    `${target.protocol} ${formatEndpoint(destination)} -> ${formatEndpoint(source)}${flags}${device}`,
  )
}
