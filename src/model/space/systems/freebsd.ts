/** FreeBSD, from its sources and handbooks. */
import { documented, type ForeignSystem, untoldProtocols, unverified } from './system.ts'

const BIND = 'sys/netinet/in_pcb.c, in_pcbbind_setup; sys/netinet6/in6_pcb.c, in6_pcbbind'

export const FREEBSD: ForeignSystem = {
  name: 'freebsd',
  kind: 'freebsd',
  title: 'FreeBSD',
  judged: false,
  basis: 'documentation, not tried',
  facts: {
    ephemeralRange: documented(
      { first: 10000, last: 65535 },
      '49152-65535 for who asks for high ports (IP_PORTRANGE_HIGH)',
      'sys/netinet/in.h, IPPORT_EPHEMERALFIRST; ip(4)',
    ),
    ephemeralChange: documented(
      'sysctl net.inet.ip.portrange.first',
      'and net.inet.ip.portrange.last',
      'ip(4)',
    ),
    unprivilegedFrom: documented(
      1024,
      'below it only root may bind; net.inet.ip.portrange.reservedlow and .reservedhigh change it',
      BIND,
    ),
    timeWait: unverified(
      { least: 60, most: 60 },
      'twice net.inet.tcp.msl, which is 30,000 ms',
      'tcp(4); RFC 9293 section 3.4.2 for the rule',
    ),
    connectExhausted: documented('EADDRNOTAVAIL', 'no port of the range is left', BIND),
    bindExhausted: documented('EADDRNOTAVAIL', 'no port of the range is left', BIND),
    reserved: unverified('none', 'there is no list of ports to leave out', 'ip(4) names none'),
    reuseAddress: documented(
      'other-address',
      'a wildcard and a specific address coexist, and connections and TIME_WAIT are passed over; the same address never',
      BIND,
    ),
    reusePort: documented(
      'shares',
      'sockets that both set it share the very same address; SO_REUSEPORT_LB spreads what arrives (12)',
      `${BIND}; setsockopt(2)`,
    ),
    otherUsers: documented(
      'overlap',
      'who is not root meets EADDRINUSE at any overlapping socket of another user, but for TCP connections and TIME_WAIT',
      BIND,
    ),
    v6only: documented(
      true,
      'a socket on :: takes IPv6 only; net.inet6.ip6.v6only=0 or IPV6_V6ONLY changes it',
      'inet6(4), ip6(4)',
    ),
    ...untoldProtocols,
  },
  settings: [],
}
