/**
 * What a port remembers of the SO_REUSEPORT sockets that came last: while they match, a newcomer is let in without a look at
 * anybody else on the port.
 */
import type { Case } from '../case.ts'

export const FAST_PATH: readonly Case[] = [
  {
    name: 'the flag of the one that is there may be off again',
    program: 'a tcp4 RP; a bind 127.0.0.1:1; a -RP; b tcp4 RP; b bind 127.0.0.1:1',
  },
  {
    name: 'a device that overlaps is overlooked',
    program: `a tcp4 dev=d0; a bind 0.0.0.0:1; b tcp4 RP dev=d1; b bind 0.0.0.0:1
      c tcp4 RP; c bind 0.0.0.0:1`,
  },
  {
    name: 'one that shares by SO_REUSEADDR alone is overlooked, if a listener was the last',
    program: `a tcp4 RA RP; a bind 127.0.0.1:1; b tcp4 RA; b bind 127.0.0.1:1; a listen
      c tcp4 RP; c bind 127.0.0.1:1`,
  },
  {
    name: 'without the listener the same is refused',
    program:
      'a tcp4 RA RP; a bind 127.0.0.1:1; b tcp4 RA; b bind 127.0.0.1:1; c tcp4 RP; c bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'another user is looked at',
    program: 'a tcp4 RP; a bind 127.0.0.1:1; a -RP; b tcp4 RP uid=1000; b bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'a remembered wildcard covers every address',
    program: 'a tcp4 RP; a bind 0.0.0.0:1; a -RP; b tcp4 RP; b bind 127.0.0.1:1',
  },
  {
    name: 'a remembered address doesn’t cover the wildcard',
    program: 'a tcp4 RP; a bind 127.0.0.1:1; a -RP; b tcp4 RP; b bind 0.0.0.0:1 = EADDRINUSE',
  },
  {
    name: 'a remembered :: covers IPv4',
    program: 'a tcp6 RP; a bind [::]:1; a -RP; b tcp4 RP; b bind 127.0.0.1:1',
  },
  {
    name: 'a socket without SO_REUSEPORT makes the port forget',
    program: `a tcp4 RP; a bind 127.0.0.1:1; b tcp4; b bind 127.0.0.2:1; a -RP
      c tcp4 RP; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
  {
    name: 'the port forgets when it is connect()’s again (since 6.18)',
    surroundings: { range: [9, 9] },
    program: `p tcp4; p bind 0.0.0.0:1; p listen; a tcp4 RA NOPORT; a bind 127.0.0.2:0; a connect 127.0.0.1:1 = *:9
      b tcp4 RA RP; b bind 127.0.0.2:9; b close; c tcp4 RP; c bind 127.0.0.2:9 = EADDRINUSE`,
  },
]
