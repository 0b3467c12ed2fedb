/**
 * The layers of names, one over the other: the user's file, services(5), IANA, everyday habits.
 *
 * Files come before IANA for what a port is called; IANA alone says whether it is assigned; a habit stands beside
 * and hides nothing.
 */
import { PORT_CLASSES, type Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import {
  type Assignment,
  classOf,
  type NameSource,
  type Naming,
  type Status,
  sameName,
} from './assignment.ts'
import type { Habit, HabitBook } from './habits.ts'
import type { IanaIndex, IndexRow } from './iana-index.ts'
import type { ServiceEntry, ServicesFile } from './services-file.ts'

export interface Layers extends NamingFiles {
  readonly iana: IanaIndex
  readonly ianaWhere: string
  readonly habits: HabitBook
}

/** Ports that any layer speaks of, ascending; of a range that IANA assigns as one, the first inside the bounds. */
export function portsBetween(layers: Layers, first: number, last: number): Port[] {
  const ports = new Set<number>()
  for (const row of layers.iana.between(first, last)) ports.add(Math.max(row.first, first))
  const singles = [
    ...(layers.user?.entries ?? []),
    ...(layers.services?.entries ?? []),
    ...layers.habits.all(),
  ]
  for (const { port } of singles) if (first <= port && port <= last) ports.add(port)
  for (const port of EDGES) if (first <= port && port <= last) ports.add(port)
  return [...ports].sort((a, b) => a - b) as Port[]
}

/** Everything that the layers asked for say about one port: merged by protocol, then the habits. */
export function assignmentsAt(
  layers: Layers,
  files: FileNamings,
  port: Port,
  only: Protocol | undefined,
  asked: readonly NameSource[],
): Assignment[] {
  const rows = layers.iana.at(port)
  const wanted = (protocol: Protocol): boolean => only === undefined || only === protocol
  const spoken = PROTOCOLS.filter(
    protocol =>
      wanted(protocol) &&
      ((asked.includes('iana') && rows.some(row => row.protocols.includes(protocol))) ||
        files(port, protocol).some(naming => asked.includes(naming.source))),
  )
  const listed =
    spoken.length > 0 || !asked.includes('iana')
      ? spoken
      : only === undefined
        ? PROTOCOLS.slice(0, 2)
        : [only]

  const merged = listed.map(protocol => {
    const namings = files(port, protocol).filter(naming => asked.includes(naming.source))
    return merge(
      port,
      protocol,
      ianaWord(rows, port, protocol),
      namings,
      layers.ianaWhere,
      asked.includes('iana'),
    )
  })
  if (!asked.includes('habit')) return merged
  const habits = layers.habits.at(port).filter(habit => wanted(habit.protocol))
  const beside = habits.filter(
    habit =>
      !merged.some(
        one =>
          one.protocol === habit.protocol &&
          [one.name ?? '', ...one.aliases].some(name => sameName(name, habit.name)),
      ),
  )
  return [...merged, ...beside.map(habit => ofHabit(habit, ianaWord(rows, port, habit.protocol)))]
}

function merge(
  port: Port,
  protocol: Protocol,
  word: IanaWord,
  files: readonly LayerNaming[],
  ianaWhere: string,
  withIana: boolean,
): Assignment {
  const iana: LayerNaming = {
    source: 'iana',
    where: ianaWhere,
    names: withIana ? word.names : [],
    comment: word.description,
  }
  const namings = [...files, iana].filter(naming => naming.names.length > 0)
  const repeats =
    iana.names.length > 0 && namings[0] !== undefined && sameName(namings[0].names[0]!, iana.names[0]!)
  const lead = repeats ? iana : (namings[0] ?? iana)
  const others = namings.filter(naming => naming !== lead)
  const [name = null, ...aliases] = distinct([...lead.names, ...others.flatMap(naming => naming.names)])
  const further = others.filter(naming =>
    naming.names.some(other => !lead.names.some(own => sameName(own, other))),
  )
  const says =
    lead === iana ? word.description : (lead.comment ?? (word.names.length > 0 ? word.description : null))
  const comment = files.find(naming => naming.comment !== null)?.comment ?? null
  const range = word.row !== null && word.row.first !== word.row.last ? word.row : null
  return {
    port,
    protocol,
    name,
    aliases,
    description: says ?? (name === null ? null : comment),
    class: classOf(port),
    status: word.status,
    reference: word.reference,
    source: lead.source,
    where: lead.where,
    ...(range === null ? {} : { range: { first: range.first, last: range.last } }),
    ...(word.row === null || word.row.former.length === 0 ? {} : { formerly: word.row.former }),
    ...(further.length === 0
      ? {}
      : { further: further.map(({ source, where, names }) => ({ source, where, names })) }),
  }
}

const ofHabit = (habit: Habit, word: IanaWord): Assignment => ({
  port: habit.port,
  protocol: habit.protocol,
  name: habit.name,
  aliases: habit.also,
  description: habit.what,
  class: classOf(habit.port),
  status: word.status,
  reference: null,
  source: 'habit',
  where: habit.where,
})

/** What one layer calls a port. */
export interface LayerNaming extends Naming {
  readonly comment: string | null
}

export interface NamingFiles {
  readonly user: ServicesFile | undefined
  readonly services: ServicesFile | undefined
}

/** What the files call each port, the user's first. */
export type FileNamings = (port: number, protocol: Protocol) => readonly LayerNaming[]

export function fileNamings(files: NamingFiles): FileNamings {
  const all = new Map<string, LayerNaming[]>()
  for (const source of ['user', 'services'] as const) {
    const byPort = new Map<string, ServiceEntry[]>()
    for (const entry of files[source]?.entries ?? []) {
      const key = `${entry.port} ${entry.protocol}`
      const entries = byPort.get(key)
      if (entries === undefined) byPort.set(key, [entry])
      else entries.push(entry)
    }
    for (const [key, entries] of byPort)
      all.set(key, [...(all.get(key) ?? []), naming(source, files[source]!.path, entries)])
  }
  return (port, protocol) => all.get(`${port} ${protocol}`) ?? []
}

/** Entries of a file for one port: the first line leads, names of further lines are aliases. */
function naming(source: NameSource, where: string, entries: readonly ServiceEntry[]): LayerNaming {
  const names = [...entries.map(entry => entry.name), ...entries.flatMap(entry => entry.aliases)]
  const comment = entries.find(entry => entry.comment !== null)?.comment ?? null
  return { source, where, names: distinct(names), comment }
}

/** Each name once, upper and lower case being one; the first spelling stays. */
export function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.filter(name => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
}

/** The edges of the ranges are reserved whatever the protocol (RFC 6335 section 6); 49151 by IANA's own row. */
export const EDGES: readonly number[] = [0, 1023, 1024, 49151]
const NEVER_ASSIGNED = 'Dynamic or private: never assigned'

export interface IanaWord {
  readonly status: Status
  readonly names: readonly string[]
  readonly description: string | null
  readonly reference: string | null
  readonly row: IndexRow | null
}

/** With no row of its own a number is unassigned, but for the edges. */
export function ianaWord(rows: readonly IndexRow[], port: number, protocol: Protocol): IanaWord {
  const row = rows.find(row => row.protocols.includes(protocol))
  if (row !== undefined)
    return {
      status: row.status,
      names: row.names,
      description: row.description ?? (row.status === 'unassigned' ? 'Unassigned' : null),
      reference: row.reference,
      row,
    }
  const none = { names: [], row: null }
  if (EDGES.includes(port))
    return { status: 'reserved', description: 'Reserved', reference: '[RFC6335]', ...none }
  if (port >= PORT_CLASSES.dynamic.first)
    return { status: 'unassigned', description: NEVER_ASSIGNED, reference: '[RFC6335]', ...none }
  return { status: 'unassigned', description: 'Unassigned', reference: null, ...none }
}
