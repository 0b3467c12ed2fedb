/** A word without a field, which says by its form what it is: a state, a port, an address, a protocol. */
import { type Family, isProtocol, SOCKET_PROTOCOLS, type SocketProtocol } from '../../../model/protocol.ts'
import { all, allOf, type Filter } from './ast.ts'
import { FIELDS } from './fields.ts'
import { type Reading, readHost, readPorts } from './read-host.ts'
import type { Token, Value } from './scanner.ts'
import { STATE_SPELLINGS, stateWord } from './state-words.ts'
import { didYouMean, refuse } from './syntax-fault.ts'

export const FAMILY_WORDS: Readonly<Record<string, Family>> = {
  ipv4: 'ipv4',
  inet: 'ipv4',
  ipv6: 'ipv6',
  inet6: 'ipv6',
  unix: 'unix',
}

export function bareTerm({ text, at }: Token, reading: Reading): Filter {
  const state = stateWord(text)
  if (state !== undefined) return { kind: 'state', steps: [{ word: state, exclude: false }] }
  if ((SOCKET_PROTOCOLS as readonly string[]).includes(text))
    return { kind: 'protocol', protocols: [text as SocketProtocol] }
  if (Object.hasOwn(FAMILY_WORDS, text)) return { kind: 'family', families: [FAMILY_WORDS[text]!] }
  const slash = text.indexOf('/')
  if (slash > 0 && isProtocol(text.slice(0, slash)))
    return allOf([
      bareTerm({ kind: 'word', text: text.slice(0, slash), at }, reading),
      ports(text.slice(slash + 1), at + slash + 1, reading),
    ])
  if (text === '*') return all
  if (/^:?\d[^./:]*$|^:[^./:[\]]+$/.test(text)) return ports(text, at, reading)
  const value: Value = { text, at, form: 'plain', flags: '' }
  if (/^[\d[*:/@]|[:/]/.test(text)) return readHost(value, 'either', reading)
  throw unknownWord(text, at, reading)
}

function ports(text: string, at: number, reading: Reading): Filter {
  const set = readPorts(text, at, reading)
  return set === null ? all : { kind: 'port', end: 'either', ports: set }
}

function unknownWord(text: string, at: number, { text: whole, names }: Reading): Error {
  const words = [...FIELDS.keys(), ...STATE_SPELLINGS, ...SOCKET_PROTOCOLS, 'not', 'and', 'or']
  const service =
    names !== undefined && [...names(text)].length > 0 ? `port ${text} for the service, or ` : ''
  return refuse(
    whole,
    at,
    `"${text}" is no word of the filter language`,
    didYouMean(text, words, `Write ${service}name~${text} for programs called so.`),
  )
}
