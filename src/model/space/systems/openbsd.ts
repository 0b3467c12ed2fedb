/** OpenBSD, from its sources and handbooks. The sources that were read are not the newest. */
import { documented, type ForeignSystem, untoldProtocols, unverified } from './system.ts'

const BIND = 'sys/netinet/in_pcb.c, in_pcbbind and in_pcblookup'

export const OPENBSD: ForeignSystem = {
  name: 'openbsd',
  kind: 'openbsd',
  title: 'OpenBSD',
  judged: false,
  basis: 'documentation, not tried',
  facts: {
    ephemeralRange: unverified(
      { first: 1024, last: 49151 },
      '49152-65535 for who asks for high ports (IP_PORTRANGE_HIGH)',
      'sys/netinet/in.h, IPPORT_USERRESERVED; the newest not read',
    ),
    ephemeralChange: documented('sysctl net.inet.ip.portfirst', 'and net.inet.ip.portlast', 'sysctl(2)'),
    unprivilegedFrom: documented(1024, 'below it only root may bind, whatever the address', BIND),
    timeWait: unverified(
      { least: 60, most: 60 },
      'twice the maximum segment lifetime of 30 s',
      'RFC 9293 section 3.4.2 for the rule',
    ),
    connectExhausted: documented('EADDRNOTAVAIL', 'no port of the range is left', BIND),
    bindExhausted: documented('EADDRNOTAVAIL', 'no port of the range is left', BIND),
    reserved: documented(
      'net.inet.tcp.baddynamic',
      'and net.inet.udp.baddynamic: never chosen for anybody, but who names such a port may have it',
      'sys/netinet/in_pcb.c, in_baddynamic',
    ),
    reuseAddress: documented(
      'other-address',
      'a wildcard and a specific address coexist, and connections and TIME_WAIT are passed over; the same address never',
      BIND,
    ),
    reusePort: documented('shares', 'sockets that both set it share the very same address', BIND),
    otherUsers: documented(
      'overlap',
      'who is not root meets EADDRINUSE at any overlapping socket of another user, connections too',
      BIND,
    ),
    v6only: documented(
      true,
      'a socket on :: takes IPv6 only, always; there are no IPv4-mapped addresses',
      'inet6(4); ip6(4)',
    ),
    ...untoldProtocols,
  },
  settings: [],
}
