/** A packet's way as a drawing: one line down, a stage at each knot, and what came of it at the end. */
import type { Packet } from '../../../model/filter/packet.ts'
import { sameEnds } from '../../../model/path/stages.ts'
import type { Trace, TraceStage } from '../../../tools/trace/trace.ts'
import { ENDS } from '../firewall/flow-text.ts'
import { clean } from '../render/clean.ts'
import type { Paint, Style } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { endsText } from './packet-ends.ts'
import { ruleText } from './stage-columns.ts'
import { isUnanswered, receiverWords, stageWords } from './stage-words.ts'

const NAME = 14

export function traceText(trace: Trace, paint: Paint, width: number): string {
  const { question, from, stages } = trace
  const lines = [
    `${clean(question.text)}${from === null ? ', made here' : `, in by ${clean(from)}`}`,
    ...stages.flatMap((stage, i) =>
      stageLines(trace, stage, (stages[i - 1] ?? question).packet, paint, width),
    ),
    endLine(trace, paint, width),
    ...unknownLines(trace, width),
  ]
  return `${lines.join('\n')}\n`
}

export const unknownLines = ({ decision }: Pick<Trace, 'decision'>, width: number): readonly string[] =>
  decision.unknown.map(
    ({ expression, ifTrue, ifFalse }) =>
      `  ${wrap(`not known: ${clean(expression)}; ${ifTrue} if it holds, ${ifFalse} if not`, width, 4, 2).join('\n')}`,
  )

const LOUD: ReadonlySet<string> = new Set(['dropped', 'rejected', 'unmapped'])

export function stageLines(
  trace: Pick<Trace, 'from'>,
  stage: TraceStage,
  before: Packet,
  paint: Paint,
  width: number,
): string[] {
  const { did, rule } = stage
  const bad = LOUD.has(did.kind) || (did.kind === 'checked' && did.answer !== 'passed')
  const style: Style | undefined = bad
    ? 'danger'
    : did.kind === 'translated' || did.kind === 'mapped'
      ? 'accent'
      : undefined
  const said = clean(stageWords(stage, trace))
  const text = wrap(`${stage.stage.padEnd(NAME)}${said}`, width - 2, NAME, 0)
  const more = rule === undefined ? [] : wrap(`by ${clean(ruleText(rule))}`, width - 2 - NAME, 2, 0)
  const moved = !sameEnds(before, stage.packet)
  return [
    ...text.map((line, i) => `${i === 0 ? '├' : '│'} ${paint(line, style)}`),
    ...more.map(line => `│ ${' '.repeat(NAME)}${paint(line, 'dim')}`),
    ...(moved ? [`│ ${' '.repeat(NAME)}${paint(endsText(stage.packet), 'accent')}`] : []),
  ]
}

function endLine(trace: Trace, paint: Paint, width: number): string {
  const [said, style] = endWords(trace)
  return wrap(`╰ ${paint(said, style)}`, width, 2, 0).join('\n')
}

export function endWords({
  decision: { kind },
  end,
  receiver,
  stages,
}: Pick<Trace, 'decision' | 'end' | 'receiver' | 'stages'>): readonly [string, Style] {
  if (kind === 'depends' || kind === 'unsupported')
    return [`${kind}: it gets there or not, by what is not known here`, 'warn']
  if (end === 'reverse-path') return ['dropped before it is routed: the sender hears nothing', 'danger']
  if (kind === 'drop' && end === 'filtered') return ['dropped: the sender hears nothing and waits', 'danger']
  if (kind === 'reject') return ['rejected: the sender is told', 'danger']
  if (end === 'delivered')
    return receiver?.kind === 'nobody'
      ? ['nobody waits for it', 'danger']
      : [`gets to ${clean(receiverWords(receiver!))}`, 'good']
  if (end === 'sent')
    return isUnanswered(stages.at(-1))
      ? ['on its way, to somebody who doesn’t answer: it is lost unless that changes', 'warn']
      : ['on its way', 'good']
  return [end === 'filtered' ? kind : ENDS[end], 'danger']
}
