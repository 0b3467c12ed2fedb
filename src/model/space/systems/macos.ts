/** macOS, from the sources of XNU that Apple publishes. */
import { documented, type ForeignSystem, untoldProtocols, unverified } from './system.ts'

const BIND = 'XNU bsd/netinet/in_pcb.c, in_pcbbind; bsd/netinet6/in6_pcb.c, in6_pcbbind'

export const MACOS: ForeignSystem = {
  name: 'macos',
  kind: 'macos',
  title: 'macOS',
  judged: false,
  basis: 'documentation, not tried',
  facts: {
    ephemeralRange: documented(
      { first: 49152, last: 65535 },
      '16,384 ports for each local address, not for each destination',
      'XNU bsd/netinet/in_pcb.c, ipport_firstauto',
    ),
    ephemeralChange: unverified(
      'sysctl net.inet.ip.portrange.first',
      'and net.inet.ip.portrange.last',
      'XNU bsd/netinet/in_pcb.c, the names not tried',
    ),
    unprivilegedFrom: documented(
      1024,
      'below it only root may bind a specific address; 0.0.0.0 and :: need no right',
      BIND,
    ),
    timeWait: unverified(
      { least: 30, most: 30 },
      'twice net.inet.tcp.msl, which is 15,000 ms',
      'reports of users; RFC 9293 section 3.4.2 for the rule',
    ),
    connectExhausted: documented('EADDRNOTAVAIL', 'no port of the range is wholly unused', BIND),
    bindExhausted: documented(
      'EADDRNOTAVAIL',
      'reuse flags do not help; UDP gets it already when fewer than 4,096 ports are left',
      BIND,
    ),
    reserved: documented(
      'restricted ports',
      'a few ports are for entitled programs: EADDRINUSE for others, never chosen for anybody',
      'XNU bsd/netinet/in_pcb.c, current_task_can_use_restricted_in_port',
    ),
    reuseAddress: documented(
      'other-address',
      'a wildcard and a specific address coexist, and connections and TIME_WAIT are passed over; the same address never',
      BIND,
    ),
    reusePort: documented('shares', 'sockets that both set it share the very same address', BIND),
    otherUsers: documented(
      'overlap-but-wildcards',
      'who is not root meets EADDRINUSE at any overlapping socket of another user, unless both are wildcards',
      BIND,
    ),
    v6only: unverified(
      false,
      'a socket on :: takes IPv4 too; net.inet6.ip6.v6only changes it',
      'RFC 3493 section 5.3',
    ),
    ...untoldProtocols,
  },
  settings: [],
}
