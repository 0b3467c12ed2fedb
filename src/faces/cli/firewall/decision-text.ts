/** A decision for people: the verdict and what it means, the rule that decided, and the way there. */
import type { Decision, Step } from '../../../model/filter/decision.ts'
import { clean } from '../render/clean.ts'
import type { Paint, Style } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { rejectText } from './decision-item.ts'

/** One word of each verdict is coloured. */
const STYLES: Readonly<Record<Decision['kind'], Style>> = {
  accept: 'good',
  drop: 'danger',
  reject: 'danger',
  depends: 'warn',
  unsupported: 'warn',
}

/** `what`: the packet as it was asked about. */
export function decisionText(what: string, decision: Decision, paint: Paint, width: number): string {
  const { kind } = decision
  const said = `${clean(what)}${means(decision)}`
  const lines = [`${paint(kind, STYLES[kind])}: ${wrap(said, width, 2, kind.length + 2).join('\n')}`]
  const by = decidedBy(decision)
  if (by !== '') lines.push(`  by ${wrap(clean(by), width, 5, 5).join('\n')}`)
  for (const one of decision.unknown) {
    const why = one.unsupported ? 'this program doesn’t know' : 'it is not known'
    const ways = `${one.ifTrue} if it holds, ${one.ifFalse} if not`
    lines.push(`  ${wrap(`${why}: ${clean(one.expression)}; ${ways}`, width, 4, 2).join('\n')}`)
  }
  lines.push(...walkLines(decision.walk, paint))
  return `${lines.join('\n')}\n`
}

function means(decision: Decision): string {
  switch (decision.kind) {
    case 'accept':
      return ' passes'
    case 'drop':
      return ' is dropped: the sender hears nothing and waits'
    case 'reject':
      return decision.rejectWith === undefined
        ? ' is rejected'
        : ` is rejected: the sender gets ${rejectText(decision.rejectWith)}`
    case 'depends':
      return ' passes or not, by what is not known here'
    case 'unsupported':
      return ' meets a rule that can’t be judged'
  }
}

/** The rule or the policy that decided; empty where none alone does, and some are against it. */
export function decidedBy({ kind, rule, policy, walk }: Decision): string {
  if (rule !== undefined) {
    const handle = rule.handle === undefined ? `rule ${rule.index + 1}` : `handle ${rule.handle}`
    return `${rule.family} ${rule.table} ${rule.chain}, ${handle}: ${rule.text}`
  }
  if (policy !== undefined) {
    return `${policy.family} ${policy.table} ${policy.chain}: policy ${policy.policy}`
  }
  if (walk.length === 0) return 'no chain stands on its way'
  return kind === 'accept' ? 'every chain on its way lets it through' : ''
}

const SAYS: Readonly<Record<Step['outcome'], string>> = {
  'no-match': 'no match',
  match: 'goes on',
  accept: 'accept',
  drop: 'drop',
  reject: 'reject',
  jump: 'jump',
  goto: 'goto',
  return: 'return',
  queue: 'queue',
  'policy-accept': 'policy accept',
  'policy-drop': 'policy drop',
  end: 'end of chain',
  translate: 'translated',
  forward: 'handed over',
  'assumed-match': 'if it matches',
  'assumed-no-match': 'if it doesn’t',
}

/** Each chain once as a heading, its rules below. */
function walkLines(walk: readonly Step[], paint: Paint): readonly string[] {
  const lines: string[] = []
  let heading = ''
  for (const step of walk) {
    const chain = `${step.hook}: ${step.family} ${step.table} ${step.chain}`
    if (chain !== heading) lines.push(`  ${paint(clean(chain), 'heading')}`)
    heading = chain
    const outcome = SAYS[step.outcome].padEnd(14)
    const style = STYLES[step.outcome.replace('policy-', '') as Decision['kind']] ?? 'dim'
    const because = step.outcome === 'no-match' && step.because !== undefined ? `  (not ${step.because})` : ''
    const text = step.rule === undefined ? '' : `${step.rule.text}${because}`
    lines.push(`    ${paint(outcome, style)} ${clean(text)}`.trimEnd())
  }
  return lines
}
