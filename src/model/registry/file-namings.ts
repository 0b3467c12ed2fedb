/**
 * What services(5) files call each port: the user's file before the system's.
 */
import type { Protocol } from '../protocol.ts'
import type { NameSource, Naming } from './assignment.ts'
import type { ServiceEntry, ServicesFile } from './services-file.ts'

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
