/** A change of our table as data: what was asked, how it stands, how it ended. */

import type { OS } from '../../../os/os.ts'
import type { ApplyResult, TrialAnswer } from '../../../tools/apply/apply.ts'
import { secondsLeft } from '../../../tools/apply/apply.ts'
import type { Column } from '../render/column.ts'

export type ChangeRow = ApplyResult | (TrialAnswer & { readonly table?: string | null })

const whatOf = (row: ChangeRow): string | null =>
  'what' in row ? row.what : (row.trial?.what ?? row.last?.what ?? null)

export const changeColumns = (os: OS): readonly Column<ChangeRow>[] => [
  { key: 'verdict', title: 'VERDICT', value: ({ verdict }) => verdict },
  { key: 'what', title: 'CHANGE', value: whatOf },
  {
    key: 'seconds-left',
    title: 'SECONDS LEFT',
    value: ({ trial }) => (trial === null ? null : secondsLeft(os, trial)),
  },
  {
    key: 'findings',
    title: 'FINDINGS',
    value: ({ findings }) => findings.map(({ code }) => code).join(',') || null,
  },
]

export const changeItem =
  (os: OS) =>
  (row: ChangeRow): object => ({
    verdict: row.verdict,
    what: whatOf(row),
    trial:
      row.trial === null
        ? null
        : {
            what: row.trial.what,
            begunAt: new Date(row.trial.begunAt).toISOString(),
            windowMs: row.trial.windowMs,
            secondsLeft: secondsLeft(os, row.trial),
            by: row.trial.by,
          },
    ...('before' in row ? { before: row.before, after: row.after, kept: row.kept } : {}),
    ...('last' in row
      ? {
          last:
            row.last === null
              ? null
              : {
                  what: row.last.what,
                  outcome: row.last.outcome,
                  reason: row.last.reason,
                  endedAt: new Date(row.last.endedAt).toISOString(),
                  by: row.last.by,
                },
        }
      : {}),
    ...('table' in row ? { table: row.table } : {}),
    findings: row.findings,
  })
