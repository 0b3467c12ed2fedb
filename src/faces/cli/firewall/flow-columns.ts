/** The answers about flows as columns, for pipes and CSV. */
import type { FlowAnswer } from '../../../tools/firewall/firewall.ts'
import type { Column } from '../render/column.ts'
import { rejectText } from './decision-item.ts'
import { decidedBy } from './decision-text.ts'
import { ENDS } from './flow-text.ts'

export const flowColumns: readonly Column<FlowAnswer>[] = [
  { key: 'verdict', title: 'VERDICT', value: ({ decision }) => decision.kind },
  { key: 'wanted', title: 'WANTED', value: ({ question }) => question.wanted ?? null },
  { key: 'flow', title: 'FLOW', value: ({ question }) => question.text },
  {
    key: 'by',
    title: 'BY',
    value: ({ decision, end }) => (end === undefined ? decidedBy(decision) : ENDS[end]),
  },
  {
    key: 'answer',
    title: 'ANSWER',
    value: ({ decision: { rejectWith } }) => (rejectWith === undefined ? null : rejectText(rejectWith)),
  },
  {
    key: 'unknown',
    title: 'UNKNOWN',
    value: ({ decision: { unknown } }) =>
      unknown.length === 0 ? null : unknown.map(({ expression }) => expression).join('; '),
  },
]
