/**
 * The layers of names, one over the other: the user's file, services(5), IANA, everyday habits.
 *
 * Files come before IANA for what a port is called; IANA alone says whether it is assigned; a habit stands beside
 * and hides nothing.
 */
import type { Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type Assignment, classOf, type NameSource, sameName } from './assignment.ts'
import { distinct, type FileNamings, type LayerNaming, type NamingFiles } from './file-namings.ts'
import type { Habit } from './habits.ts'
import type { IanaIndex } from './iana-index.ts'
import { EDGES, type IanaWord, ianaWord } from './iana-word.ts'

export interface Layers extends NamingFiles {
  readonly iana: IanaIndex
  readonly ianaWhere: string
  readonly habits: readonly Habit[]
}

/** Ports that any layer speaks of, ascending; of a range that IANA assigns as one, the first inside the bounds. */
export function portsBetween(layers: Layers, first: number, last: number): Port[] {
  const ports = new Set<number>()
  for (const row of layers.iana.between(first, last)) ports.add(Math.max(row.first, first))
  const singles = [...(layers.user?.entries ?? []), ...(layers.services?.entries ?? []), ...layers.habits]
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
  const habits = layers.habits.filter(habit => habit.port === port && wanted(habit.protocol))
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
