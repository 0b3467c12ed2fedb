/** What would be done to free a port, and what came of it, in words. */
import { formatEndpointSpec } from '../../../model/endpoint.ts'
import type { Finding } from '../../../model/finding.ts'
import { serviceText } from '../../../model/service.ts'
import {
  type Holder,
  nobodyHolds,
  type Step,
  type StepResult,
  type StopPlan,
  type StopResult,
  stepText,
} from '../../../tools/stop/stop.ts'
import { clean } from '../render/clean.ts'
import type { StopFlags } from '../specs/stop.ts'

/** The whole plan of one port. */
export function planLines(plan: StopPlan, flags: Pick<StopFlags, 'signal' | 'timeout' | 'force'>): string {
  const { steps, connections, findings } = plan
  const port = portText(plan)
  const lines: string[] = []
  if (nobodyHolds(plan)) lines.push(`${port} is held by nobody`)
  for (const holder of plan.holders)
    lines.push(`${port} is held by ${holderText(holder)}`, `  ${holder.command}`)
  if (connections > 0 && steps.length > 0)
    lines.push(`  ${connections} ${connections === 1 ? 'connection' : 'connections'} through it would break`)
  for (const finding of findings) lines.push(...findingLines(finding))
  for (const step of steps) lines.push(`  would do: ${stepLine(step, flags)}`)
  return `${lines.map(clean).join('\n')}\n`
}

const portText = ({ asked }: StopPlan): string =>
  asked.protocol === undefined && asked.host === undefined ? `port ${asked.port}` : formatEndpointSpec(asked)

const holderText = ({ process, user, role }: Holder): string =>
  `${nameText(process)}, ${user ?? `user ${process.uid}`}, ${role === 'creator' ? 'who opened it' : 'who has it from its parent'}`

const nameText = ({ name, pid }: Holder['process']): string => `${name} (pid ${pid})`

function stepLine(
  step: Step,
  { signal, timeout, force }: Pick<StopFlags, 'signal' | 'timeout' | 'force'>,
): string {
  if (step.kind === 'service')
    return `${stepText(step)}, as ${serviceText(step.service)} would be started again else`
  const then = force ? ', then SIGKILL' : ''
  return `${stepText(step, `SIG${signal ?? 'TERM'}`)}, wait up to ${timeout / 1000} s${then}`
}

/** What is to be ended, for the question. */
export const whatText = (step: Step): string =>
  step.kind === 'signal' ? nameText(step.holder.process) : serviceText(step.service)

const findingLines = ({ says, remedy }: Finding): string[] =>
  remedy === undefined ? [`  ${says}`] : [`  ${says}`, `    ${remedy}`]

/** What was done, and who has the port now. */
export function resultLines(result: StopResult, flags: Pick<StopFlags, 'signal'>): string {
  const { plan, steps, verdict, successors } = result
  if (verdict === 'nobody') return ''
  const port = portText(plan)
  const lines = steps.map(step => outcomeText(step, flags))
  if (verdict === 'freed') lines.push(`${port} is free`)
  for (const { pid, name, fresh, restartedBy } of successors) {
    const who = pid === null ? name : `${name} (pid ${pid})`
    const again =
      restartedBy === undefined ? '' : `, started by ${restartedBy.name} (pid ${restartedBy.pid}) again`
    lines.push(`${port} ${fresh ? 'was taken over' : 'is still held'} by ${who}${again}`)
  }
  return `${lines.map(clean).join('\n')}\n`
}

export function outcomeText(
  { step, outcome, killed }: StepResult,
  { signal }: Pick<StopFlags, 'signal'>,
): string {
  const who = whatText(step)
  const sent = `SIG${signal ?? 'TERM'}`
  switch (outcome.kind) {
    case 'ended':
      return killed ? `${who} was killed` : `${who} has ended`
    case 'running':
      return `${who} still runs after ${sent}; --force kills it`
    case 'gone':
      return `${who} had ended before; nothing was sent`
    case 'another':
      return `${who} had ended, and another process has its pid; nothing was sent`
    case 'let-go':
      return `${who} no longer holds the port; nothing was sent`
    case 'stopped':
      return `${who} was stopped`
    default:
      return `${who} could not be ended: ${outcome.says}`
  }
}
