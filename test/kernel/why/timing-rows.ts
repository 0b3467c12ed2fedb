/** How soon an answer must be there. Milliseconds; the network itself takes none to speak of. */
export interface TimingRow {
  /** A fault of the matrix, or `healthy`. */
  readonly name: string
  readonly first: number
  readonly whole: number
}

const AT_ONCE = { first: 300, whole: 300 }
/** Who is silent is waited for, for as long as a lost packet takes to be sent again twice; and then all is looked at. */
const SILENT = { first: 3300, whole: 12_000 }

export const TIMING_ROWS: readonly TimingRow[] = [
  { name: 'healthy', ...AT_ONCE },
  { name: 'nothing-listens', ...AT_ONCE },
  { name: 'router-rejects-admin-prohibited', ...AT_ONCE },
  { name: 'no-default-route', ...AT_ONCE },
  { name: 'own-prohibit-route', ...AT_ONCE },
  { name: 'own-output-resets', ...AT_ONCE },
  { name: 'source-is-not-ours', ...AT_ONCE },
  { name: 'router-drops', ...SILENT },
  { name: 'target-drops-by-policy', ...SILENT },
  { name: 'own-output-drops', ...SILENT },
  { name: 'target-hears-no-arp', ...SILENT, first: 3500 },
]
