/** listen() asks once more whether the port can be had, and accept() makes sockets that hold it too. */
import type { Case } from '../case.ts'

export const LISTEN: readonly Case[] = [
  {
    name: 'of two that share by SO_REUSEADDR the first to listen wins, and the other may try again',
    program: `a tcp4 RA; a bind 127.0.0.1:1; b tcp4 RA; b bind 127.0.0.1:1
      a listen; b listen = EADDRINUSE 127.0.0.1:1; a close; b listen`,
  },
  { name: 'listening twice is one', program: 'a tcp4; a bind 127.0.0.1:1; a listen; a listen' },
  { name: 'UDP doesn’t listen', program: 'a udp4; a bind 127.0.0.1:1; a listen = EOPNOTSUPP' },
  {
    name: 'what is connected doesn’t listen',
    program: 'p tcp4; p bind 127.0.0.1:2; p listen; a tcp4; a connect 127.0.0.1:2; a listen = EINVAL',
  },
  {
    name: 'without a port, one is chosen',
    surroundings: { range: [9, 9] },
    program: 'a tcp4; a listen = 0.0.0.0:9; b tcp4; b listen = EADDRINUSE; c tcp6; c listen = EADDRINUSE',
  },
  {
    name: 'a conflict that came with a change of device is found',
    program: `a tcp4 dev=d0; a bind 0.0.0.0:1; b tcp4 dev=d1; b bind 0.0.0.0:1; b device d0
      a listen = EADDRINUSE`,
  },
  {
    name: 'shutdown of a listener keeps a port that was asked for',
    program:
      'a tcp4; a bind 127.0.0.1:1; a listen; a shutdown read; b tcp4; b bind 127.0.0.1:1 = EADDRINUSE; a listen = 127.0.0.1:1',
  },
  {
    name: 'shutdown of a listener gives up a port that was chosen',
    surroundings: { range: [9, 9] },
    program:
      'a tcp4; a bind 127.0.0.1:0 = 127.0.0.1:9; a listen; a shutdown read; b tcp4; b bind 127.0.0.1:9; a listen = EADDRINUSE',
  },
  {
    name: 'shutdown for writing is nothing to a listener',
    program:
      'a tcp4; a bind 127.0.0.1:1; a listen; a shutdown write; b tcp4; b connect 127.0.0.1:1 = OK -> a',
  },
  { name: 'nothing waits', program: 'a tcp4; a bind 127.0.0.1:1; a listen; a accept b = EAGAIN' },
  { name: 'accept from what doesn’t listen', program: 'a tcp4; a bind 127.0.0.1:1; a accept b = EINVAL' },
  {
    name: 'the accepted one is at the address that was called',
    program: `a tcp4; a bind 0.0.0.0:1; a listen; b tcp4; b bind 127.0.0.2:2; b connect 127.0.0.6:1 = 127.0.0.2:2 -> a
      a accept c = 127.0.0.6:1 from 127.0.0.2:2`,
  },
  {
    name: 'an IPv4 caller of an IPv6 listener has a mapped address',
    program: `a tcp6; a bind [::]:1; a listen; b tcp4; b bind 127.0.0.1:2; b connect 127.0.0.1:1 = OK -> a
      a accept c = [::ffff:127.0.0.1]:1 from [::ffff:127.0.0.1]:2`,
  },
  {
    name: 'a listener that goes takes those with it who waited',
    program: `a tcp4 RA; a bind 127.0.0.1:1; a listen; b tcp4; b connect 127.0.0.1:1 = OK -> a; a close
      c tcp4; c bind 127.0.0.1:1`,
  },
  {
    name: 'the accepted one may become a listener itself',
    program: `p tcp4 RA; p bind 127.0.0.1:1; p listen; a tcp4; a connect 127.0.0.1:1; p accept b; b disconnect
      b bind 127.0.0.2:2; b listen; c tcp4; c connect 127.0.0.2:2 = OK -> b`,
  },
  {
    name: 'who disconnects listens no more',
    program: `a tcp4; a bind 127.0.0.1:1; a listen; a disconnect; b tcp4; b connect 127.0.0.1:1 = ECONNREFUSED`,
  },
  {
    name: 'who is closed neither',
    program: `a tcp4; a bind 127.0.0.1:1; a listen; a close; b tcp4; b connect 127.0.0.1:1 = ECONNREFUSED`,
  },
  {
    name: 'who waits at a listener that goes is reset',
    program: `a tcp4; a bind 127.0.0.1:1; a listen; b tcp4; b bind 127.0.0.1:2; b connect 127.0.0.1:1 = OK -> a; a close; b shutdown write = ENOTCONN`,
  },
  {
    name: 'and is not there when it listens again',
    program: `a tcp4; a bind 127.0.0.1:1; a listen; b tcp4; b connect 127.0.0.1:1 = OK -> a; a shutdown read; a listen; a accept c = EAGAIN`,
  },
]
