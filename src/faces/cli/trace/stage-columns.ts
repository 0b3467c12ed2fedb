/** A row for each stage. */
import type { Trace, TraceStage } from '../../../tools/trace/trace.ts'
import type { Column } from '../render/column.ts'
import { endsText } from './packet-ends.ts'
import { stageWords } from './stage-words.ts'

export interface StageRow {
  readonly stage: TraceStage
  readonly trace: Trace
}

export const stageColumns: readonly Column<StageRow>[] = [
  { key: 'stage', title: 'STAGE', value: ({ stage }) => stage.stage },
  { key: 'did', title: 'DID', value: ({ stage, trace }) => stageWords(stage, trace) },
  { key: 'rule', title: 'RULE', value: ({ stage: { rule } }) => (rule === undefined ? '' : ruleText(rule)) },
  { key: 'flow', title: 'FLOW', value: ({ stage }) => endsText(stage.packet) },
]

export const ruleText = ({
  family,
  table,
  chain,
  handle,
  index,
  text,
}: NonNullable<TraceStage['rule']>): string =>
  `${family} ${table} ${chain}, ${handle === undefined ? `rule ${index + 1}` : `handle ${handle}`}: ${text}`
