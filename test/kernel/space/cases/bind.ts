/** bind(): in which order it finds fault, and what it leaves behind. */
import type { Case } from '../case.ts'

const FLOOR = { floor: 4 }

export const BIND: readonly Case[] = [
  {
    name: 'a port below the floor takes a privilege',
    surroundings: FLOOR,
    program: 'a tcp4 uid=1000; a bind 127.0.0.1:3 = EACCES; a bind 127.0.0.1:4',
  },
  { name: 'root has the privilege', surroundings: FLOOR, program: 'a tcp4; a bind 127.0.0.1:3' },
  {
    name: 'UDP ports have the same floor',
    surroundings: FLOOR,
    program: 'a udp6 uid=1000; a bind [::1]:3 = EACCES',
  },
  {
    name: 'in use and privileged is a matter of privilege',
    surroundings: FLOOR,
    program: 'a tcp4; a bind 127.0.0.1:3; b tcp4 uid=1000; b bind 127.0.0.1:3 = EACCES',
  },
  {
    name: 'nobody’s address and privileged: IPv4 looks at the address first',
    surroundings: FLOOR,
    program: 'a tcp4 uid=1000; a bind 10.99.0.9:3 = EADDRNOTAVAIL',
  },
  {
    name: 'nobody’s address and privileged: IPv6 looks at the privilege first',
    surroundings: FLOOR,
    program: 'a tcp6 uid=1000; a bind [fd99::9]:3 = EACCES; a bind [fd99::9]:5 = EADDRNOTAVAIL',
  },
  { name: 'bound is bound', program: 'a tcp4; a bind 127.0.0.1:1; a bind 127.0.0.2:2 = EINVAL' },
  {
    name: 'an address is looked at before the state in IPv4, and after it in IPv6',
    program: `a tcp4; a bind 127.0.0.1:1; a bind 10.99.0.9:2 = EADDRNOTAVAIL
      b tcp6; b bind [::1]:2; b bind [fd99::9]:3 = EINVAL`,
  },
  {
    name: 'a mapped address is refused to a socket for IPv6 only',
    program: 'a tcp6 V6ONLY; a bind [::ffff:127.0.0.1]:1 = EINVAL; a -V6ONLY; a bind [::ffff:127.0.0.1]:1',
  },
  {
    name: 'IPV6_V6ONLY can’t be changed once there is a port',
    program: 'a tcp6; a bind [::]:1; a +V6ONLY = EINVAL',
  },
  {
    name: 'a real IPv6 address makes the socket one for IPv6 only',
    program:
      'a udp6 NOPORT; a bind [::1]:0 = [::1]:*; b udp4; b connect 127.0.0.1:1; a connect [::ffff:127.0.0.1]:1 = ENETUNREACH',
  },
  {
    name: 'a refused bind leaves no address behind',
    program:
      'a tcp4; a bind 127.0.0.1:1; b tcp4; b bind 127.0.0.1:1 = EADDRINUSE 0.0.0.0:0; b bind 127.0.0.2:1',
  },
  {
    name: 'with IP_BIND_ADDRESS_NO_PORT a bind to port 0 chooses none, and another may follow',
    program:
      'a tcp4 NOPORT; a bind 127.0.0.1:0 = 127.0.0.1:0; a bind 127.0.0.2:0 = 127.0.0.2:0; a bind 127.0.0.2:1; a bind 127.0.0.2:0 = EINVAL',
  },
  {
    name: 'devices that differ don’t get in each other’s way, and none is every device',
    program: `a tcp4 dev=d0; a bind 0.0.0.0:1; b tcp4 dev=d1; b bind 0.0.0.0:1
      c tcp4; c bind 0.0.0.0:1 = EADDRINUSE; d tcp4 dev=d0; d bind 0.0.0.0:1 = EADDRINUSE`,
  },
  {
    name: '::1 must be on the socket’s device, a global address need not be',
    program: 'a tcp6 dev=d0; a bind [::1]:1 = EADDRNOTAVAIL; a bind [fd81::1]:1',
  },
  {
    name: 'IPv4 doesn’t compare device and address',
    program: 'a tcp4 dev=d0; a bind 127.0.0.1:1; b tcp4 dev=d0; b bind 10.81.0.1:1',
  },
  {
    name: 'a device once set is taken off by root alone',
    program:
      'a tcp4 uid=1000 dev=d0; a device none = EPERM; a device d1 = EPERM; b tcp4 dev=d0; b device none',
  },
  {
    name: 'TCP and UDP have nothing to do with each other',
    program: 'a tcp4; a bind 0.0.0.0:1; b udp4; b bind 0.0.0.0:1',
  },
  {
    name: 'reserved ports are for whoever asks by number',
    surroundings: { reserved: [8, 9] },
    program: 'a tcp4; a bind 127.0.0.1:8; b udp4; b bind 127.0.0.1:9',
  },
  {
    name: 'both reuse flags are read at each check, not when bind was called',
    program: `a tcp4; a bind 127.0.0.1:1; b tcp4 RA; b bind 127.0.0.1:1 = EADDRINUSE
      a +RA; b bind 127.0.0.1:1; a -RA; c tcp4 RA; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
  {
    name: 'the flag of the first is not remembered once it is off',
    program: 'a tcp4 RA; a bind 127.0.0.1:1; a -RA; b tcp4 RA; b bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'a client that never set SO_REUSEADDR stands in a server’s way',
    surroundings: { range: [9, 9] },
    program: `p tcp4; p bind 127.0.0.1:2; p listen; a tcp4; a connect 127.0.0.1:2 = 127.0.0.1:9
      b tcp4 RA; b bind 0.0.0.0:9 = EADDRINUSE`,
  },
  {
    name: 'children of a listener without SO_REUSEADDR outlive it and block its successor',
    program: `a tcp4; a bind 0.0.0.0:1; a listen; b tcp4; b connect 127.0.0.1:1 = OK -> a; a accept c; a close
      d tcp4 RA; d bind 0.0.0.0:1 = EADDRINUSE; c abort; d bind 0.0.0.0:1`,
  },
  {
    name: 'children of a listener with SO_REUSEADDR don’t',
    program: `a tcp4 RA; a bind 0.0.0.0:1; a listen; b tcp4; b connect 127.0.0.1:1; a accept c; a close
      d tcp4 RA; d bind 0.0.0.0:1; d listen`,
  },
  {
    name: 'IPV6_V6ONLY is no option of IPv4',
    program: 'a tcp4; a +V6ONLY = ENOPROTOOPT; b udp4; b -V6ONLY = ENOPROTOOPT',
  },
  {
    name: 'there is no DCCP any more (since 6.16)',
    program: 'a dccp4 = ESOCKTNOSUPPORT; b dccp6 = ESOCKTNOSUPPORT',
  },
  { name: 'nobody’s address, mapped', program: 'a udp6; a bind [::ffff:10.99.0.9]:1 = EADDRNOTAVAIL' },
  {
    name: 'a refused bind leaves no address behind, not even the one that was bound before without a port',
    program: `a tcp4; a bind 127.0.0.1:1; b tcp4 NOPORT; b bind 127.0.0.2:0 = 127.0.0.2:0; b bind 127.0.0.1:1 = EADDRINUSE 0.0.0.0:0`,
  },
  {
    name: 'the lowest port is as privileged as the others',
    surroundings: FLOOR,
    program: `a tcp4 uid=1000; a bind 127.0.0.1:1 = EACCES; a bind 127.0.0.1:0 = 127.0.0.1:{9,11,13,15}`,
  },
]
