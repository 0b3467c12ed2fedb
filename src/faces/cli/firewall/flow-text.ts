/** The answer about a flow for people. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import type { FlowAnswer } from '../../../tools/firewall/firewall.ts'
import type { Paint } from '../render/colour.ts'
import { decisionText } from './decision-text.ts'

export function flowText(answer: FlowAnswer, paint: Paint, width: number): string {
  const { question, decision, way, end, translated } = answer
  const notes: string[] = []
  if (question.wanted !== undefined && question.wanted !== decision.kind)
    notes.push(`  ${paint(`wanted: ${question.wanted}`, 'danger')}`)
  if (end !== undefined) notes.push(`  ${paint(ENDS[end], 'warn')}`)
  if (translated !== undefined) {
    const { source, destination } = translated
    notes.push(`  translated to ${formatEndpoint(source)} > ${formatEndpoint(destination)}`)
  }
  const said = decisionText(`${question.text} (${WAYS[way]})`, decision, paint, width)
  return notes.length === 0 ? said : `${said}${notes.join('\n')}\n`
}

const WAYS = {
  in: 'to this machine',
  through: 'through this machine',
  out: 'made by this machine',
  hook: 'at that hook only',
} as const

/** Why a packet gets nowhere although no rule is against it. */
export const ENDS = {
  'no-route': 'no rule is against it, but no route leads there',
  'not-forwarding': 'no rule is against it, but this machine passes nothing on: forwarding is off',
  expired: 'no rule is against it, but its time to live is over',
  returned: 'no rule is against it, but a bridge sends nothing back by the port that it came in by',
  'not-addressed': 'no rule is against it, but its frame is for another hardware address or VLAN',
} as const
