/** `ports name`: what ports are registered for, and which ports services have. */
import { fault } from '../../../model/fault.ts'
import { parsePort } from '../../../model/port.ts'
import { isProtocol, type Protocol } from '../../../model/protocol.ts'
import type { Assignment, LookupOptions, Registry } from '../../../model/registry/registry.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { type LocalRegistry, localRegistry } from '../local-registry.ts'
import type { Column } from '../render/column.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print } from '../render/output.ts'
import type { NameFlags } from '../specs/name.ts'

export default async function name(
  this: CliContext,
  flags: NameFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports name')
  if (flags.update !== undefined) {
    const { updateRegistry } = await import('../update-registry.ts')
    await updateRegistry(this, flags, flags.update)
    if (words.length === 0 && flags.search === undefined) return EXIT.done
  }
  const local = localRegistry(this, words.length > 0 && words.every(isPlainPort) ? words : undefined)
  const { found, warnings } = await look(local, flags, words)
  await print(this, flags, {
    schema: 'names@1',
    type: 'name',
    columns: COLUMNS,
    rows: format === 'table' ? merged(found) : found,
    item: itemOf,
    warnings: [...local.warnings, ...warnings],
  })
  return found.some(({ name, status }) => name !== null || status !== 'unassigned')
    ? EXIT.done
    : EXIT.nothingMatched
}

const isPlainPort = (word: string): boolean => /^\d+$/.test(word)

interface Looked {
  readonly found: readonly Assignment[]
  readonly warnings: readonly Warning[]
}

async function look(
  { registry }: LocalRegistry,
  flags: NameFlags,
  words: readonly string[],
): Promise<Looked> {
  const options = flags.protocol === undefined ? {} : { protocol: flags.protocol }
  if (flags.search !== undefined) {
    const text = [flags.search, ...words].join(' ')
    const found = registry.searchServices(text, options)
    const message = `no service has all of these words in its name or description: ${text}`
    return { found, warnings: found.length > 0 ? [] : [{ code: 'nothing-found', message }] }
  }
  if (words.length === 0) {
    throw fault('E_USAGE', { what: '"ports name" needs a port, a name or a range', command: 'ports name' })
  }
  const found: Assignment[] = []
  const warnings: Warning[] = []
  for (const word of words) {
    const answers = await answersTo(registry, word, options)
    found.push(...answers)
    if (answers.length === 0) warnings.push(nothing(registry, word))
  }
  return { found, warnings }
}

/** A port, a set of ports, or a name; a protocol may stand before it (`tcp/53`) or, as in services(5), after. */
async function answersTo(
  registry: Registry,
  word: string,
  given: LookupOptions,
): Promise<readonly Assignment[]> {
  const { text, protocol } = splitProtocol(word)
  if (protocol !== undefined && given.protocol !== undefined && protocol !== given.protocol) return []
  const options = protocol === undefined ? given : { ...given, protocol }
  if (/^[+-]?\d[\d.]*$/.test(text)) return registry.lookupPort(parsePort(text), options)
  if (/^[!\d][\d,!-]*$/.test(text) || text === '') {
    const { parsePortSet } = await import('../../../model/port-set.ts')
    return parsePortSet(text).ranges.flatMap(({ first, last }) => registry.lookupRange(first, last, options))
  }
  return registry.lookupName(text, options)
}

function splitProtocol(word: string): { readonly text: string; readonly protocol?: Protocol } {
  const [, before = '', after] = /^([a-z]+)\/(.+)$/i.exec(word) ?? []
  if (after !== undefined && isProtocol(before.toLowerCase())) {
    return { text: after, protocol: before.toLowerCase() as Protocol }
  }
  const [, text, last = ''] = /^(.+)\/([a-z]+)$/i.exec(word) ?? []
  if (text !== undefined && isProtocol(last.toLowerCase()))
    return { text, protocol: last.toLowerCase() as Protocol }
  return { text: word }
}

function nothing(registry: Registry, word: string): Warning {
  const [portless] = registry.portlessNames(splitProtocol(word).text)
  if (portless !== undefined) {
    const message = `"${word}" is registered without a port: ${portless.description ?? 'it is found through DNS'}`
    return { code: 'name-without-port', message, hint: 'Its port is found through SRV records or DNS-SD.' }
  }
  const message = `nothing is registered as "${word}"`
  return {
    code: 'nothing-found',
    message,
    hint: `To look in descriptions too: ports name --search "${word}"`,
  }
}

/** An assignment, and other protocols that have the same one. */
interface Row extends Assignment {
  readonly same?: readonly Protocol[]
}

/** For people: what TCP and UDP have in common is said once. */
function merged(found: readonly Assignment[]): readonly Row[] {
  const rows: Row[] = []
  for (const one of found) {
    const last = rows.at(-1)
    const same = last !== undefined && ALIKE.every(member => last[member] === one[member])
    if (same) rows[rows.length - 1] = { ...last, same: [...(last.same ?? []), one.protocol] }
    else rows.push(one)
  }
  return rows
}

const ALIKE = ['port', 'name', 'description', 'status', 'source', 'where'] as const

const COLUMNS: readonly Column<Row>[] = [
  { key: 'port', title: 'PORT', value: portText, align: 'right' },
  { key: 'protocol', title: 'PROTO', value: row => [row.protocol, ...(row.same ?? [])].join(' ') },
  { key: 'name', title: 'NAME', value: row => row.name, style: () => 'accent' },
  { key: 'description', title: 'DESCRIPTION', value: row => row.description, truncate: 'end', least: 24 },
  { key: 'class', title: 'CLASS', value: row => row.class, priority: 5 },
  { key: 'status', title: 'STATUS', value: row => row.status, priority: 4 },
  { key: 'source', title: 'SOURCE', value: row => row.source, priority: 3 },
  { key: 'aliases', title: 'ALSO', value: row => row.aliases.join(' '), truncate: 'end', priority: 6 },
  { key: 'reference', title: 'REFERENCE', value: row => row.reference, truncate: 'end', priority: 7 },
]

/** IANA's ranges are one service; a file that names one port of a range means that one. */
function portText({ port, range, source }: Assignment): string | number {
  return range !== undefined && source === 'iana' ? `${range.first}-${range.last}` : port
}

/** What there is none of is absent. */
const itemOf = ({ name, description, reference, ...rest }: Assignment): object => ({
  port: rest.port,
  protocol: rest.protocol,
  ...(name === null ? {} : { name }),
  aliases: rest.aliases,
  ...(description === null ? {} : { description }),
  class: rest.class,
  status: rest.status,
  ...(reference === null ? {} : { reference }),
  source: rest.source,
  where: rest.where,
  ...(rest.range === undefined ? {} : { range: rest.range }),
  ...(rest.formerly === undefined ? {} : { formerly: rest.formerly }),
})
