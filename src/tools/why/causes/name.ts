import type { Cause } from './cause.ts'

/** Before any packet: the name, and what was asked for. */
export const NAME_CAUSES = {
  'name-unknown': {
    leg: 'name',
    title: 'the name {name|that was given} has no address',
    shownBy: 'the resolver’s answer: no such name, or no address of it',
    disprovedBy: 'an address that the resolver gives for that name',
    remedy: 'Check the spelling and the domain; add {name|the name} to the resolver or to the hosts file.',
  },
  'resolver-silent': {
    leg: 'name',
    title: 'no resolver answers for {name|the name}',
    shownBy:
      'a look-up that ends without an answer, and resolvers that don’t answer when asked by themselves',
    disprovedBy: 'an answer of one of the resolvers',
    remedy:
      'Have {resolvers|a resolver that is named} answer, or name another one in the resolver’s settings.',
  },
  'resolver-slow': {
    leg: 'name',
    title: 'looking {name|the name} up takes {time|long}',
    shownBy: 'the time of the look-up, and of each resolver asked by itself',
    disprovedBy: 'a look-up that is quick again and again',
    remedy: 'Put a resolver that answers first, {quick|if there is one}, or shorten the search list.',
    lets: true,
  },
  'resolver-differs': {
    leg: 'name',
    title: 'resolvers give different addresses for {name|the name}',
    shownBy: 'the answers of each resolver and of the hosts file, beside each other',
    disprovedBy: 'the same answer from all of them',
    remedy: 'Find out which answer is right, and correct the other source.',
    lets: true,
  },
  'localhost-family': {
    leg: 'name',
    title: '{name|the name} means {used|one family} first, and the server is on {there|the other} only',
    shownBy: 'one family of a local name refuses while the other takes the connection',
    disprovedBy: 'a listener on both families',
    remedy:
      'Name the address that works, {works|one of the other family}, or have the server listen on both 127.0.0.1 and ::1.',
    lets: true,
  },
  'family-broken': {
    leg: 'name',
    title: '{family|one family} to {name|the name} does not work, {other|another address} does',
    shownBy: 'attempts to addresses of both families: all of one fail, one of the other answers',
    disprovedBy: 'an address of that family that answers',
    remedy:
      'Repair the way of that family, or take its addresses, {addresses|those that fail}, out of the name.',
    lets: true,
  },
  'target-not-unicast': {
    leg: 'target',
    title: '{address|the target} is {kind|no unicast address}: nobody takes connections there',
    shownBy: 'the address itself, or the routing table’s kind of route to it',
    disprovedBy: 'a unicast address',
    remedy: 'Name the address of one host.',
  },
  'zone-missing': {
    leg: 'target',
    title: '{address|the target} is link-local and says no interface',
    shownBy: 'the address itself (RFC 4007 section 6): without a zone nobody knows which link is meant',
    disprovedBy: 'the same address with a zone',
    remedy: 'Write the interface after it: {address|the target}%{device|INTERFACE}.',
  },
  'port-zero': {
    leg: 'target',
    title: 'port 0 is reserved: nobody can listen on it',
    shownBy: 'the number (RFC 6335 section 6)',
    disprovedBy: 'nothing',
    remedy: 'Name the port that the server listens on.',
  },
} as const satisfies Readonly<Record<string, Cause>>
