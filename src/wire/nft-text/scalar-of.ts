/**
 * One value in the words of its datatype.
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import { parseSymbol, WORDS } from '../../model/filter/symbols.ts'
import type { Reader } from './reader.ts'
import type { Token } from './token.ts'
import { shown } from './token-stream.ts'

export function scalarOf(reader: Reader, at: Token, type: Datatype): Scalar {
  if (at.kind === 'newline' || at.kind === 'end' || at.kind === 'mark')
    throw reader.stream.refuse('a value was expected', `Write a value of ${type.name}, not ${shown(at)}.`, at)
  const value = parseSymbol(type, at.text) ?? namedByMachine(reader, at, type)
  if (value !== undefined) {
    if (type.name === 'ifname' && at.text.length > LONGEST_DEVICE)
      throw reader.stream.refuse('the name is too long', `Write at most ${LONGEST_DEVICE} letters.`, at)
    return value
  }
  throw refuseValue(reader, at, type)
}

/** A device's name, without the zero byte behind it (`IFNAMSIZ`). */
const LONGEST_DEVICE = 15

/** Names that stand in files of the machine: services, users, groups. */
function namedByMachine(reader: Reader, at: Token, type: Datatype): number | undefined {
  const { options } = reader
  if (at.kind !== 'word' && at.kind !== 'string') return undefined
  if (type.name === 'inet_service') return options.serviceNumber?.(at.text, reader.protocols.transport)
  if (type.name === 'uid') return options.userNumber?.(at.text, 'user')
  if (type.name === 'gid') return options.userNumber?.(at.text, 'group')
  return undefined
}

function refuseValue(reader: Reader, at: Token, type: Datatype) {
  const { stream, options } = reader
  const text = at.text
  if (at.kind === 'number')
    return stream.refuse(
      `${text} is too large for ${type.name}`,
      type.width > 0 && type.width <= 48
        ? `Write 0 to ${2 ** type.width - 1}.`
        : `Write a value of ${type.name}.`,
      at,
    )
  if (type.name === 'inet_service')
    return stream.refuse(
      `there is no service "${text}"`,
      options.serviceNumber === undefined
        ? 'Write the number of the port: names of services are not known here.'
        : 'Write the number of the port.',
      at,
    )
  if (type.name === 'ipv4_addr' || type.name === 'ipv6_addr') {
    const family = type.name === 'ipv4_addr' ? 'IPv4' : 'IPv6'
    return stream.refuse(
      `"${text}" is no ${family} address`,
      at.kind === 'word'
        ? 'Write an address: names of hosts are not looked up, since their addresses change.'
        : `Write an ${family} address.`,
      at,
    )
  }
  const words = [...(WORDS.get(type.name)?.numberOf.keys() ?? [])]
  const some = words.length > 16 ? `${words.slice(0, 16).join(', ')}, …` : words.join(', ')
  return stream.refuse(
    `"${text}" is no value of ${type.name}`,
    words.length > 0 ? `Write a number or one of ${some}.` : `Write a value of ${type.name}.`,
    at,
  )
}
