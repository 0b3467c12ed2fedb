/**
 * IANA's word on one port of one protocol, whether the registry has a row for it or not.
 */
import { PORT_CLASSES } from '../port.ts'
import type { Protocol } from '../protocol.ts'
import type { Status } from './assignment.ts'
import type { IndexRow } from './iana-index.ts'

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
