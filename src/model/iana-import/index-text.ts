/**
 * The compact index of the registry: how it is written.
 *
 * Plain text, sorted, so that one port is found by binary search and nothing else is read. Three blocks with an
 * empty line between: ranges, single ports, names without a port. A line is fields with a tab between, empty ones
 * at the end left out:
 *
 *     port[-last]  protocols  names,…  description  reference  former names,…
 *     -            protocols  name     description  reference
 *
 * Protocols are letters: t u s d. A mark before them gives the status: `!` reserved, `?` unassigned; a plain
 * "Reserved" is not repeated as description, and what is plainly unassigned has no line. Protocols of a port with
 * the same fields share a line. The text is ASCII: other characters, and the per cent sign, are `%` and four
 * hexadecimal digits for each UTF-16 unit.
 */
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { PROTOCOL_LETTERS, type Status, toField } from '../registry/registry.ts'

/** One row as IANA publishes it. Rows are given in the registry's order. */
export interface RegistryRow {
  readonly name: string | null
  /** null for a name that is registered without a port. */
  readonly ports: { readonly first: number; readonly last: number } | null
  /** null where the registry states none. */
  readonly protocol: Protocol | null
  readonly description: string
  readonly reference: string
  /** The name was withdrawn or replaced. */
  readonly former?: boolean
}

/**
 * Where IANA has two services on one number, the one listed first leads. These few lead instead: 465 by RFC 8314
 * section 7.3; 1701 and 2049 because the other one (Cisco's L2F, a conflict that the registry notes) is extinct.
 */
const LEADERS = new Map([
  [465, 'submissions'],
  [1701, 'l2tp'],
  [2049, 'nfs'],
])

const WELL_FORMED_NOTE = /\s*IANA assigned this well-formed service name as a replacement for "[^"]*"\.?/g
/** Footnote marks and "not applicable" are no references. */
const NO_REFERENCE = /\[(?:\d+|n\/a)\]/gi
/** A description in one line, without IANA's remark on spelling. */
export const oneLine = (text: string): string =>
  text.replace(WELL_FORMED_NOTE, '').replace(/\s+/g, ' ').trim()

/** What a row without a service name says about the number. */
export function statusOfNameless(description: string): Status {
  if (/^(?:iana )?reserved/i.test(description)) return 'reserved'
  const withdrawn = /^(?:\(?unassigned|de-?registered|removed|deprecated|de-?comm?iss?ioned|possibly|$)/i
  return withdrawn.test(description) ? 'unassigned' : 'assigned'
}

interface Entry {
  readonly texts: { name: string | null; description: string }[]
  readonly references: Set<string>
  readonly former: Set<string>
}

/** The index of these rows. The same rows give the same text. */
export function printIndex(rows: Iterable<RegistryRow>): string {
  const ranges: string[] = []
  const singles: string[] = []
  const portless: string[] = []
  for (const [key, byProtocol] of gather(rows)) {
    const groups = new Map<string, string>()
    for (const [protocol, entry] of [...byProtocol].sort(([a], [b]) => place(a) - place(b))) {
      const group = fields(entry, Number.parseInt(key, 10))
      groups.set(group, (groups.get(group) ?? '') + (PROTOCOL_LETTERS[place(protocol)] ?? ''))
    }
    const block = key.startsWith('-') ? portless : key.includes('-') ? ranges : singles
    for (const [group, letters] of groups) block.push(line(key, letters, group))
  }
  return [ranges, singles, portless].map(block => block.join('\n')).join('\n\n')
}

const place = (protocol: Protocol | null): number => (protocol === null ? -1 : PROTOCOLS.indexOf(protocol))

function line(key: string, letters: string, group: string): string {
  const [mark, ...rest] = group.split('\t')
  return [key.startsWith('-') ? '-' : key, mark + letters, ...rest.map(toField)]
    .join('\t')
    .replace(/\t+$/, '')
}

/** Rows by port (`80`, `6000-6063`, `-name`) in the order of the index, and by protocol. */
function gather(rows: Iterable<RegistryRow>): [string, Map<Protocol | null, Entry>][] {
  const all = new Map<string, Map<Protocol | null, Entry>>()
  for (const row of rows) {
    const description = oneLine(row.description)
    if (row.name === null && /^(?:unassigned)?$/i.test(description)) continue
    if (row.name === null && row.ports === null) continue
    const key = keyOf(row)
    const byProtocol = all.get(key) ?? new Map<Protocol | null, Entry>()
    all.set(key, byProtocol)
    for (const protocol of protocolsOf(row, description)) {
      const entry = byProtocol.get(protocol) ?? { texts: [], references: new Set(), former: new Set() }
      byProtocol.set(protocol, entry)
      if (row.former === true) entry.former.add(row.name!)
      else entry.texts.push({ name: row.name, description })
      const reference = oneLine(row.reference.replace(NO_REFERENCE, ''))
      if (row.former !== true && reference !== '') entry.references.add(reference)
    }
  }
  const first = (key: string): number => (key.startsWith('-') ? 0 : Number.parseInt(key, 10))
  return [...all].sort(([a], [b]) => first(a) - first(b) || (a < b ? -1 : 1))
}

function keyOf({ name, ports }: RegistryRow): string {
  if (ports === null) return `-${name}`
  return ports.first === ports.last ? String(ports.first) : `${ports.first}-${ports.last}`
}

/** A row that states no protocol: a service is taken for TCP and UDP, a reserved number for all four. */
function protocolsOf(row: RegistryRow, description: string): readonly (Protocol | null)[] {
  if (row.protocol !== null || row.ports === null) return [row.protocol]
  const reserved = row.name === null && statusOfNameless(description) === 'reserved'
  return reserved ? PROTOCOLS : ['tcp', 'udp']
}

/** The mark of the status and the fields after the protocols, tabs between. A named row hides nameless ones. */
function fields(entry: Entry, port: number): string {
  const named = entry.texts.filter(text => text.name !== null)
  const leader = named.findIndex(text => text.name === LEADERS.get(port))
  if (leader > 0) named.unshift(...named.splice(leader, 1))
  const names = [...new Set(named.map(text => text.name))]
  const status = named.length > 0 ? 'assigned' : statusOfNameless(entry.texts[0]?.description ?? '')
  const said = named.length > 0 ? describe(named) : (entry.texts[0]?.description ?? '')
  const description = status === 'reserved' && said === 'Reserved' ? '' : said
  const mark = { assigned: '', reserved: '!', unassigned: '?' }[status]
  const former = [...entry.former].filter(name => !names.includes(name))
  return [mark, names.join(','), description, [...entry.references].join(''), former.join(',')].join('\t')
}

/** The leader's description; those of the others follow under their names where they say something else. */
function describe(named: Entry['texts']): string {
  const seen = new Set<string>()
  const parts: string[] = []
  for (const { name, description } of named) {
    if (description === '' || seen.has(description.toLowerCase())) continue
    seen.add(description.toLowerCase())
    parts.push(name === named[0]!.name ? description : `${name}: ${description}`)
  }
  return parts.join('; ')
}
