/**
 * SCTP's port space by the sources of Linux 6.18 (`sctp_do_bind`, `sctp_get_port_local`, `sctp_listen_start`). Unjudged: no
 * kernel that had SCTP has run these rows yet; one that has it judges them.
 */
import type { Case } from '../case.ts'
import { overlapping } from './overlap.ts'
import { sharing } from './sharing.ts'

/** As TCP's, but that a listener which was let in by SO_REUSEPORT leaves the mark of SO_REUSEADDR as it was. */
const SHARING = `
  new,old        bound  listening
  -,-          | no     no
  -,RA         | no     no
  -,RP         | no     no
  -,RA+RP      | no     no
  RA,-         | no     no
  RA,RA        | ok     no
  RA,RP        | no     no
  RA,RA+RP     | ok     ok
  RP,-         | no     no
  RP,RA        | no     no
  RP,RP        | uid    uid
  RP,RA+RP     | uid    uid
  RA+RP,-      | no     no
  RA+RP,RA     | ok     no
  RA+RP,RP     | uid    uid
  RA+RP,RA+RP  | ok     ok
`

/** A wildcard of either family covers both; IPV6_V6ONLY counts on the older socket where both are IPv6. */
const OVERLAP = `
       A4  S4  A6  O6  S6  M0  M4
  A4 | x   x   x   .   x   x   x
  S4 | x   x   x   .   .   x   x
  T4 | x   .   x   .   .   x   .
  A6 | x   x   x   x   x   x   x
  O6 | .   .   x   x   x   x   x
  S6 | x   .   x   x   x   x   .
  T6 | x   .   x   x   .   x   .
  M0 | x   x   x   .   x   x   x
  M4 | x   x   x   .   .   x   x
  N4 | x   .   x   .   .   x   .
`

const FLOOR = { floor: 4 }
const ONE = { range: [9, 9] } as const

const BIND: readonly Case[] = [
  {
    name: 'TCP, UDP and SCTP have nothing to do with each other',
    program:
      'a tcp4; a bind 127.0.0.1:1; b udp4; b bind 127.0.0.1:1; c sctp4; c bind 127.0.0.1:1; d sctp4; d bind 127.0.0.1:1 = EADDRINUSE 0.0.0.0:0',
  },
  {
    name: 'bound is bound, before anything else is looked at, in either family',
    surroundings: FLOOR,
    program: `a sctp4 uid=1000; a bind 127.0.0.1:4 = OK 127.0.0.1:4; a bind 10.99.0.9:3 = EINVAL
      b sctp6 uid=1000; b bind [::1]:5 = OK [::1]:5; b bind [fd99::9]:3 = EINVAL`,
  },
  {
    name: 'nobody’s address and privileged: both families look at the address first',
    surroundings: FLOOR,
    program: `a sctp4 uid=1000; a bind 10.99.0.9:3 = EADDRNOTAVAIL; a bind 127.0.0.1:3 = EACCES
      b sctp6 uid=1000; b bind [fd99::9]:3 = EADDRNOTAVAIL; b bind [::]:3 = EACCES; b bind [::ffff:10.99.0.9]:5 = EADDRNOTAVAIL`,
  },
  {
    name: 'in use and privileged is a matter of privilege, which root has',
    surroundings: FLOOR,
    program: 'a sctp4; a bind 127.0.0.1:3; b sctp4 uid=1000; b bind 127.0.0.1:3 = EACCES',
  },
  {
    name: 'a mapped address is refused to a socket for IPv6 only',
    program:
      'a sctp6 V6ONLY; a bind [::ffff:127.0.0.1]:1 = EINVAL; a -V6ONLY; a bind [::ffff:127.0.0.1]:1 = OK [::ffff:127.0.0.1]:1',
  },
  {
    name: 'a real IPv6 address leaves the socket dual-stack',
    program:
      'a sctp6; a bind [::1]:1 = OK [::1]:1; a +V6ONLY = EINVAL; b sctp4; b bind 0.0.0.0:1 = EADDRINUSE',
  },
  {
    name: '::1 is lo’s alone; other addresses go with any device',
    program: `a sctp6 dev=d0; a bind [::1]:1 = EADDRNOTAVAIL; a bind [fd81::1]:1; b sctp6 dev=lo; b bind [::1]:1
      c sctp4 dev=d0; c bind 127.0.0.1:2; d sctp6; d bind [::1]:2`,
  },
  {
    name: 'devices that differ are apart',
    program: `a sctp4 dev=d0; a bind 0.0.0.0:1; b sctp4 dev=d1; b bind 0.0.0.0:1
      c sctp4; c bind 0.0.0.0:1 = EADDRINUSE`,
  },
  {
    name: 'who closes gives the port back at once',
    program: 'a sctp4; a bind 127.0.0.1:1; a close; b sctp4; b bind 127.0.0.1:1; c sctp4; c close',
  },
  {
    name: 'others keep it',
    program:
      'a sctp4; a bind 127.0.0.1:1; b sctp4; b bind 127.0.0.2:1; a close; c sctp4; c bind 127.0.0.1:1; d sctp4; d bind 127.0.0.2:1 = EADDRINUSE',
  },
]

const LISTEN: readonly Case[] = [
  { name: 'again', program: 'a sctp4; a bind 127.0.0.1:1; a listen = OK 127.0.0.1:1; a listen' },
  {
    name: 'of two that share by SO_REUSEADDR the first listens, and lets nobody in after',
    program: `a sctp4 RA; a bind 127.0.0.1:1; b sctp4 RA; b bind 127.0.0.1:1; a listen; b listen = EADDRINUSE 127.0.0.1:1
      c sctp4 RA; c bind 127.0.0.1:1 = EADDRINUSE; a close; b listen`,
  },
  {
    name: 'without a port it gets one at the wildcard; none left is EAGAIN',
    surroundings: ONE,
    program: `a sctp4; a listen = OK 0.0.0.0:9; b sctp4; b listen = EAGAIN 0.0.0.0:0; a close; c sctp6; c listen = OK [::]:9
      d sctp4 RA; d bind 127.0.0.1:9 = EADDRINUSE`,
  },
  {
    name: 'who listens without a port lets nobody in by SO_REUSEADDR',
    surroundings: ONE,
    program: 'a sctp4 RA; a listen = OK 0.0.0.0:9; b sctp4 RA; b bind 127.0.0.1:9 = EADDRINUSE',
  },
  {
    name: 'a mapped address that was bound beside an IPv6-only wildcard can’t listen: it asks again as IPv6',
    program:
      'a sctp6 V6ONLY; a bind [::]:1; b sctp6; b bind [::ffff:127.0.0.1]:1; b listen = EADDRINUSE [::ffff:127.0.0.1]:1',
  },
  {
    name: 'the mapped wildcard asks again as one address among others',
    program: 'a sctp4 RA; a bind 127.0.0.1:1; b sctp6 RA; b bind [::ffff:0.0.0.0]:1; a -RA; b listen',
  },
  {
    name: 'a mapped address asks again as the IPv4 one that it is',
    program:
      'a sctp4 RA; a bind 127.0.0.1:1; b sctp6 RA; b bind [::ffff:127.0.0.1]:1; a -RA; b listen = EADDRINUSE',
  },
]

const MARKS: readonly Case[] = [
  {
    name: 'SO_REUSEADDR of the one that is there may be off again',
    program: 'a sctp4 RA; a bind 127.0.0.1:1; a -RA; b sctp4 RA; b bind 127.0.0.1:1',
  },
  {
    name: 'but not once a socket without it was let in, not even when that has gone',
    program: `a sctp4 RA; a bind 127.0.0.1:1; b sctp4; b bind 127.0.0.2:1; b close; a -RA
      c sctp4 RA; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
  {
    name: 'SO_REUSEPORT of the one that is there may be off again, whatever the address',
    program: 'a sctp4 RP; a bind 127.0.0.1:1; a -RP; b sctp4 RP; b bind 0.0.0.0:1',
  },
  {
    name: 'another user is looked at',
    program: 'a sctp4 RP; a bind 127.0.0.1:1; a -RP; b sctp4 RP uid=1000; b bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'a socket without SO_REUSEPORT makes the port forget',
    program: `a sctp4 RP; a bind 127.0.0.1:1; b sctp4; b bind 127.0.0.2:1; a -RP
      c sctp4 RP; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
  {
    name: 'and so does another user’s',
    program: `a sctp4 RP; a bind 127.0.0.1:1; b sctp4 RP uid=1000; b bind 127.0.0.2:1; a -RP
      c sctp4 RP; c bind 127.0.0.1:1 = EADDRINUSE; b -RP; d sctp4 RP uid=1000; d bind 127.0.0.2:1 = EADDRINUSE`,
  },
  {
    name: 'a socket without SO_REUSEPORT that was first is nobody to remember',
    program: `a sctp4; a bind 127.0.0.2:1; b sctp4 RP; b bind 127.0.0.1:1; b -RP
      c sctp4 RP; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
]

const CHOOSE: readonly Case[] = [
  {
    name: 'from the whole range, both parities alike',
    surroundings: { range: [8, 10] },
    program: 'a sctp4; a bind 127.0.0.1:0 = OK 127.0.0.1:8-10',
  },
  {
    name: 'never a reserved one',
    surroundings: { range: [8, 11], reserved: [8, 9, 11] },
    program: 'a sctp4; a bind 127.0.0.1:0 = OK 127.0.0.1:10; b sctp4; b bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'never one that somebody has, at whatever address',
    surroundings: { range: [8, 9] },
    program:
      'a sctp4; a bind 127.0.0.1:8; b sctp4; b bind 127.0.0.2:0 = OK 127.0.0.2:9; c sctp4; c bind 127.0.0.6:0 = EADDRINUSE',
  },
  {
    name: 'no flag helps, and IP_BIND_ADDRESS_NO_PORT means nothing',
    surroundings: { ...ONE, autobindReuse: true },
    program:
      'a sctp4 RA RP NOPORT; a bind 127.0.0.1:0 = OK 127.0.0.1:9; b sctp4 RA RP; b bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'a socket’s own range narrows it',
    surroundings: { range: [8, 11] },
    program:
      'a sctp4; a range 9-9; a bind 127.0.0.1:0 = OK 127.0.0.1:9; b sctp4; b range 9-9; b bind 127.0.0.1:0 = EADDRINUSE',
  },
]

export const SCTP: Readonly<Record<string, readonly Case[]>> = {
  'sctp: sharing a port': sharing('sctp', SHARING),
  'sctp: addresses that overlap': overlapping('sctp', OVERLAP),
  'sctp: bind()': BIND,
  'sctp: listen()': LISTEN,
  'sctp: what a port remembers': MARKS,
  'sctp: ports that the system chooses': CHOOSE,
}
