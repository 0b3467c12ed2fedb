/** UDP: the first that stands in the way decides, and sockets that connect, disconnect and are crowded. */
import type { Case } from '../case.ts'

export const DATAGRAMS: readonly Case[] = [
  {
    name: 'the newest is looked at first: one that only has SO_REUSEADDR refuses',
    program:
      'a udp4 RA RP; a bind 127.0.0.1:1; b udp4 RA; b bind 127.0.0.1:1; c udp4 RP; c bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'the same sockets in another order: one that has SO_REUSEPORT ends the search',
    program: 'b udp4 RA; b bind 127.0.0.1:1; a udp4 RA RP; a bind 127.0.0.1:1; c udp4 RP; c bind 127.0.0.1:1',
  },
  {
    name: 'of those that share by SO_REUSEADDR the newest receives',
    program:
      'a udp4 RA; a bind 127.0.0.1:1; b udp4 RA; b bind 127.0.0.1:1; c udp4; c send 127.0.0.1:1 = OK -> b; b close; c send 127.0.0.1:1 = OK -> a',
  },
  {
    name: 'of a group any one',
    program:
      'a udp4 RP; a bind 127.0.0.1:1; b udp4 RP; b bind 127.0.0.1:1; c udp4; c send 127.0.0.1:1 = OK -> a|b',
  },
  {
    name: 'two may have one four-tuple, and the later receives',
    program: `a udp4 RA; a bind 127.0.0.1:1; b udp4 RA; b bind 127.0.0.1:1; p udp4; p bind 127.0.0.1:2
      a connect 127.0.0.1:2; b connect 127.0.0.1:2; p send 127.0.0.1:1 = OK -> b`,
  },
  {
    name: 'a connected one hears its peer alone',
    program:
      'a udp4; a bind 127.0.0.1:1; a connect 127.0.0.1:2; b udp4; b bind 127.0.0.1:3; b send 127.0.0.1:1 = OK -> nobody; c udp4; c bind 127.0.0.1:2; c send 127.0.0.1:1 = OK -> a',
  },
  {
    name: 'and before any other',
    program: `a udp4 RA; a bind 127.0.0.1:1; a connect 127.0.0.1:2; b udp4 RA; b bind 127.0.0.1:1
      c udp4; c bind 127.0.0.1:2; c send 127.0.0.1:1 = OK -> a; d udp4; d bind 127.0.0.1:3; d send 127.0.0.1:1 = OK -> b`,
  },
  {
    name: 'disconnecting takes the device off',
    program:
      'a udp4 dev=d0; a bind 0.0.0.0:1; a connect 10.80.0.1:2; a disconnect; b udp4 dev=d1; b bind 0.0.0.0:1 = EADDRINUSE',
  },
  {
    name: 'disconnecting gives up a port that was chosen',
    surroundings: { range: [9, 9] },
    program:
      'a udp4; a connect 127.0.0.1:1 = *:9; b udp4; b bind 127.0.0.1:9 = EADDRINUSE; a disconnect = 0.0.0.0:*; b bind 127.0.0.1:9',
  },
  {
    name: 'and keeps one that was asked for',
    program:
      'a udp4; a bind 127.0.0.1:1; a connect 127.0.0.1:2; a disconnect = 127.0.0.1:1; b udp4; b bind 127.0.0.1:1 = EADDRINUSE',
  },
  {
    name: 'after a disconnect an IPv6 socket hears over IPv6 its former peer alone',
    program: `a udp6; a bind [::]:1; a connect [::1]:2; a disconnect; b udp6; b bind [fd80::1]:3; b send [fd80::1]:1 = OK -> nobody
      c udp6; c bind [::1]:4; c send [::1]:1 = OK -> a; d udp4; d send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'every member of a group of real IPv6 addresses may get it',
    program: 'a udp6 RP; a bind [::1]:1; b udp6 RP; b bind [::1]:1; c udp6; c send [::1]:1 = OK -> a|b',
  },
  {
    name: 'a group that had a connection doesn’t end the search, also where the sender joins it to send',
    surroundings: { range: [1, 1] },
    program: `d udp4 RP dev=d0; d bind 10.80.0.1:1; x udp4 RP; x bind 10.80.0.1:1; a udp4 RP; a bind 10.80.0.1:1; x connect 10.80.0.1:2
      s udp4 RP; s +NOPORT; s bind 10.80.0.1:0; s send 10.80.0.1:1 = OK -> d`,
  },
  {
    name: 'who sets SO_REUSEPORT after the bind is taken into the group of the next',
    program:
      'a udp4; a bind 127.0.0.1:1; a +RP; b udp4 RP; b bind 127.0.0.1:1; c udp4; c send 127.0.0.1:1 = OK -> a|b',
  },
  {
    name: 'the same of IPv6, where the next comes last in the list',
    program: 'a udp6; a bind [::1]:1; a +RP; b udp6 RP; b bind [::1]:1; c udp6; c send [::1]:1 = OK -> a|b',
  },
  {
    name: 'a wildcard that comes after an address is of another group',
    program:
      'a udp4 RP; a bind 127.0.0.1:1; b udp4 RP; b bind 0.0.0.0:1; c udp4; c send 127.0.0.1:1 = OK -> a; c send 127.0.0.2:1 = OK -> b',
  },
  {
    name: 'an address that comes after a wildcard is of another group',
    program:
      'b udp4 RP; b bind 0.0.0.0:1; a udp4 RP; a bind 127.0.0.1:1; c udp4; c send 127.0.0.1:1 = OK -> a; c send 127.0.0.2:1 = OK -> b',
  },
  {
    name: 'a former peer also keeps what a socket sends to itself from it',
    surroundings: { range: [9, 9] },
    program: 'a udp6; a connect [::ffff:10.80.0.1]:3; a disconnect; a send [::1]:9 = OK -> nobody',
  },
  {
    name: 'one that was closed while connected is found no more',
    program: `a udp4; a bind 127.0.0.1:1; a connect 127.0.0.1:2; a close; b udp4; b bind 127.0.0.1:1
      c udp4; c bind 127.0.0.1:2; c send 127.0.0.1:1 = OK -> b`,
  },
  {
    name: 'one that comes back to the wildcard is the first of it',
    program: `x udp4 RA; x bind 0.0.0.0:1; y udp4 RA; y bind 0.0.0.0:1; x connect 127.0.0.1:2; x disconnect
      c udp4; c send 127.0.0.1:1 = OK -> x`,
  },
  {
    name: 'one that connected twice is still found under its first peer, and its group with it',
    program: `a udp4 RP; a bind 127.0.0.1:1; a connect 127.0.0.1:2; a connect 127.0.0.1:3; b udp4 RP; b bind 127.0.0.1:1
      p udp4; p bind 127.0.0.1:3; p send 127.0.0.1:1 = OK -> b`,
  },
  {
    name: 'one that connected once is found before its group',
    program: `a udp4 RP; a bind 127.0.0.1:1; a connect 127.0.0.1:3; b udp4 RP; b bind 127.0.0.1:1
      p udp4; p bind 127.0.0.1:3; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'of two with one four-tuple the one that connected last, also when it had been connected before',
    program: `a udp4 RA; a bind 0.0.0.0:1; a connect 127.0.0.1:3; a disconnect; b udp4 RA; b bind 0.0.0.0:1
      b connect 127.0.0.1:2; a connect 127.0.0.1:2; p udp4; p bind 127.0.0.1:2; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'an IPv6 conversation hears IPv4 at the address that stands in for its own, from its peer’s port (since 6.14)',
    program: `a udp6; a connect [::1]:2 = [::1]:8-15; p udp4; p bind 127.0.0.1:2; p send 127.0.0.6:a = OK -> a
      p send 127.0.0.1:a = OK -> nobody; q udp4; q bind 127.0.0.1:3; q send 127.0.0.6:a = OK -> nobody`,
  },
  {
    name: 'a connected one is preferred to one with the device, also where its four-tuple is an old one',
    program: `a udp4 RA; a bind 10.80.0.1:1; a connect 10.80.0.1:2; a connect 10.80.0.1:3; b udp4 RA dev=d0; b bind 10.80.0.1:1
      p udp4; p bind 10.80.0.1:3; p send 10.80.0.1:1 = OK -> a`,
  },
  {
    name: 'and over IPv6',
    program: `a udp6 RA; a bind [fd80::1]:1; a connect [fd80::1]:2; a connect [fd80::1]:3; b udp6 RA dev=d0; b bind [fd80::1]:1
      p udp6; p bind [fd80::1]:3; p send [fd80::1]:1 = OK -> a`,
  },
  {
    name: 'one that heard something while connected is preferred on that processor: as much as one for IPv4',
    program: `a udp4 RA; a bind 0.0.0.0:1; b udp6 RA; b bind [::]:1; b connect [::ffff:127.0.0.1]:2; p udp4; p bind 127.0.0.1:2
      p send 127.0.0.1:1 = OK -> b; b disconnect; q udp4; q send 127.0.0.1:1 = OK -> a|b`,
  },
  {
    name: 'and no more than that',
    program: `b udp6 RA; b bind [::]:1; b connect [::ffff:127.0.0.1]:2; p udp4; p bind 127.0.0.1:2; p send 127.0.0.1:1 = OK -> b; b disconnect
      a udp4 RA; a bind 0.0.0.0:1; q udp4; q send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'over IPv6 a former peer counts for that as well',
    program: `a udp6 RA; a bind [::]:1; a connect [::1]:2; a disconnect; p udp6; p bind [::1]:2; p send [::1]:1 = OK -> a
      b udp6 RA; b bind [::]:1; b connect [::1]:3; b disconnect; q udp4; q send 127.0.0.1:1 = OK -> a|b`,
  },
  {
    name: 'what was heard opens it to nobody else',
    program: `b udp6; b bind [::1]:1; b connect [::1]:2; p udp6; p bind [::1]:2; p send [::1]:1 = OK -> b
      q udp6; q bind [::1]:3; q send [::1]:1 = OK -> nobody`,
  },
  {
    name: 'a device set late takes a socket out of its group',
    program: `a udp4 RP; a bind 10.80.0.1:1; b udp4 RP; b bind 10.80.0.1:1; b device d0; c udp4; c send 10.80.0.1:1 = OK -> b`,
  },
  {
    name: 'a group has no members that are closed',
    program: `a udp4 RP; a bind 127.0.0.1:1; b udp4 RP; b bind 127.0.0.1:1; c udp4 RP; c bind 127.0.0.1:1; b close
      d udp4; d send 127.0.0.1:1 = OK -> a|c; c close; d send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'but not for what was heard over IPv4',
    program: `b udp6 RA; b bind [::]:1; b connect [::1]:2; b disconnect; q udp4; q send 127.0.0.1:1 = OK -> b; a udp4 RA; a bind 0.0.0.0:1
      b connect [::1]:2; b disconnect; q send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'of two IPv6 conversations that hear IPv4 the newer',
    program: `a udp6 RA; a bind [::]:1; a connect [::1]:2; b udp6 RA; b bind [::]:1; b connect [::1]:2
      p udp4; p bind 127.0.0.1:2; p send 127.0.0.6:1 = OK -> b`,
  },
  {
    name: 'who has connected anew hears neither the old peer nor, by its four ends, the new one’s namesake',
    program: `a udp4; a bind 127.0.0.1:1; p udp4; p bind 127.0.0.1:2; a connect 127.0.0.1:2; a connect 127.0.0.1:3; p send 127.0.0.1:1 = OK -> nobody`,
  },
  {
    name: 'who has connected anew is found by the four ends that it has now once its device is set, if only to none',
    program: `a udp4 RA; a bind 127.0.0.1:1; a connect 127.0.0.1:2; d udp4 RA RP; d bind 127.0.0.1:1; p udp4; p bind 127.0.0.1:3
      a connect 127.0.0.1:3; p send 127.0.0.1:1 = OK -> d; a device none; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'who has dissolved its conversation is found by the same four ends when it connects again',
    program: `a udp4 RA; a bind 127.0.0.1:1; a connect 127.0.0.1:2; a disconnect; d udp4 RA RP; d bind 127.0.0.1:1
      p udp4; p bind 127.0.0.1:2; a connect 127.0.0.1:2; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'but not if its device was set in between, when it had no peer',
    program: `a udp4 RA; a bind 127.0.0.1:1; a connect 127.0.0.1:2; a disconnect; a device none; d udp4 RA RP; d bind 127.0.0.1:1
      p udp4; p bind 127.0.0.1:2; a connect 127.0.0.1:2; p send 127.0.0.1:1 = OK -> d`,
  },
  {
    name: 'a device set to what it was moves nobody before those with the same four ends',
    program: `a udp4 RA; a bind 127.0.0.1:1; b udp4 RA; b bind 127.0.0.1:1; p udp4; p bind 127.0.0.1:2
      a connect 127.0.0.1:2; b connect 127.0.0.1:2; p send 127.0.0.1:1 = OK -> b; a device none; p send 127.0.0.1:1 = OK -> b`,
  },
  {
    name: 'a peer is heard only on the device that was set late',
    program: `a udp4; a bind 127.0.0.1:1; p udp4; p bind 127.0.0.1:2; a connect 127.0.0.1:2; a device d0; p send 127.0.0.1:1 = OK -> nobody; a device lo; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'a socket for IPv6 only hears no IPv4',
    program: `a udp6 V6ONLY; a bind [::]:1; p udp4; p send 127.0.0.1:1 = OK -> nobody`,
  },
  {
    name: 'over IPv6 the specific address before the wildcard',
    program: `a udp6 RA; a bind [::1]:1; b udp6 RA; b bind [::]:1; p udp6; p send [::1]:1 = OK -> a; p send [fd80::1]:1 = OK -> b`,
  },
  {
    name: 'who sends from the wildcard sends from the route’s source',
    program: `a udp4; a bind 127.0.0.1:1; a connect 127.0.0.1:2; p udp4; p bind 0.0.0.0:2; p send 127.0.0.1:1 = OK -> a`,
  },
  {
    name: 'who takes a port of his group’s for a datagram to it may get it himself',
    surroundings: { range: [9, 9] },
    program: `a udp4 RP; a bind 0.0.0.0:9; b udp4 RP; b send 127.0.0.1:9 = OK *:9 -> a|b`,
  },
]
