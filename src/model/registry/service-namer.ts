/**
 * The one short name for a port, asked for every socket of a list: the names of `assignmentsAt`, found without
 * making the assignments, and remembered.
 */
import { PORT_CLASSES } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type NameSource, sameName } from './assignment.ts'
import type { FileNamings, Layers } from './layers.ts'

export interface ServiceName {
  readonly name: string
  readonly source: NameSource
}

export type ServiceNamer = (port: number, protocol: Protocol) => ServiceName | null

export function serviceNamer(layers: Layers, files: FileNamings): ServiceNamer {
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
    const habit = dynamic
      ? undefined
      : layers.habits.find(habit => habit.port === port && habit.protocol === protocol)
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
