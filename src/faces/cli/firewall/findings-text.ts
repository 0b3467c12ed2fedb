/** Findings for people: the verdict of each, where it stands, the evidence and what to do. */
import type { Finding } from '../../../model/finding.ts'
import { clean } from '../render/clean.ts'
import type { Paint, Style } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { wrap } from '../render/wrap.ts'

const STYLES: Readonly<Record<Finding['severity'], Style>> = {
  note: 'dim',
  low: 'accent',
  medium: 'warn',
  high: 'danger',
  critical: 'danger',
}

export function findingsText(findings: readonly Finding[], paint: Paint, width: number): string {
  return findings.map(finding => findingText(finding, paint, width)).join('\n')
}

function findingText(
  { severity, code, says, subject, where, evidence, remedy }: Finding,
  paint: Paint,
  width: number,
): string {
  const lines = [`${paint(severity, STYLES[severity])} ${code}`]
  const say = (text: string, style?: Style): void => {
    lines.push(
      ...wrap(clean(text), width, 4, 2).map((line, i) => `${i === 0 ? '  ' : ''}${paint(line, style)}`),
    )
  }
  say(says)
  if (!evidence.some(one => one.source === subject))
    say(where === undefined ? subject : `${where}: ${subject}`, 'dim')
  for (const one of evidence) say(`${one.source}: ${one.says}`)
  if (remedy !== undefined) say(remedy, 'accent')
  return `${lines.join('\n')}\n`
}

export const findingColumns: readonly Column<Finding>[] = [
  { key: 'severity', title: 'SEVERITY', value: ({ severity }) => severity },
  { key: 'code', title: 'CODE', value: ({ code }) => code },
  { key: 'where', title: 'WHERE', value: ({ where }) => where ?? null },
  { key: 'subject', title: 'SUBJECT', value: ({ subject }) => subject },
  { key: 'says', title: 'SAYS', value: ({ says }) => says },
  {
    key: 'evidence',
    title: 'EVIDENCE',
    value: ({ evidence }) =>
      evidence.length === 0 ? null : evidence.map(({ source, says }) => `${source}: ${says}`).join('; '),
  },
]
