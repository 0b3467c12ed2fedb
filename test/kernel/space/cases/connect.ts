/** connect() of TCP: where it goes, which port it takes, and what a failure leaves. */
import type { Case } from '../case.ts'

const ONE = { range: [9, 9] } as const
const PEER = 'p tcp4; p bind 0.0.0.0:1; p listen'

export const CONNECT: readonly Case[] = [
  { name: 'nobody listens', program: 'a tcp4; a connect 127.0.0.1:1 = ECONNREFUSED' },
  {
    name: 'connected is connected',
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1; a connect 127.0.0.1:1 = EISCONN`,
  },
  { name: 'a listener is as good as connected', program: `${PEER}; p connect 127.0.0.1:1 = EISCONN` },
  {
    name: 'the wildcard means loopback',
    program: `${PEER}; a tcp4; a connect 0.0.0.0:1 = 127.0.0.1:{8,10,12,14} -> p`,
  },
  {
    name: 'the source is the route’s',
    program: `${PEER}; a tcp4; a connect 127.0.0.6:1 = 127.0.0.1:{8,10,12,14}; b tcp4; b connect 10.80.0.1:1 = 10.80.0.1:{8,10,12,14}`,
  },
  {
    name: 'IPv6 only, to a mapped address',
    program: 'a tcp6 V6ONLY; a connect [::ffff:127.0.0.1]:1 = ENETUNREACH',
  },
  {
    name: 'one port serves many destinations',
    surroundings: ONE,
    program: `${PEER}; q tcp4; q bind 127.0.0.1:2; q listen; a tcp4; a connect 127.0.0.1:1 = *:9; b tcp4; b connect 127.0.0.1:2 = *:9
      c tcp4; c connect 127.0.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'a port that bind() holds is not for connect() to choose, whatever the address',
    surroundings: ONE,
    program: `${PEER}; a tcp4; a bind 127.0.0.2:9; b tcp4; b connect 127.0.0.1:1 = EADDRNOTAVAIL; c tcp6; c connect [::1]:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'it is again, once only connections chosen by connect() are left (since 6.18)',
    surroundings: ONE,
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1; b tcp4; b bind 127.0.0.2:9; c tcp4; c connect 127.0.0.6:1 = EADDRNOTAVAIL
      b close; c connect 127.0.0.6:1 = *:9`,
  },
  {
    name: 'children of a listener hide the port when it is gone',
    surroundings: ONE,
    program: `a tcp4; a bind 127.0.0.1:9; a listen; b tcp4; b bind 127.0.0.1:2; b connect 127.0.0.1:9; a accept c; a close
      ${PEER}; d tcp4; d connect 127.0.0.1:1 = EADDRNOTAVAIL; c abort; d connect 127.0.0.1:1 = *:9`,
  },
  {
    name: 'a held port needs but a four-tuple of its own',
    program: `${PEER}; a tcp4 RA; a bind 127.0.0.1:2; b tcp4 RA; b bind 127.0.0.1:2; a connect 127.0.0.1:1; b connect 127.0.0.1:1 = EADDRNOTAVAIL
      b connect 127.0.0.2:1 = 127.0.0.1:2 -> p`,
  },
  {
    name: 'with IP_BIND_ADDRESS_NO_PORT the port is chosen late, and may be somebody’s',
    surroundings: ONE,
    program: `${PEER}; q tcp4; q bind 127.0.0.1:2; q listen; a tcp4 NOPORT; a bind 127.0.0.1:0 = *:0; b tcp4 NOPORT; b bind 127.0.0.1:0
      a connect 127.0.0.1:1 = *:9; b connect 127.0.0.1:2 = *:9`,
  },
  {
    name: 'two with one device may not have one four-tuple',
    program: `p tcp4; p bind 10.80.0.1:1; p listen; a tcp4 RA dev=d0; a bind 10.80.0.1:2; b tcp4 RA dev=d0; b bind 10.80.0.1:2
      a connect 10.80.0.1:1; b connect 10.80.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'connect() may choose a port again when a bind() beside its own at one address is over (since 6.18)',
    surroundings: ONE,
    program: `${PEER}; a tcp4 RA NOPORT; a bind 127.0.0.2:0; a connect 127.0.0.1:1 = *:9; b tcp4 RA; b bind 127.0.0.2:9
      c tcp4; c connect 127.0.0.6:1 = EADDRNOTAVAIL; b close; c connect 127.0.0.6:1 = *:9`,
  },
  {
    name: 'but not beside one that connected before it was bound',
    surroundings: ONE,
    program: `${PEER}; a tcp4 RA; a connect 127.0.0.1:1 = *:9; a disconnect; a bind 127.0.0.2:9; b tcp4 RA; b bind 127.0.0.2:9; b close
      c tcp4; c connect 127.0.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'a four-tuple is free once the peer has reset it',
    program: `${PEER}; a tcp4 RA; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept q; b tcp4 RA; b bind 127.0.0.1:2; q abort
      b connect 127.0.0.1:1 = OK -> p`,
  },
  {
    name: 'a peer that holds on to an older conversation with the same ends doesn’t answer, and is reset',
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4 RA; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; a close
      c tcp4 RA; c bind 127.0.0.1:2; c connect 127.0.0.1:1 = EINPROGRESS; c connect 127.0.0.1:1 = EALREADY
      c listen = EINVAL; p close; d tcp4; d bind 127.0.0.1:1`,
  },
]

/** What getsockname() tells is not always what is held. */
export const NAMES: readonly Case[] = [
  {
    name: 'after a refusal the port is told and not held',
    surroundings: ONE,
    program:
      'a tcp4; a connect 127.0.0.1:1 = ECONNREFUSED *:9; b tcp4; b bind 127.0.0.1:9; a bind 127.0.0.1:2',
  },
  {
    name: 'a port that was asked for is held',
    program:
      'a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1 = ECONNREFUSED 127.0.0.1:2; b tcp4; b bind 127.0.0.1:2 = EADDRINUSE',
  },
  {
    name: 'a port that bind() chose is lost by a refusal',
    surroundings: ONE,
    program:
      'a tcp4; a bind 127.0.0.1:0 = *:9; b tcp4; b bind 127.0.0.1:9 = EADDRINUSE; a connect 127.0.0.1:1 = ECONNREFUSED *:9; b bind 127.0.0.1:9',
  },
  {
    name: 'and by a disconnect',
    surroundings: ONE,
    program: `p tcp4; p bind 0.0.0.0:1; p listen; a tcp4; a bind 127.0.0.1:0 = *:9; a connect 127.0.0.1:1; a disconnect = *:*
      b tcp4; b bind 127.0.0.1:9`,
  },
  {
    name: 'and by the peer’s reset, while the descriptor is open',
    surroundings: ONE,
    program: `p tcp4; p bind 0.0.0.0:1; p listen; a tcp4; a bind 127.0.0.1:0 = *:9; a connect 127.0.0.1:1; p accept q
      b tcp4; b bind 127.0.0.1:9 = EADDRINUSE; q abort; b bind 127.0.0.1:9`,
  },
  {
    name: 'a disconnect keeps what was asked for',
    program: `p tcp4; p bind 0.0.0.0:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; a disconnect
      b tcp4; b bind 127.0.0.1:2 = EADDRINUSE`,
  },
  {
    name: 'a socket at ::ffff:0.0.0.0 keeps the address of the route, also where no port was left',
    surroundings: ONE,
    program: `a tcp4; a bind 127.0.0.1:9; b tcp6 NOPORT; b bind [::ffff:0.0.0.0]:0; b connect [::ffff:127.0.0.1]:1 = EADDRNOTAVAIL [::ffff:127.0.0.1]:0
      c tcp6; c bind [::ffff:0.0.0.0]:2; c connect [::ffff:127.0.0.1]:1 = ECONNREFUSED [::ffff:127.0.0.1]:2; d tcp4; d bind 127.0.0.2:2`,
  },
  {
    name: 'and by a four-tuple that is taken',
    surroundings: { ...ONE, autobindReuse: true },
    program: `p tcp4; p bind 0.0.0.0:1; p listen; a tcp4 RA; a bind 127.0.0.1:0 = *:9; b tcp4 RA; b bind 127.0.0.1:0 = *:9
      a connect 127.0.0.1:1; b connect 127.0.0.1:1 = EADDRNOTAVAIL 127.0.0.1:9; a abort; c tcp4; c bind 127.0.0.1:9`,
  },
]
