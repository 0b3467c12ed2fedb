/** Linux, by the version of its kernel. */
import { LINUX_DIALECTS, type LinuxDialect, linuxDialect } from '../dialect.ts'
import { PROTOCOL_RULES } from '../protocol-rules.ts'
import { documented, type Facts, judged, type LinuxSystem, type Setting } from './system.ts'

const SYSCTL = 'Documentation/networking/ip-sysctl.rst'

const FACTS: Facts = {
  ephemeralRange: judged(
    { first: 32768, last: 60999 },
    'for each source address, destination address and destination port; 28,232 ports as installed',
    `${SYSCTL}, ip_local_port_range; RFC 6056 section 3.3.4`,
  ),
  ephemeralChange: documented(
    'sysctl net.ipv4.ip_local_port_range',
    'of one network namespace; IP_LOCAL_PORT_RANGE narrows it for one socket (6.3)',
    `${SYSCTL}; ip(7)`,
  ),
  unprivilegedFrom: judged(
    1024,
    'below it bind() wants CAP_NET_BIND_SERVICE, whatever the address',
    `${SYSCTL}, ip_unprivileged_port_start`,
  ),
  timeWait: judged(
    { least: 60, most: 60 },
    'fixed when the kernel is built; tcp_fin_timeout does not change it',
    'include/net/tcp.h, TCP_TIMEWAIT_LEN',
  ),
  connectExhausted: judged(
    'EADDRNOTAVAIL',
    'TCP; a UDP socket that has no port gets EAGAIN',
    'net/ipv4/inet_hashtables.c, __inet_hash_connect; net/ipv4/af_inet.c, inet_autobind',
  ),
  bindExhausted: judged(
    'EADDRINUSE',
    'counted for each local address',
    'net/ipv4/inet_connection_sock.c, inet_csk_get_port',
  ),
  reserved: judged(
    'net.ipv4.ip_local_reserved_ports',
    'never chosen for anybody, but who names such a port may have it',
    `${SYSCTL}, ip_local_reserved_ports`,
  ),
  reuseAddress: judged(
    'both-no-listener',
    'TCP shares a port if both sockets set it and the older one does not listen; UDP if both set it',
    'net/ipv4/inet_connection_sock.c, inet_bind_conflict; socket(7)',
  ),
  reusePort: judged(
    'spreads',
    'sockets of one user that all set it share the port, and what arrives is spread among them',
    'net/ipv4/inet_connection_sock.c, inet_bind_conflict; socket(7)',
  ),
  otherUsers: judged(
    'reuse-port',
    'SO_REUSEPORT shares with sockets of the same user only; TIME_WAIT has none',
    'net/ipv4/inet_connection_sock.c, inet_bind_conflict',
  ),
  v6only: judged(
    false,
    'a socket on :: takes IPv4 too; net.ipv6.bindv6only changes it',
    `${SYSCTL}, bindv6only; RFC 3493 section 5.3`,
  ),
  sctp: documented(
    'module',
    'a port space of its own, with TCP’s rules for flags and its own for addresses; no kernel has judged them',
    PROTOCOL_RULES.sctp.follows,
  ),
  dccp: documented('absent', 'it left Linux in 6.16', PROTOCOL_RULES.dccp.follows),
}

const DCCP_MODULE: Facts['dccp'] = documented(
  'module',
  'a port space of its own, with TCP’s rules; no kernel has judged them; left Linux in 6.16',
  PROTOCOL_RULES.dccp.follows,
)

const setting = (name: string, usual: string | null, says: string, more: Partial<Setting> = {}): Setting => ({
  name,
  usual,
  says,
  source: `${SYSCTL}, ${name.split('.').at(-1)}`,
  ...more,
})

const SETTINGS: readonly Setting[] = [
  setting('net.ipv4.ip_local_port_range', '32768 60999', 'first and last ephemeral port', {
    fact: 'ephemeralRange',
  }),
  setting('net.ipv4.ip_local_reserved_ports', '', 'never chosen for anybody', { fact: 'reserved' }),
  setting('net.ipv4.ip_unprivileged_port_start', '1024', 'the first port that needs no right', {
    fact: 'unprivilegedFrom',
  }),
  setting(
    'net.ipv4.tcp_tw_reuse',
    '2',
    'whether connect() may choose a port in TIME_WAIT: 0 never, 1 always, 2 on loopback',
  ),
  setting('net.ipv4.tcp_tw_reuse_delay', '1000', 'how old in ms it must be for that (6.14)'),
  setting('net.ipv4.tcp_fin_timeout', '60', 'seconds an orphan waits in FIN_WAIT_2; not TIME_WAIT'),
  setting(
    'net.ipv4.tcp_max_tw_buckets',
    null,
    'with so many in TIME_WAIT, further connections skip it; by the size of memory',
  ),
  setting(
    'net.ipv4.ip_autobind_reuse',
    '0',
    'whether bind() to port 0 may share, if all sockets of a port set SO_REUSEADDR (5.7)',
  ),
]

/** The newest that is known. */
export const LINUX = linux('linux', LINUX_DIALECTS[0]!)

/** `linux-6.8` for each version in which something changed, newest first. */
export const LINUX_VERSIONS: readonly LinuxSystem[] = LINUX_DIALECTS.map(dialect =>
  linux(`linux-${dialect.since}`, dialect),
)

/** The system of a kernel's release, `6.8` or `6.18.44-cloud`. */
export function linuxRelease(release: string): LinuxSystem {
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? release
  return linux(`linux-${version}`, linuxDialect(release))
}

function linux(name: string, dialect: LinuxDialect): LinuxSystem {
  const newest = dialect === LINUX_DIALECTS[0]
  const facts: Facts = {
    ...FACTS,
    reuseAddress: reuseAddressOf(dialect),
    dccp: dialect.dccp ? DCCP_MODULE : FACTS.dccp,
  }
  const version = name === 'linux' ? dialect.since : name.slice('linux-'.length)
  const rules = version === dialect.since ? '' : `, with the rules of ${dialect.since}`
  return {
    name,
    kind: 'linux',
    title: `Linux ${version}${rules}`,
    judged: true,
    basis: newest
      ? 'judged by a running kernel'
      : isOlder(version, dialect.since)
        ? 'older than any source that was read'
        : 'kernel sources; a newer kernel judges what they share',
    dialect,
    facts,
    settings: SETTINGS,
  }
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number)
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

function reuseAddressOf({ fastReuse }: LinuxDialect): Facts['reuseAddress'] {
  if (!fastReuse) return FACTS.reuseAddress
  return documented(
    'both-no-listener',
    `${FACTS.reuseAddress.says}; where one that set it was first, later ones pass unchecked`,
    'net/ipv4/inet_connection_sock.c, inet_csk_get_port, before 6.8',
  )
}
