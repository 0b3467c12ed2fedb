/** Ports that the system chooses: from which, in which order, and what is said when there is none. */
import type { Case } from '../case.ts'

const ONE = { range: [9, 9] } as const
const PEER = 'p tcp4; p bind 127.0.0.1:1; p listen'

export const CHOOSE_PORT: readonly Case[] = [
  {
    name: 'from the range',
    program: 'a tcp4; a bind 127.0.0.1:0 = 127.0.0.1:{9,11,13,15}; b udp6; b bind [::1]:0 = [::1]:8-15',
  },
  {
    name: 'never a reserved one',
    surroundings: { range: [8, 11], reserved: [8, 9, 11] },
    program: `a tcp4; a bind 127.0.0.1:0 = *:10; b udp4; b bind 127.0.0.1:0 = *:10; ${PEER}; c tcp4; c bind 127.0.0.2:10
      d tcp4; d connect 127.0.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'all reserved is none left',
    surroundings: { range: [8, 9], reserved: [8, 9] },
    program: `a tcp4; a bind 127.0.0.1:0 = EADDRINUSE; b udp4; b bind 127.0.0.1:0 = EADDRINUSE; c udp4; c connect 127.0.0.1:1 = EAGAIN
      ${PEER}; d tcp4; d connect 127.0.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'TCP bind prefers odd ports',
    surroundings: { range: [8, 9] },
    program: 'a tcp4; a bind 127.0.0.1:0 = *:9; b tcp4; b bind 127.0.0.1:0 = *:8',
  },
  {
    name: 'TCP connect prefers even ports, those of the range’s low end',
    surroundings: { range: [8, 9] },
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1 = *:8; b tcp4; b connect 127.0.0.1:1 = *:9`,
  },
  {
    name: 'with a range of its own a socket’s connect finds the only port that is left, whatever its parity',
    surroundings: { range: [8, 9] },
    program: `${PEER}; x tcp4; x bind 127.0.0.2:8; a tcp4; a range 8-9; a connect 127.0.0.1:1 = *:9`,
  },
  {
    name: 'with a range of its own a socket’s connect has no preference, bind still has',
    surroundings: { range: [8, 9] },
    program: `${PEER}; a tcp4; a range 8-9; a connect 127.0.0.1:1 = *:8-9; b tcp4; b range 8-9; b bind 127.0.0.2:0 = *:9`,
  },
  {
    name: 'with SO_REUSEADDR bind begins with the lower half',
    surroundings: { range: [8, 15] },
    program: 'a tcp4 RA; a bind 127.0.0.1:0 = *:{9,11}',
  },
  {
    name: 'goes on with the other ports of the lower half, and then with the upper half',
    surroundings: { range: [8, 15], reserved: [10, 11, 13] },
    program:
      'a tcp4 RA; a bind 127.0.0.1:0 = *:9; b tcp4 RA; b bind 127.0.0.1:0 = *:8; c tcp4 RA; c bind 127.0.0.1:0 = *:15; d tcp4 RA; d bind 127.0.0.1:0 = *:{12,14}',
  },
  {
    name: 'each specific address has all ports',
    surroundings: ONE,
    program:
      'a tcp4; a bind 127.0.0.1:0 = *:9; b tcp4; b bind 127.0.0.2:0 = *:9; c tcp4; c bind 127.0.0.1:0 = EADDRINUSE; d tcp4; d bind 0.0.0.0:0 = EADDRINUSE',
  },
  {
    name: 'neither flag helps TCP',
    surroundings: ONE,
    program: 'a tcp4 RA RP; a bind 127.0.0.1:0; b tcp4 RA RP; b bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'unless ip_autobind_reuse is on, which lets SO_REUSEADDR help',
    surroundings: { ...ONE, autobindReuse: true },
    program:
      'a tcp4 RA; a bind 127.0.0.1:0; b tcp4 RA; b bind 127.0.0.1:0 = *:9; c tcp4; c bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'ip_autobind_reuse, and a listener',
    surroundings: { ...ONE, autobindReuse: true },
    program: 'a tcp4 RA; a bind 127.0.0.1:0; a listen; b tcp4 RA; b bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'ip_autobind_reuse, and both SO_REUSEPORT of one user',
    surroundings: { ...ONE, autobindReuse: true },
    program:
      'a tcp4 RA RP; a bind 127.0.0.1:0; b tcp4 RA RP; b bind 127.0.0.1:0 = EADDRINUSE; c tcp4 RA RP uid=1000; c bind 127.0.0.1:0 = *:9',
  },
  {
    name: 'either flag makes UDP hand out ports that are taken',
    surroundings: ONE,
    program: `a udp4 RA; a bind 127.0.0.1:0 = *:9; b udp4 RA; b bind 127.0.0.1:0 = *:9; c udp4; c bind 127.0.0.1:0 = EADDRINUSE`,
  },
  {
    name: 'SO_REUSEPORT does so for one user',
    surroundings: ONE,
    program:
      'a udp4 RP uid=1000; a bind 127.0.0.1:0 = *:9; b udp4 RP uid=1000; b bind 127.0.0.1:0 = *:9; c udp4 RP uid=1001; c bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'of three ports TCP never tries the highest by itself',
    surroundings: { range: [8, 10] },
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1 = *:8; b tcp4; b connect 127.0.0.1:1 = *:9; c tcp4; c connect 127.0.0.1:1 = EADDRNOTAVAIL
      d tcp4; d bind 127.0.0.2:0 = *:9; e tcp4; e bind 127.0.0.2:0 = *:8; f tcp4; f bind 127.0.0.2:0 = EADDRINUSE; f bind 127.0.0.2:10`,
  },
  {
    name: 'UDP tries every port',
    surroundings: { range: [8, 10] },
    program:
      'a udp4; a bind 127.0.0.1:0 = *:8-10; b udp4; b bind 127.0.0.1:0; c udp4; c bind 127.0.0.1:0; d udp4; d bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'UDP counts by local address, not by destination',
    surroundings: ONE,
    program:
      'a udp4; a connect 127.0.0.1:1 = *:9; b udp4; b connect 127.0.0.2:2 = EAGAIN; c udp4; c send 127.0.0.2:2 = EAGAIN',
  },
  {
    name: 'a socket’s own range narrows the namespace’s, each half only if it lies within',
    surroundings: { range: [8, 11] },
    program: `a udp4; a range 9-9; a bind 127.0.0.1:0 = *:9; b udp4; b range 5-8; b bind 127.0.0.1:0 = *:8
      c udp4; c range 11-15; c bind 127.0.0.1:0 = *:11; d udp4; d range 13-15; d bind 127.0.0.1:0 = *:10`,
  },
  {
    name: 'a range upside down',
    program: 'a tcp4; a range 9-8 = EINVAL; a range 9-0; a range 0-9; a range 0-0',
  },
  {
    name: 'the one in the middle of five is always found',
    surroundings: { range: [8, 12], reserved: [8, 9, 11, 12] },
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1 = *:10; b tcp4; b bind 127.0.0.2:0 = *:10`,
  },
  {
    name: 'SO_REUSEPORT alone doesn’t help TCP, neither at the first search nor with ip_autobind_reuse',
    surroundings: { ...ONE, autobindReuse: true },
    program: 'a tcp4 RP; a bind 127.0.0.1:0 = *:9; b tcp4 RP; b bind 127.0.0.1:0 = EADDRINUSE',
  },
  {
    name: 'half a range of its own is one, too: connect has no preference',
    surroundings: { range: [8, 9] },
    program: `${PEER}; a tcp4; a range 8-0; a connect 127.0.0.1:1 = *:8-9; b tcp4; b bind 127.0.0.2:1; b listen; c tcp4; c range 0-9; c connect 127.0.0.2:1 = *:8-9`,
  },
  {
    name: 'of two users’ sockets the first that cares decides, and who has given its port back is no longer among them',
    surroundings: ONE,
    program: `v udp6 RA RP uid=1000; v bind [::]:0 = *:9; v disconnect; y udp6 RA RP uid=1001; y bind [::]:9; v bind [::]:9
      c udp6 RP uid=1000; c bind [::]:9 = EADDRINUSE`,
  },
]
