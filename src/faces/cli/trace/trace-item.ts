/** A packet's way as JSON has it. */
import type { Receiver, Trace, TraceStage } from '../../../tools/trace/trace.ts'
import { decisionItem, ruleItem } from '../firewall/decision-item.ts'
import { flowProtocol } from '../firewall/flow-item.ts'
import { endsOf } from './packet-ends.ts'
import { stageWords } from './stage-words.ts'

export function traceItem(trace: Trace): object {
  const { question, stages, decision, end, receiver, from, tracked } = trace
  const { rejectWith, rule, policy, unknown } = decisionItem(decision)
  const protocol = flowProtocol(question.packet)
  return {
    flow: { protocol, ...endsOf(question.packet) },
    text: question.text,
    in: from,
    stages: stages.map(stage => stageItem(stage, trace)),
    verdict: decision.kind,
    rejectWith,
    rule,
    policy,
    unknown,
    end,
    tracked,
    deliveredTo: deliveredTo(receiver),
  }
}

export const stageItem = (stage: TraceStage, trace: Pick<Trace, 'from'>): object => ({
  stage: stage.stage,
  ...(stage.hook === undefined ? {} : { hook: stage.hook }),
  kind: stage.did.kind,
  did: stageWords(stage, trace),
  rule: stage.rule === undefined ? null : ruleItem(stage.rule),
  flow: { protocol: flowProtocol(stage.packet), ...endsOf(stage.packet) },
})

export const deliveredTo = (receiver: Receiver | undefined): object | null =>
  receiver?.kind === 'socket'
    ? { socket: receiver.socket, owners: receiver.socket.owners, oneOf: receiver.oneOf }
    : null
