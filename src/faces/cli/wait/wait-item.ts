/** What came of waiting for a target, as a row and as data. */
import type { TargetResult } from '../../../tools/wait/wait.ts'
import type { Column } from '../render/column.ts'

export const waitColumns: readonly Column<TargetResult>[] = [
  { key: 'target', title: 'TARGET', value: ({ target }) => target.text },
  { key: 'ready', title: 'READY', value: ({ ready }) => (ready ? 'yes' : 'no') },
  {
    key: 'waited',
    title: 'WAITED',
    value: ({ waitedMs }) => `${(waitedMs / 1000).toFixed(1)} s`,
    align: 'right',
  },
  { key: 'why', title: 'WHY', value: ({ reason }) => reason.says, truncate: 'end' },
]

export const waitItem = ({ target, ready, reason, waitedMs, attempts }: TargetResult) => ({
  target: target.text,
  kind: target.kind,
  ready,
  reason,
  waitedMs: Math.round(waitedMs),
  attempts,
})
