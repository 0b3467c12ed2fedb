/**
 * What ports are called: by IANA, by the system's services(5) file, by the user's own file, by habit.
 *
 * Answers both ways, by port and by name, and searches; each answer names its source. It follows IANA's service
 * name and port number registry (RFC 6335) with its aliases, ranges, reserved and unassigned numbers, of tcp, udp,
 * sctp and dccp. It does not say what really listens on a port: a name is a registration or a custom.
 *
 * The registry is an index in text, generated (`scripts/generate-registry.ts`) or made of a fresh download
 * (`iana-import/`). Nothing is parsed ahead: a lookup finds the few lines it needs in the text and reads those.
 */
import { PORT_CLASSES, type Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type Assignment, NAME_SOURCES, type NameSource, type PortlessName, sameName } from './assignment.ts'
import { type Rank, rankCallers, rankOfName, resolveCallers, searchRank, searchWords } from './callers.ts'
import { type Habit, habitBook } from './habits.ts'
import { IANA_DATE, IANA_INDEX } from './iana.gen.ts'
import { type DatedIndex, openIndex } from './iana-index.ts'
import { assignmentsAt, type FileNamings, fileNamings, type Layers, portsBetween } from './layers.ts'
import type { ServicesFile } from './services-file.ts'

export * from './assignment.ts'
export { HABITS_VERSION, type Habit, habits } from './habits.ts'
export {
  type DatedIndex,
  fromField,
  PROTOCOL_LETTERS,
  printIndexFile,
  readIndexFile,
  toField,
} from './iana-index.ts'
export { parseServices, type ServiceEntry, type ServicesFile } from './services-file.ts'

/** What a registry is made of. What is left out: the built-in index, no files, the built-in habits. */
export interface RegistryParts {
  readonly iana?: DatedIndex
  /** The system's services(5) file. */
  readonly services?: ServicesFile
  /** The user's own, in the same format; it goes before all others. */
  readonly user?: ServicesFile
  readonly habits?: readonly Habit[]
}

export interface LookupOptions {
  readonly protocol?: Protocol
  /** Whom to ask; everybody when left out. */
  readonly layers?: readonly NameSource[]
}

export interface Registry {
  /** The day of IANA's data. */
  readonly date: string
  /**
   * One answer for each protocol that anybody speaks of, then everyday habits. For a port that nobody speaks of:
   * unassigned for tcp and udp, or for the protocol asked.
   */
  lookupPort(port: number, options?: LookupOptions): readonly Assignment[]
  /**
   * Every port of exactly this name, upper and lower case being one: names first, then aliases, what people call
   * it (`postgres`), what IANA called it once. A range (x11) is one answer. Empty when there is none.
   */
  lookupName(name: string, options?: LookupOptions): readonly Assignment[]
  /** All that has a name or is reserved, by port; a range is one answer. What is unassigned is left out. */
  lookupRange(first: number, last: number, options?: LookupOptions): readonly Assignment[]
  /** Whatever has all the words in name, aliases or description, best first; equal ones by port. */
  searchServices(words: string, options?: LookupOptions & { readonly limit?: number }): readonly Assignment[]
  /** Names that are registered without a port, as DNS-SD uses them. IANA's rows of 2015, or of the update. */
  portlessNames(name: string): readonly PortlessName[]
  /**
   * What to call a socket's port in a list; null when it has no name. Dynamic ports (49152 and up) are named by
   * files only: what sits there is nearly always a client. Remembers its answers.
   */
  readonly serviceName: ServiceNamer
}

export function registryFrom(parts: RegistryParts = {}): Registry {
  const { text, date, origin } = parts.iana ?? BUILT_IN
  const layers: Layers = {
    iana: openIndex(text),
    ianaWhere: `${origin}, ${date}`,
    user: parts.user,
    services: parts.services,
    habits: habitBook(parts.habits),
  }
  const files = fileNamings(layers)
  const at = (port: number, { protocol, layers: asked = NAME_SOURCES }: LookupOptions): Assignment[] =>
    assignmentsAt(layers, files, port as Port, protocol, asked)
  const byName = (
    word: string,
    rank: Rank,
    { protocol: only, layers: asked = NAME_SOURCES }: LookupOptions,
  ): Assignment[] => {
    const wanted = rankCallers(layers, word, rank).filter(
      one => asked.includes(one.source) && (only ?? one.protocol) === one.protocol,
    )
    return resolveCallers(wanted, (port, protocol) => at(port, { protocol, layers: asked }))
  }

  return {
    date,
    lookupPort: (port, options = {}) => at(port, options),
    lookupName: (name, options = {}) => byName(name, caller => rankOfName(name, caller), options),
    lookupRange: (first, last, options = {}) =>
      portsBetween(layers, first, last)
        .flatMap(port => at(port, options))
        .filter(({ name, status }) => name !== null || status !== 'unassigned')
        .filter(({ port, range, source }) => {
          const again = range !== undefined && port !== Math.max(first, range.first)
          return !(again && source === 'iana')
        }),
    searchServices: (text, { limit, ...options } = {}) => {
      const words = searchWords(text)
      if (words.length === 0) return []
      const rank: Rank = ({ names, former, text }) => searchRank(words, names, text, former)
      const longest = words.reduce((best, word) => (word.length > best.length ? word : best))
      return byName(longest, rank, options).slice(0, limit)
    },
    portlessNames: name =>
      layers.iana.portless(name).map(row => ({ ...row, source: 'iana', where: layers.ianaWhere })),
    serviceName: serviceNamer(layers, files),
  }
}

const BUILT_IN: DatedIndex = { text: IANA_INDEX, date: IANA_DATE, origin: 'IANA registry' }

let builtIn: Registry | undefined
/** The built-in index and habits, and no files. */
export const builtInRegistry = (): Registry => (builtIn ??= registryFrom())

export const lookupPort: Registry['lookupPort'] = (...asked) => builtInRegistry().lookupPort(...asked)
export const lookupName: Registry['lookupName'] = (...asked) => builtInRegistry().lookupName(...asked)
export const lookupRange: Registry['lookupRange'] = (...asked) => builtInRegistry().lookupRange(...asked)
export const searchServices: Registry['searchServices'] = (...asked) =>
  builtInRegistry().searchServices(...asked)
export const serviceName: Registry['serviceName'] = (...asked) => builtInRegistry().serviceName(...asked)

export interface ServiceName {
  readonly name: string
  readonly source: NameSource
}

export type ServiceNamer = (port: number, protocol: Protocol) => ServiceName | null

/** The names of `assignmentsAt`, found without making the assignments, and remembered. */
function serviceNamer(layers: Layers, files: FileNamings): ServiceNamer {
  const remembered = new Map<number, ServiceName | null>()
  const find = (port: number, protocol: Protocol): ServiceName | null => {
    const [file] = files(port, protocol)
    // What sits on a dynamic port is nearly always a client: only a file names it.
    const dynamic = port >= PORT_CLASSES.dynamic.first
    const iana = dynamic
      ? undefined
      : layers.iana.at(port).find(row => row.protocols.includes(protocol))?.names[0]
    if (file !== undefined && (iana === undefined || !sameName(file.names[0]!, iana)))
      return { name: file.names[0]!, source: file.source }
    if (iana !== undefined) return { name: iana, source: 'iana' }
    const habit = dynamic ? undefined : layers.habits.at(port).find(habit => habit.protocol === protocol)
    return habit === undefined ? null : { name: habit.name, source: 'habit' }
  }
  return (port, protocol) => {
    const key = port * PROTOCOLS.length + PROTOCOLS.indexOf(protocol)
    let name = remembered.get(key)
    if (name === undefined) {
      name = find(port, protocol)
      remembered.set(key, name)
    }
    return name
  }
}
