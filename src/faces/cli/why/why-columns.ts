/** A diagnosis as one line: for scripts. */
import type { Diagnosis } from '../../../tools/why/why.ts'
import type { Column } from '../render/column.ts'

export const whyColumns: readonly Column<Diagnosis>[] = [
  { key: 'target', title: 'target', value: ({ target }) => target.text },
  { key: 'verdict', title: 'verdict', value: ({ verdict }) => verdict },
  { key: 'cause', title: 'cause', value: ({ causes }) => causes[0]?.code ?? null },
  { key: 'certainty', title: 'certainty', value: ({ causes }) => causes[0]?.certainty ?? null },
  {
    key: 'where',
    title: 'where',
    value: ({ causes }) => (causes[0] === undefined ? null : placeOf(causes[0])),
  },
  {
    key: 'others',
    title: 'others',
    value: ({ causes }) =>
      causes
        .slice(1)
        .map(({ code }) => code)
        .join(' ') || null,
  },
  { key: 'says', title: 'says', value: ({ says }) => says },
]

/** `this host, output: nft …` */
export const placeOf = ({ where: { host, stage, rule } }: Diagnosis['causes'][number]): string =>
  `${host}${stage === undefined ? '' : `, ${stage}`}${rule === undefined ? '' : `: ${rule}`}`
