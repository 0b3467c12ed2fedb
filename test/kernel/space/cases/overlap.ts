/**
 * Which addresses overlap on one port, without any option: the row's socket is bound after the column's, and `x` is
 * EADDRINUSE.
 *
 * | kind | the socket |
 * |---|---|
 * | A4, S4, T4 | IPv4: bound to 0.0.0.0, to 127.0.0.1, to 127.0.0.2 |
 * | A6, O6 | IPv6: bound to ::, and to :: with IPV6_V6ONLY |
 * | S6, T6 | IPv6: bound to ::1, to fd80::1 |
 * | M0, M4, N4 | IPv6: bound to ::ffff:0.0.0.0, to ::ffff:127.0.0.1, to ::ffff:127.0.0.2 |
 * | C6 | IPv6, never bound: has ::1 from its connection |
 * | X4 | IPv4: bound to 127.0.0.6, the address that IPv6 sockets carry in the field for the IPv4 one |
 */
import type { Case } from '../case.ts'
import { readMatrix } from '../matrix.ts'

const SAME = `
       A4  S4  A6  O6  S6  C6  M0  M4
  A4 | x   x   x   .   .   x   x   x
  S4 | x   x   x   .   .   .   x   x
  T4 | x   .   x   .   .   .   x   .
  A6 | x   x   x   x   x   x   x   x
  O6 | .   .   x   x   x   x   .   .
  S6 | .   .   x   x   x   x   .   .
  T6 | .   .   x   x   .   .   .   .
  M0 | x   x   x   .   .   .   x   x
  M4 | x   x   x   .   .   .   x   x
  N4 | x   .   x   .   .   .   x   .
`

const TCP = `
       C6  S6
  X4 | .   .
`

/** The field for the IPv4 address shows through where sockets are compared one by one, and not by their address. */
const UDP = `
       C6  S6
  X4 | x   .
`

const AT: Readonly<Record<string, string>> = {
  A4: '0.0.0.0',
  S4: '127.0.0.1',
  T4: '127.0.0.2',
  X4: '127.0.0.6',
  A6: '[::]',
  O6: '[::]',
  S6: '[::1]',
  T6: '[fd80::1]',
  M0: '[::ffff:0.0.0.0]',
  M4: '[::ffff:127.0.0.1]',
  N4: '[::ffff:127.0.0.2]',
}

function opened(name: string, protocol: string, kind: string): string {
  const family = AT[kind]!.startsWith('[') ? '6' : '4'
  return `${name} ${protocol}${family}${kind === 'O6' ? ' V6ONLY' : ''}; ${name} bind ${AT[kind]}:1`
}

function old(protocol: string, kind: string): string {
  if (kind !== 'C6') return opened('a', protocol, kind)
  const listener = `p ${protocol}6; p bind [::1]:2; ${protocol === 'tcp' ? 'p listen; ' : ''}`
  return `${listener}a ${protocol}6; a connect [::1]:2 = [::1]:1`
}

export const overlapping = (protocol: string, table: string): Case[] =>
  readMatrix(table).map(([row, column, cell]) => ({
    name: `${protocol}: ${row} is ${cell === 'x' ? 'refused' : 'free'} beside ${column}`,
    // So that the connection takes port 1.
    surroundings: { range: [1, 1] },
    program: `${old(protocol, column)}; ${opened('b', protocol, row)}${cell === 'x' ? ' = EADDRINUSE' : ''}`,
  }))

export const OVERLAP: readonly Case[] = [
  ...overlapping('tcp', SAME),
  ...overlapping('udp', SAME),
  ...overlapping('tcp', TCP),
  ...overlapping('udp', UDP),
]
