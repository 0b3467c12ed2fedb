/** Whether it is the packet's source that rules are against. */
import { type Judged, judgeFlow } from '../../firewall/live.ts'
import type { Hop } from '../../trace/trace.ts'

/** The rules stop such a packet wherever it comes from. */
export function barsAnybody({ question, from }: Pick<Hop, 'question' | 'from'>, judged: Judged): boolean {
  const { source: _, sourcePort: __, ...packet } = question.packet
  const anybody = { ...question, packet, ...(from === null ? {} : { inputInterface: from }) }
  const { kind } = judgeFlow(judged, anybody).decision
  return kind === 'drop' || kind === 'reject'
}
