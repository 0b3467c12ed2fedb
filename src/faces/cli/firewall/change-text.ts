/** What is done to our table, or was, in words. */
import { OWN_TABLE } from '../../../model/filter/own-table.ts'
import type { Finding } from '../../../model/finding.ts'
import type { OS } from '../../../os/os.ts'
import { type ApplyResult, endText, secondsLeft, type TrialAnswer } from '../../../tools/apply/apply.ts'
import { clean } from '../render/clean.ts'
import { counted } from '../render/counted.ts'

export function applyLines(os: OS, result: ApplyResult, windowMs: number | null): string {
  const { verdict, what, before, after, trial, findings } = result
  const lines: string[] = []
  switch (verdict) {
    case 'planned':
      lines.push(`would ${what}: ${changeText(before, after)}`)
      lines.push('  nft takes the new rules, and the way back')
      lines.push(...(windowMs === null ? [] : [trialLine(windowMs)]), ...keptLines(result))
      break
    case 'on-trial':
      lines.push(`on trial: ${what}`)
      lines.push(`  rolled back in ${secondsLeft(os, trial!)} s unless confirmed; log in anew and type:`)
      lines.push('  ports fw confirm', ...keptLines(result))
      break
    case 'applied':
      lines.push(`done: ${what}`, ...keptLines(result))
      break
    case 'unchanged':
      lines.push(`nothing to do: ${OWN_TABLE} is like that already`)
      break
    case 'refused':
      lines.push(`refused: ${what}`)
  }
  return text([...lines, ...findings.flatMap(findingLines)])
}

/** How it is kept over a reboot. */
export const keptLines = ({ verdict, kept }: ApplyResult): string[] =>
  kept.length === 0
    ? []
    : [`  kept over a reboot${verdict === 'applied' ? '' : ', once it is confirmed'}: ${kept.join('; ')}`]

const trialLine = (windowMs: number | null): string =>
  `  on trial: rolled back after ${(windowMs ?? 0) / 1000} s unless "ports fw confirm" is typed in a new login`

const changeText = (before: string | null, after: string | null): string =>
  `the table ${OWN_TABLE}, now ${sizeText(before)}, becomes ${sizeText(after)}`

const sizeText = (listing: string | null): string =>
  listing === null ? 'not there' : counted(listing.trimEnd().split('\n').length, 'line')

export function answerLines(os: OS, { verdict, trial, last, findings }: TrialAnswer): string {
  const lines: string[] = []
  switch (verdict) {
    case 'confirmed':
      lines.push(`confirmed: ${last!.what}`)
      break
    case 'refused':
    case 'undecided':
      lines.push(`not confirmed: ${trial!.what}, ${secondsLeft(os, trial!)} s are left`)
      break
    case 'too-late':
      lines.push(`too late: ${endText(last!)}, at ${time(last!.endedAt)}`)
      break
    case 'rolled-back':
      lines.push(`rolled back: ${last!.what}`)
      break
    case 'pending':
      lines.push(`on trial: ${trial!.what}, since ${time(trial!.begunAt)}`)
      lines.push(`  begun by process ${trial!.by.pid} (user ${trial!.by.uid}) from ${trial!.by.from}`)
      lines.push(`  rolled back in ${secondsLeft(os, trial!)} s unless confirmed`)
      break
    case 'none':
      lines.push('nothing is on trial')
      if (last !== null) lines.push(`  last: ${endText(last)}, at ${time(last.endedAt)}`)
  }
  const told = verdict === 'too-late' ? [] : findings
  return text([...lines, ...told.flatMap(findingLines)])
}

export const findingLines = ({ says, remedy }: Finding): string[] =>
  remedy === undefined ? [`  ${says}`] : [`  ${says}`, `    ${remedy}`]

export const text = (lines: readonly string[]): string => `${lines.map(clean).join('\n')}\n`

const time = (at: number): string => new Date(at).toISOString()
