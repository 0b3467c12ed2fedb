/** A plan, or what came of one, as data. */
import { formatEndpointSpec } from '../../../model/endpoint.ts'
import {
  type Holder,
  type Step,
  type StepResult,
  type StopPlan,
  type StopResult,
  stepText,
} from '../../../tools/stop/stop.ts'
import type { Column } from '../render/column.ts'

type Row = StopPlan | StopResult

const planOf = (row: Row): StopPlan => ('plan' in row ? row.plan : row)
const verdictOf = (row: Row): string => ('plan' in row ? row.verdict : 'planned')

export const stopColumns: readonly Column<Row>[] = [
  { key: 'port', title: 'PORT', value: row => formatEndpointSpec(planOf(row).asked) },
  { key: 'verdict', title: 'VERDICT', value: verdictOf },
  {
    key: 'holders',
    title: 'HOLDERS',
    value: row =>
      planOf(row)
        .holders.map(({ process }) => `${process.name} ${process.pid}`)
        .join(', ') || null,
  },
  {
    key: 'steps',
    title: 'STEPS',
    value: row =>
      planOf(row)
        .steps.map(step => stepText(step))
        .join('; ') || null,
  },
  {
    key: 'held-by',
    title: 'HELD BY',
    value: row =>
      'plan' in row
        ? row.successors.map(({ name, pid }) => `${name} ${pid ?? ''}`.trim()).join(', ') || null
        : null,
  },
]

export function stopItem(row: Row): object {
  const { asked, holders, findings, connections, steps } = planOf(row)
  const { protocol = null, host = null, port } = asked
  return {
    asked: { protocol, host, port },
    verdict: verdictOf(row),
    holders: holders.map(holderItem),
    connections,
    steps: 'plan' in row ? row.steps.map(resultItem) : steps.map(stepItem),
    ...('plan' in row ? { heldBy: row.successors } : {}),
    findings,
  }
}

const holderItem = ({ process, command, user, role, protocols, refused }: Holder) => ({
  pid: process.pid,
  name: process.name,
  command,
  startedAt: new Date(process.startedAt).toISOString(),
  uid: process.uid,
  ...(user === undefined ? {} : { user }),
  role,
  protocols,
  ...(process.unit === undefined ? {} : { unit: process.unit }),
  ...(process.container === undefined ? {} : { container: process.container }),
  refused: refused !== null,
})

const stepItem = (step: Step) => ({
  kind: step.kind,
  says: stepText(step),
  pids: step.kind === 'signal' ? [step.holder.process.pid] : step.holders.map(({ process }) => process.pid),
})

const resultItem = ({ step, outcome, killed }: StepResult) => ({
  ...stepItem(step),
  outcome: outcome.kind,
  killed,
  ...('says' in outcome ? { reason: outcome.says } : {}),
})
