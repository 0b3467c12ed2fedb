/** Flags of the commands that find or lease ports. */
import type { FlagParametersForType } from '@stricli/core'
import { fault } from '../../../model/fault.ts'
import { parsePort } from '../../../model/port.ts'
import { type PortSet, parsePortSet } from '../../../model/port-set.ts'
import type { ParserContext } from '../command.ts'

export interface ScopeFlags {
  readonly project: string | undefined
}

export const scopeFlags: FlagParametersForType<ScopeFlags, ParserContext> = {
  project: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'Belongs to this project, not the Git folder',
    placeholder: 'name',
  },
}

export interface LeaseFlags extends ScopeFlags {
  readonly port: number | undefined
  readonly block: number | undefined
  readonly range: PortSet | undefined
  readonly dryRun: boolean
}

/** Throws `E_PORT_SYNTAX`, and `E_PORT_ZERO` for the one that nobody can have. */
export function parseLeasable(text: string): number {
  const port = parsePort(text)
  if (port === 0) throw fault('E_PORT_ZERO')
  return port
}

/** How many ports, at least one. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000)
    throw fault('E_USAGE', {
      what: `"${text}" is not a number of ports from 1 to 1000`,
      command: 'ports lease',
    })
  return Number(text)
}

export const rangeFlag = {
  kind: 'parsed',
  parse: (text: string) => parsePortSet(text),
  optional: true,
  brief: 'Among these ports: 8000-8999,!8080',
  placeholder: 'set',
} as const

export const leaseFlags: FlagParametersForType<LeaseFlags, ParserContext> = {
  port: {
    kind: 'parsed',
    parse: parseLeasable,
    optional: true,
    brief: 'This port and no other',
    placeholder: 'port',
  },
  block: {
    kind: 'parsed',
    parse: parseCount,
    optional: true,
    brief: 'So many ports in a row',
    placeholder: 'count',
  },
  range: rangeFlag,
  ...scopeFlags,
  dryRun: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Say what would be done, and do nothing',
  },
}
