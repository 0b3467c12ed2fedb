/** Ports of connections that are over: who keeps them, and from whom. */
import type { Case } from '../case.ts'

const ONE = { range: [9, 9] } as const
const PEER = 'p tcp4 RA; p bind 0.0.0.0:1; p listen'
/** The caller, on port 9, closes first. */
const OVER = `${PEER}; a tcp4; a connect 127.0.0.1:1 = *:9; p accept b; a close; b close`

export const TIME_WAIT: readonly Case[] = [
  {
    name: 'who closes first has it',
    surroundings: ONE,
    program: `${OVER}; c tcp4; c bind 127.0.0.1:9 = EADDRINUSE; d tcp4; d bind 127.0.0.2:9`,
  },
  {
    name: 'a server that closes first has it, and needs SO_REUSEADDR to come back',
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4; a connect 127.0.0.1:1; p accept b; b close; a close; p close
      c tcp4 RA; c bind 127.0.0.1:1 = EADDRINUSE`,
  },
  {
    name: 'a server that had it comes back',
    program: `p tcp4 RA; p bind 127.0.0.1:1; p listen; a tcp4; a connect 127.0.0.1:1; p accept b; b close; a close; p close
      c tcp4; c bind 127.0.0.1:1 = EADDRINUSE; d tcp4 RA; d bind 127.0.0.1:1; d listen`,
  },
  {
    name: 'a reset leaves none',
    surroundings: ONE,
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1; p accept b; a abort; c tcp4; c bind 127.0.0.1:9`,
  },
  {
    name: 'half closed, the port is held as well',
    surroundings: ONE,
    program: `${PEER}; a tcp4; a connect 127.0.0.1:1; p accept b; a close; c tcp4; c bind 127.0.0.1:9 = EADDRINUSE; b close; c bind 127.0.0.1:9 = EADDRINUSE`,
  },
  {
    name: 'connect() on a port of one’s own takes it over at once',
    program: `${PEER}; a tcp4 RA; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; a close; b close
      c tcp4 RA; c bind 127.0.0.1:2; c connect 127.0.0.1:1 = 127.0.0.1:2 -> p`,
  },
  {
    name: 'connect() that chooses leaves it alone while it is young, even with tcp_tw_reuse',
    surroundings: { ...ONE, timeWaitReuse: 1 },
    program: `${OVER}; c tcp4; c connect 127.0.0.1:1 = EADDRNOTAVAIL; c connect 127.0.0.2:1 = *:9`,
  },
  {
    name: 'SO_REUSEPORT doesn’t ask whose it was',
    program: `${PEER}; a tcp4 RP uid=1000; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; a close; b close
      c tcp4 RP uid=1001; c bind 127.0.0.1:2`,
  },
  {
    name: 'a port that bind() took beside one of connect()’s stays bind()’s when it takes that one’s place',
    surroundings: ONE,
    program: `p tcp6; p bind [::1]:1; p listen; a tcp6 RA; a connect [::1]:1 = *:9; p accept q; a close; q close
      b tcp6 RA; b bind [::1]:9; b connect [::1]:1 = [::1]:9 -> p; c tcp4; c connect 127.0.0.1:2 = EADDRNOTAVAIL`,
  },
  {
    name: 'taken over once, it is gone',
    program: `p tcp4 RA; p bind 0.0.0.0:1; p listen; a tcp4 RA; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; a close; b close
      c tcp4 RA; c bind 127.0.0.1:2; d tcp4 RA; d bind 127.0.0.1:2; c connect 127.0.0.1:1 = OK -> p; d connect 127.0.0.1:1 = EADDRNOTAVAIL`,
  },
  {
    name: 'a listener’s side that has it takes the same caller again',
    program: `p tcp4 RA; p bind 127.0.0.1:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; b close; a close
      c tcp4; c bind 127.0.0.1:2; c connect 127.0.0.1:1 = OK -> p`,
  },
  {
    name: 'where nobody listens any more it answers the caller in its own way, and is ended by that',
    program: `p tcp4 RA; p bind 127.0.0.1:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept b; b close; a close; p close
      c tcp4; c bind 127.0.0.1:2; c connect 127.0.0.1:1 = EINPROGRESS; d tcp4; d bind 127.0.0.1:1`,
  },
  {
    name: 'who meets himself on his own port takes his own over, for certain',
    program: `a tcp4 RA; a bind 127.0.0.1:1; a connect 127.0.0.1:1; a shutdown both
      b tcp4 RA; b bind 127.0.0.1:1; b connect 127.0.0.1:1 = OK 127.0.0.1:1 -> nobody`,
  },
  {
    name: 'who takes one over and isn’t answered gives a port that was chosen back when he disconnects',
    surroundings: { ...ONE, autobindReuse: true },
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4 RA; a connect 127.0.0.1:1 = *:9; p accept b; a close
      c tcp4 RA; c bind 127.0.0.1:0 = *:9; c connect 127.0.0.1:1 = EINPROGRESS; c disconnect; d tcp4; d bind 127.0.0.1:9`,
  },
  {
    name: 'who said goodbye first and is still open waits once the other has, too; his socket is closed by then',
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept q
      a shutdown write; q close; a shutdown both = ENOTCONN; a close; c tcp4; c bind 127.0.0.1:2 = EADDRINUSE`,
  },
  {
    name: 'who says goodbye second is done',
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept q
      a close; q shutdown write; q shutdown write = ENOTCONN`,
  },
  {
    name: 'who was reset has no peer any more to reset',
    program: `p tcp4; p bind 127.0.0.1:1; p listen; a tcp4; a bind 127.0.0.1:2; a connect 127.0.0.1:1; p accept q
      a disconnect; a connect 127.0.0.1:1 = OK -> p; q abort; a shutdown write`,
  },
]
