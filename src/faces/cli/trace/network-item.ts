/** A packet's way through a network as JSON has it: stages say their host, and there is a list of hosts. */
import type { NetworkTrace, Walk } from '../../../tools/trace/trace.ts'
import { decisionItem } from '../firewall/decision-item.ts'
import { flowProtocol } from '../firewall/flow-item.ts'
import { networkVerdict } from './network-verdict.ts'
import { endsOf } from './packet-ends.ts'
import { deliveredTo, stageItem } from './trace-item.ts'

export function networkItem(trace: NetworkTrace): object {
  const { question, reply, hops } = trace
  const last = hops.at(-1)
  const { rejectWith, rule, policy, unknown } = decisionItem(last!.decision)
  return {
    flow: { protocol: flowProtocol(question.packet), ...endsOf(question.packet) },
    text: question.text,
    in: null,
    ...walkItem(trace),
    rejectWith,
    rule,
    policy,
    unknown,
    tracked: hops.every(({ tracked }) => tracked),
    deliveredTo: deliveredTo(last?.receiver),
    ...(reply === undefined
      ? {}
      : {
          reply:
            reply === null
              ? null
              : {
                  flow: { protocol: flowProtocol(reply.packet), ...endsOf(reply.packet) },
                  ...walkItem(reply),
                  fits: reply.fits,
                },
        }),
  }
}

const walkItem = (walk: Walk): object => ({
  stages: walk.hops.flatMap(hop => hop.stages.map(stage => ({ host: hop.host, ...stageItem(stage, hop) }))),
  hops: walk.hops.map(({ host, from, to, packet, end, decision }) => ({
    host,
    in: from,
    out: to,
    flow: { protocol: flowProtocol(packet), ...endsOf(packet) },
    verdict: decision.kind,
    end,
  })),
  verdict: networkVerdict(walk),
  end: walk.end,
})
