/**
 * When two sockets share an address and a port: flags of the new one, of the old one, and what the old one is doing. `ok` for
 * anybody, `no` for nobody (EADDRINUSE), `uid` for sockets of the same owner.
 *
 * RA must be on both, and the old one must not listen. RP must be on both, and the owner the same, unless the
 * old one is nobody's any more.
 */
import type { Case } from '../case.ts'
import { readMatrix } from '../matrix.ts'

const TCP = `
  new,old        bound  connected  listening  time-wait
  -,-          | no     no         no         no
  -,RA         | no     no         no         no
  -,RP         | no     no         no         no
  -,RA+RP      | no     no         no         no
  RA,-         | no     no         no         no
  RA,RA        | ok     ok         no         ok
  RA,RP        | no     no         no         no
  RA,RA+RP     | ok     ok         no         ok
  RP,-         | no     no         no         no
  RP,RA        | no     no         no         no
  RP,RP        | uid    uid        uid        ok
  RP,RA+RP     | uid    uid        uid        ok
  RA+RP,-      | no     no         no         no
  RA+RP,RA     | ok     ok         no         ok
  RA+RP,RP     | uid    uid        uid        ok
  RA+RP,RA+RP  | ok     ok         uid        ok
`

const UDP = `
  new,old        bound  connected
  -,-          | no     no
  -,RA         | no     no
  -,RP         | no     no
  -,RA+RP      | no     no
  RA,-         | no     no
  RA,RA        | ok     ok
  RA,RP        | no     no
  RA,RA+RP     | ok     ok
  RP,-         | no     no
  RP,RA        | no     no
  RP,RP        | uid    uid
  RP,RA+RP     | uid    uid
  RA+RP,-      | no     no
  RA+RP,RA     | ok     ok
  RA+RP,RP     | uid    uid
  RA+RP,RA+RP  | ok     ok
`

const LISTENER = 'p tcp4; p bind 127.0.0.1:2; p listen'
const DOING: Readonly<Record<string, string>> = {
  'tcp bound': '',
  'tcp connected': `${LISTENER}; a connect 127.0.0.1:2`,
  'tcp listening': 'a listen',
  'tcp time-wait': `${LISTENER}; a connect 127.0.0.1:2; p accept q; a close; q close`,
  'sctp bound': '',
  'sctp listening': 'a listen',
  'dccp bound': '',
  'dccp listening': 'a listen',
  'udp bound': '',
  'udp connected': 'p udp4; p bind 127.0.0.1:2; a connect 127.0.0.1:2',
}

const USERS = [
  ['the same user', 1000],
  ['another user', 1001],
] as const

const flags = (text: string): string => (text === '-' ? '' : ` ${text.replace('+', ' ')}`)

export const sharing = (protocol: string, table: string): Case[] =>
  // The corner of the table names both halves of a row's name, and no column.
  readMatrix(table.replace('new,old', '')).flatMap(([row, state, cell]) => {
    const [fresh = '', old = ''] = row.split(',')
    return USERS.map(([whose, uid]) => {
      const free = cell === 'ok' || (cell === 'uid' && uid === 1000)
      return {
        name: `${protocol}: ${fresh} of ${whose}, beside ${old} that is ${state}`,
        program: `
          a ${protocol}4${flags(old)} uid=1000; a bind 127.0.0.1:1; ${DOING[`${protocol} ${state}`]}
          b ${protocol}4${flags(fresh)} uid=${uid}; b bind 127.0.0.1:1${free ? '' : ' = EADDRINUSE'}`,
      }
    })
  })

export const SHARING: readonly Case[] = [...sharing('tcp', TCP), ...sharing('udp', UDP)]
