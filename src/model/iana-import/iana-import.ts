/**
 * A fresh index from IANA's own file, service-names-port-numbers.csv.
 *
 * Nothing is taken on trust: what has not the registry's columns, or not its size, or doesn't know that TCP 80 is
 * http, is refused, so that a cut-off download or an error page never replaces a good index.
 */
import { fault } from '../fault.ts'
import type { Finding } from '../finding.ts'
import { whyNotPort } from '../port.ts'
import { isProtocol } from '../protocol.ts'
import type { DatedIndex } from '../registry/registry.ts'
import { readCsv } from './csv.ts'
import { printIndex, type RegistryRow } from './index-text.ts'

export { oneLine, printIndex, type RegistryRow, statusOfNameless } from './index-text.ts'

export interface RegistryCsv {
  readonly rows: readonly RegistryRow[]
  /** The newest registration or modification in it; empty when no row has a date. */
  readonly newest: string
  /** Rows left out, each with its reason. */
  readonly skipped: readonly Finding[]
}

const COLUMNS = ['Service Name', 'Port Number', 'Transport Protocol', 'Description'] as const
/** The registry had 13,701 rows in 2015 and has grown since. */
const FEWEST_ROWS = 10_000
/** What a service name can't hold: the index uses commas, and nobody should print control characters. */
const UNFIT_NAME = /[,\u0000-\u001f\u007f-\u009f]/

/** Reads the CSV, whatever its size. Throws `E_REGISTRY_FORMAT` when it hasn't the columns or is cut off. */
export function readRegistryCsv(text: string): RegistryCsv {
  const records = readCsv(text)
  const head = records.next().value ?? []
  const missing = COLUMNS.filter(column => !head.includes(column))
  if (missing.length > 0) throw unfit(text, `it has no column "${missing[0]}"`)
  const column = (record: readonly string[], name: string): string => record[head.indexOf(name)]?.trim() ?? ''

  const rows: RegistryRow[] = []
  const skipped: Finding[] = []
  let newest = ''
  let number = 1
  for (const record of records) {
    number++
    if (record === null) throw unfit(text, 'it ends inside quotes: the download was cut off')
    for (const name of ['Registration Date', 'Modification Date']) {
      const date = column(record, name)
      if (/^\d{4}-\d\d-\d\d$/.test(date) && date > newest) newest = date
    }
    const [name, ports, protocol] = COLUMNS.map(name => column(record, name)) as [string, string, string]
    const why = whyNotRow(name, ports, protocol)
    if (why !== '') {
      skipped.push(leftOut(number, why, record))
      continue
    }
    const [first, last = first] = ports.split('-').map(Number)
    rows.push({
      name: name === '' ? null : name,
      ports: first === undefined || last === undefined || ports === '' ? null : { first, last },
      protocol: isProtocol(protocol) ? protocol : null,
      description: column(record, 'Description'),
      reference: column(record, 'Reference'),
    })
  }
  return { rows, newest, skipped }
}

/** The index of IANA's CSV. Throws `E_REGISTRY_FORMAT` for what can't be the whole registry. */
export function csvToIndex(text: string, origin: string): { index: DatedIndex; csv: RegistryCsv } {
  const csv = readRegistryCsv(text)
  if (csv.rows.length < FEWEST_ROWS)
    throw unfit(text, `it has ${csv.rows.length} rows, and the registry more than ${FEWEST_ROWS}`)
  const isHttp = (row: RegistryRow): boolean =>
    row.ports?.first === 80 && row.ports.last === 80 && row.protocol === 'tcp' && row.name === 'http'
  if (!csv.rows.some(isHttp)) throw unfit(text, 'TCP 80 is not http in it')
  if (csv.newest === '') throw unfit(text, 'no row in it has a date')
  return { index: { text: printIndex(csv.rows), date: csv.newest, origin }, csv }
}

function whyNotRow(name: string, ports: string, protocol: string): string {
  if (UNFIT_NAME.test(name)) return 'a service name with a comma or a control character'
  if (protocol !== '' && !isProtocol(protocol)) return `an unknown transport protocol, "${protocol}"`
  if (ports === '') return name === '' ? 'neither a name nor a port' : ''
  const [first = '', last = first, ...more] = ports.split('-')
  const why = whyNotPort(first) || whyNotPort(last)
  if (why !== '' || more.length > 0) return `"${ports}" is neither a port nor a range`
  return Number(first) > Number(last) ? `the range ${ports} is upside down` : ''
}

const leftOut = (number: number, why: string, record: readonly string[]): Finding => ({
  code: 'registry-row-unread',
  severity: 'note',
  certainty: 'proven',
  subject: `record ${number}`,
  says: `left out: ${why}`,
  evidence: [{ source: `record ${number}`, says: record.slice(0, 4).join(',').slice(0, 120) }],
})

const unfit = (text: string, why: string) =>
  fault('E_REGISTRY_FORMAT', { why, got: text.length > 60 ? `${text.slice(0, 60)}…` : text })
