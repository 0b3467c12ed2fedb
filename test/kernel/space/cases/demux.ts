/** Which socket gets what arrives. */
import type { Case } from '../case.ts'

const both = (name: string, program: string): Case[] => [
  {
    name: `tcp: ${name}`,
    program: program
      .replaceAll('~', 'tcp')
      .replaceAll('?', 'connect')
      .replace(/(\w) bind (\S+)!/g, '$1 bind $2; $1 listen'),
  },
  {
    name: `udp: ${name}`,
    program: program.replaceAll('~', 'udp').replaceAll('?', 'send').replaceAll('!', ''),
  },
]

export const DEMUX: readonly Case[] = [
  ...both(
    'a specific address before the wildcard',
    'a ~4 RP; a bind 0.0.0.0:1!; b ~4; b bind 127.0.0.1:2!; c ~4 RP; c bind 127.0.0.1:1!; d ~4; d ? 127.0.0.1:1 = OK -> c; e ~4; e ? 127.0.0.2:1 = OK -> a',
  ),
  ...both(
    'even where the wildcard has the device',
    'a ~4 RP dev=d0; a bind 0.0.0.0:1!; b ~4 RP; b bind 10.80.0.1:1!; c ~4; c ? 10.80.0.1:1 = OK -> b',
  ),
  ...both(
    'a device that isn’t the packet’s doesn’t match, and the wildcard is next',
    'a ~4 dev=d1; a bind 10.80.0.1:1!; b ~4 dev=d0; b bind 0.0.0.0:1!; c ~4; c ? 10.80.0.1:1 = OK -> b',
  ),
  ...both(
    'what comes from here to an address comes by that address’s device',
    'a ~4 dev=d0; a bind 0.0.0.0:1!; b ~4 dev=d1; b bind 0.0.0.0:1!; c ~4; c ? 10.80.0.1:1 = OK -> a; d ~4; d ? 10.81.0.1:1 = OK -> b',
  ),
  ...both(
    'IPv4 over dual stack goes to the IPv4 socket first',
    'a ~6 RP; a bind [::]:1!; b ~4 RP; b bind 0.0.0.0:1!; c ~4; c ? 127.0.0.1:1 = OK -> b; d ~6; d ? [::1]:1 = OK -> a',
  ),
  ...both(
    'dual stack gets IPv4 where nobody else does',
    'a ~6; a bind [::]:1!; b ~4; b ? 127.0.0.1:1 = OK -> a',
  ),
  ...both(
    'a mapped address is as specific as an IPv4 one',
    'a ~4 RP; a bind 0.0.0.0:1!; b ~6 RP; b bind [::ffff:127.0.0.1]:1!; c ~4; c ? 127.0.0.1:1 = OK -> b',
  ),
  {
    name: 'tcp: of two groups that differ by device the one that listened last takes all, over IPv4',
    program: `a tcp4 RP dev=d0; a bind 0.0.0.0:1; b tcp4 RP; b bind 0.0.0.0:1; a listen; b listen
      c tcp4; c connect 10.80.0.1:1 = OK -> b`,
  },
  {
    name: 'tcp: the other way round',
    program: `a tcp4 RP dev=d0; a bind 0.0.0.0:1; b tcp4 RP; b bind 0.0.0.0:1; b listen; a listen
      c tcp4; c connect 10.80.0.1:1 = OK -> a`,
  },
  {
    name: 'tcp: over IPv6 the one that listened first',
    program: `a tcp6 RP V6ONLY dev=d0; a bind [::]:1; b tcp6 RP V6ONLY; b bind [::]:1; b listen; a listen
      c tcp6; c connect [fd80::1]:1 = OK -> b`,
  },
  {
    name: 'tcp: without SO_REUSEPORT the listener with the device is preferred',
    program: `a tcp4 RA dev=d0; a bind 0.0.0.0:1; b tcp4 dev=d1; b bind 0.0.0.0:1; a listen; b listen
      c tcp4; c connect 10.80.0.1:1 = OK -> a`,
  },
  {
    name: 'tcp: who is bound and doesn’t listen gets nothing of its group’s',
    program:
      'a tcp4 RP; a bind 127.0.0.1:1; b tcp4 RP; b bind 127.0.0.1:1; a listen; c tcp4; c connect 127.0.0.1:1 = OK -> a; d tcp4; d connect 127.0.0.1:1 = OK -> a',
  },
  {
    name: 'tcp: a device counts, also for the older of two that both match now',
    program: `a tcp4 dev=d0; a bind 0.0.0.0:1; a listen; b tcp4 dev=d1; b bind 0.0.0.0:1; b listen; b device none
      c tcp4; c connect 10.80.0.1:1 = OK -> a; d tcp4; d connect 10.81.0.1:1 = OK -> b`,
  },
  {
    name: 'tcp: and for the newer',
    program: `a tcp4 dev=d0; a bind 0.0.0.0:1; a listen; b tcp4 dev=d1; b bind 0.0.0.0:1; b listen; a device none
      c tcp4; c connect 10.81.0.1:1 = OK -> b; d tcp4; d connect 10.80.0.1:1 = OK -> a`,
  },
  {
    name: 'tcp: a device is worth as much as being IPv4: the newer wins, here the one with the device',
    program: `a tcp4 dev=d1; a bind 0.0.0.0:1; a listen; b tcp6 dev=d0; b bind [::]:1; b listen; a device none
      c tcp4; c connect 10.80.0.1:1 = OK -> b`,
  },
  {
    name: 'tcp: and here the one for IPv4',
    program: `a tcp6 dev=d0; a bind [::]:1; a listen; b tcp4 dev=d1; b bind 0.0.0.0:1; b listen; b device none
      c tcp4; c connect 10.80.0.1:1 = OK -> b`,
  },
  {
    name: 'tcp: a group has no members that are closed',
    program: `a tcp4 RP; a bind 0.0.0.0:1; a listen; b tcp4 RP; b bind 0.0.0.0:1; b listen; c tcp4 RP; c bind 0.0.0.0:1; c listen; b close
      d tcp4; d connect 127.0.0.1:1 = OK -> a|c; c close; e tcp4; e connect 127.0.0.1:1 = OK -> a`,
  },
]
