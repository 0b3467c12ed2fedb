/**
 * DCCP's port space by the sources of Linux up to 6.15, which take its ports by TCP's functions (`inet_csk_get_port`).
 * Unjudged: no kernel that had DCCP has run these rows yet; one that has it judges them.
 */
import type { Case } from '../case.ts'
import { overlapping } from './overlap.ts'
import { sharing } from './sharing.ts'

const SHARING = `
  new,old        bound  listening
  -,-          | no     no
  RA,RA        | ok     no
  RA,RP        | no     no
  RP,RP        | uid    uid
  RA+RP,RA     | ok     no
  RA+RP,RA+RP  | ok     uid
`

const OVERLAP = `
       A4  S4  A6  O6  S6  M0  M4
  A4 | x   x   x   .   .   x   x
  S4 | x   x   x   .   .   x   x
  A6 | x   x   x   x   x   x   x
  O6 | .   .   x   x   x   .   .
  S6 | .   .   x   x   x   .   .
  M4 | x   x   x   .   .   x   x
`

const BIND: readonly Case[] = [
  {
    name: 'TCP, UDP and DCCP have nothing to do with each other',
    program:
      'a tcp4; a bind 127.0.0.1:1; b udp4; b bind 127.0.0.1:1; c dccp4; c bind 127.0.0.1:1; d dccp4; d bind 127.0.0.1:1 = EADDRINUSE; c close; d bind 127.0.0.1:1',
  },
  {
    name: 'a port below the floor takes a privilege; IPv6 looks at it before the address',
    surroundings: { floor: 4 },
    program:
      'a dccp4 uid=1000; a bind 10.99.0.9:3 = EADDRNOTAVAIL; a bind 127.0.0.1:3 = EACCES; b dccp6 uid=1000; b bind [fd99::9]:3 = EACCES',
  },
  {
    name: 'of the range odd ports are preferred, counted for each address',
    surroundings: { range: [8, 9] },
    program: `a dccp4; a bind 127.0.0.1:0 = OK 127.0.0.1:9; b dccp4; b bind 127.0.0.1:0 = OK 127.0.0.1:8
      c dccp4; c bind 127.0.0.2:0 = OK 127.0.0.2:9; d dccp4; d bind 127.0.0.1:0 = EADDRINUSE`,
  },
  {
    name: 'listen() without a port gets one; none left is EADDRINUSE',
    surroundings: { range: [9, 9] },
    program: 'a dccp4; a listen = OK 0.0.0.0:9; b dccp4; b listen = EADDRINUSE',
  },
]

export const DCCP: Readonly<Record<string, readonly Case[]>> = {
  'dccp: sharing a port': sharing('dccp', SHARING),
  'dccp: addresses that overlap': overlapping('dccp', OVERLAP),
  'dccp: bind()': BIND,
}
