/**
 * NAT and transparent proxying as nft lists them.
 */
import { type Datatype, datatypeNamed } from '../datatypes.ts'
import type { Expression } from '../expression.ts'
import { isPattern } from '../is-pattern.ts'
import type { Pattern } from '../pattern.ts'
import type { Statement, Translate } from '../statement.ts'
import { expressionText } from './expression-text.ts'
import { addressBeforePort, patternText } from './pattern-text.ts'

const PORT = datatypeNamed('inet_service')

type Target = Expression | Pattern

export function translateText(statement: Translate | Extract<Statement, { kind: 'tproxy' }>): string {
  const { kind, family, address, port } = statement
  const flags = kind === 'tproxy' ? [] : statement.flags
  const parts: string[] = [kind]
  if (family !== undefined) parts.push(family)
  if (flags.includes('netmap')) parts.push('prefix')
  if (address !== undefined || port !== undefined)
    parts.push(
      `to ${addressText(address, family, port)}${port === undefined ? '' : `:${targetText(port, [PORT])}`}`,
    )
  const shown = flags.filter(flag => flag !== 'netmap')
  if (shown.length > 0) parts.push(shown.join(','))
  return parts.join(' ')
}

function addressText(
  address: Target | undefined,
  family: 'ip' | 'ip6' | undefined,
  port: Target | undefined,
): string {
  if (address === undefined) return ''
  const bracketed = port !== undefined && isPattern(address) ? addressBeforePort(address) : undefined
  const name = family === 'ip6' ? 'ipv6_addr' : family === 'ip' ? 'ipv4_addr' : 'invalid'
  return bracketed ?? targetText(address, [datatypeNamed(name), PORT])
}

const targetText = (target: Target, datatypes: readonly Datatype[]): string =>
  isPattern(target) ? patternText(target, datatypes) : expressionText(target, datatypes)
