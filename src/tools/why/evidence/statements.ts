/**
 * What it means when a counter of a host rises during an attempt: the counter, what its rise shows, and what else makes it
 * rise. Read on Linux 6.18 (net/ipv4/proc.c, net/xfrm/xfrm_proc.c); each is of one network namespace.
 *
 * A host counts for everybody: a rise is evidence only around an attempt, and proof only where it follows a second one, or
 * where something that belongs to this flow alone says the same.
 */
import type { CauseCode } from '../causes/causes.ts'

export type ViewRole = 'client' | 'between' | 'target'

export interface Statement {
  /** All of them have risen. Alternatives with a bar between. */
  readonly rose: readonly string[]
  /** None of these has. */
  readonly still?: readonly string[]
  readonly roles: readonly ViewRole[]
  readonly protocols?: readonly ('tcp' | 'udp')[]
  readonly code: CauseCode
  /** Nothing else that an attempt does makes it rise. Otherwise it fits, and more has to be shown. */
  readonly decisive: boolean
  readonly shows: string
  /** What else makes it rise, or what it must not be taken for. */
  readonly beware: string
}

const ANY = ['client', 'between', 'target'] as const
const TARGET = ['target'] as const
const CLIENT = ['client'] as const
const BETWEEN = ['between'] as const
const TCP = ['tcp'] as const
const UDP = ['udp'] as const

export const STATEMENTS: readonly Statement[] = [
  {
    rose: ['TcpExt.ListenOverflows'],
    roles: TARGET,
    protocols: TCP,
    code: 'accept-queue-full',
    decisive: true,
    shows: 'a SYN, or the end of a handshake, was dropped because the accept queue is full',
    beware: 'a listener on another port may be the full one: the queue of this one says',
  },
  {
    rose: ['TcpExt.TCPReqQFullDrop'],
    still: ['TcpExt.ListenOverflows'],
    roles: TARGET,
    protocols: TCP,
    code: 'syn-queue-full',
    decisive: true,
    shows:
      'a SYN was dropped because as many handshakes are under way as the backlog allows, and SYN cookies are off',
    beware: 'where the limit of net.ipv4.tcp_max_syn_backlog is met first, ListenDrops alone rises',
  },
  {
    rose: ['TcpExt.ListenDrops', 'Ip.OutNoRoutes|Ip6.OutNoRoutes'],
    still: ['TcpExt.ListenOverflows', 'TcpExt.TCPReqQFullDrop'],
    roles: TARGET,
    protocols: TCP,
    code: 'no-return-route',
    decisive: true,
    shows: 'a SYN was dropped because no route leads back to who sent it',
    beware: 'something else that has no route makes OutNoRoutes rise: the route back says',
  },
  {
    rose: ['TcpExt.ListenDrops'],
    still: [
      'TcpExt.ListenOverflows',
      'TcpExt.TCPReqQFullDrop',
      'Ip.OutNoRoutes',
      'Ip6.OutNoRoutes',
      'TcpExt.TCPReqQFullDoCookies',
      'Icmp.InDestUnreachs',
      'Icmp6.InDestUnreachs',
    ],
    roles: TARGET,
    protocols: TCP,
    code: 'syn-queue-full',
    decisive: true,
    shows:
      'a SYN was dropped at a listener that isn’t full: three quarters of net.ipv4.tcp_max_syn_backlog are taken, or no route leads back',
    beware:
      'every SYN that a listener refuses counts here, whatever the reason, and every handshake that an ICMP error ends (tcp_req_err); the way back to the client must exist',
  },
  {
    rose: ['TcpExt.TCPReqQFullDoCookies|TcpExt.SyncookiesSent'],
    roles: TARGET,
    protocols: TCP,
    code: 'syn-queue-full',
    decisive: false,
    shows: 'the queue of handshakes is full, and SYN cookies are sent instead',
    beware: 'with cookies a connection can still come about',
  },
  {
    rose: [
      'TcpExt.TCPMD5NotFound|TcpExt.TCPMD5Unexpected|TcpExt.TCPMD5Failure|TcpExt.TCPAORequired|TcpExt.TCPAOBad|TcpExt.TCPAOKeyNotFound',
    ],
    roles: TARGET,
    protocols: TCP,
    code: 'md5-required',
    decisive: true,
    shows: 'a segment was dropped for its signature, or for having none (RFC 2385, RFC 5925)',
    beware: 'routers that speak BGP with others count here, too',
  },
  {
    rose: ['TcpExt.TCPDeferAcceptDrop'],
    roles: TARGET,
    protocols: TCP,
    code: 'deferred-accept',
    decisive: false,
    shows: 'the end of a handshake was put aside until the client sends something (TCP_DEFER_ACCEPT)',
    beware: 'a client that speaks first never notices',
  },
  {
    rose: ['TcpExt.TCPAbortOnClose|TcpExt.TCPAbortOnData|TcpExt.TCPAbortOnLinger'],
    roles: TARGET,
    protocols: TCP,
    code: 'resets-at-once',
    decisive: false,
    shows: 'a program closed its connection with bytes unread, or on purpose without an end (SO_LINGER 0)',
    beware: 'any connection of the host counts',
  },
  {
    rose: ['TcpExt.IPReversePathFilter'],
    roles: ['between', 'target'],
    code: 'reverse-path',
    decisive: true,
    shows: 'a packet was dropped because it came by another way than an answer would leave',
    beware: 'martian packets of others count here, too; the kernel writes no line unless log_martians is set',
  },
  {
    rose: ['Tcp.InCsumErrors'],
    roles: TARGET,
    protocols: TCP,
    code: 'checksum-damage',
    decisive: true,
    shows: 'a segment arrived whose checksum is wrong',
    beware: 'a capture at the sender shows wrong checksums where the interface makes them',
  },
  {
    rose: ['Udp.InCsumErrors|Udp6.InCsumErrors'],
    roles: TARGET,
    protocols: UDP,
    code: 'checksum-damage',
    decisive: true,
    shows: 'a datagram arrived whose checksum is wrong',
    beware: 'a capture at the sender shows wrong checksums where the interface makes them',
  },
  {
    rose: ['Udp.NoPorts|Udp6.NoPorts'],
    roles: TARGET,
    protocols: UDP,
    code: 'udp-closed',
    decisive: true,
    shows: 'a datagram came for a port that nobody has',
    beware: 'other datagrams do the same: the socket table says',
  },
  {
    rose: ['Udp.NoPorts|Udp6.NoPorts'],
    roles: CLIENT,
    protocols: UDP,
    code: 'reply-from-elsewhere',
    decisive: false,
    shows:
      'a datagram came for a port that nobody has here, as an answer does that comes from another address',
    beware: 'other datagrams do the same',
  },
  {
    rose: ['Udp.RcvbufErrors|Udp6.RcvbufErrors'],
    roles: TARGET,
    protocols: UDP,
    code: 'receive-buffer-full',
    decisive: true,
    shows: 'a datagram was dropped because its socket’s receive buffer is full',
    beware: 'another socket may be the full one: the drops of this one say',
  },
  {
    rose: ['Ip.InAddrErrors|Ip6.InAddrErrors'],
    still: ['Ip.ForwDatagrams', 'Ip6.OutForwDatagrams'],
    roles: BETWEEN,
    code: 'forwarding-off',
    decisive: true,
    shows: 'a packet for somebody else was dropped: forwarding is off',
    beware: 'packets for addresses that make no sense count here, too',
  },
  {
    rose: ['IpExt.InNoRoutes|Ip.OutNoRoutes|Ip6.InNoRoutes|Ip6.OutNoRoutes'],
    roles: BETWEEN,
    code: 'router-no-route',
    decisive: false,
    shows: 'a packet had no route',
    beware: 'it may be the answer that has none, or another packet: the routes say',
  },
  {
    rose: ['Ip.InHdrErrors|Ip6.InHdrErrors', 'Icmp.OutTimeExcds|Icmp6.OutTimeExcds'],
    roles: BETWEEN,
    code: 'hop-limit',
    decisive: true,
    shows: 'a packet’s hops ran out here, and its sender was told',
    beware: 'somebody who traces a route makes it rise on purpose',
  },
  {
    rose: ['Ip.FragFails|Ip6.FragFails|Ip6.InTooBigErrors'],
    roles: BETWEEN,
    code: 'mtu-black-hole',
    decisive: false,
    shows: 'a packet was too large for the next link and must not be cut',
    beware: 'with ICMP allowed it is how path MTU discovery works, and no fault',
  },
  {
    rose: ['Icmp.OutRateLimitHost|Icmp.OutRateLimitGlobal|Icmp6.OutRateLimitHost'],
    roles: ['between', 'target'],
    code: 'icmp-limited',
    decisive: false,
    shows: 'an ICMP error was held back by the limit of their rate',
    beware: 'it hides what the error would have said, and is not the cause',
  },
  {
    rose: ['Ip.ReasmReqds|Ip6.ReasmReqds'],
    still: ['Ip.ReasmOKs', 'Ip6.ReasmOKs'],
    roles: TARGET,
    code: 'fragments-dropped',
    decisive: false,
    shows: 'fragments came and never became a whole packet',
    beware: 'others’ fragments count, too',
  },
  {
    rose: ['conntrack.drop'],
    still: ['conntrack.insertFailed'],
    roles: ANY,
    code: 'conntrack-full',
    decisive: false,
    shows: 'connection tracking dropped a packet for which it had no room',
    beware: 'a translation that finds no free port drops here, too, with insertFailed',
  },
  {
    rose: ['TcpExt.TCPRetransFail'],
    roles: CLIENT,
    protocols: TCP,
    code: 'filter-drop',
    decisive: false,
    shows: 'a SYN was sent again and did not leave this host: output, postrouting or egress dropped it',
    beware: 'a full queue of an interface does the same',
  },
  {
    rose: ['Ip.OutDiscards|Ip6.OutDiscards'],
    roles: CLIENT,
    protocols: UDP,
    code: 'filter-drop',
    decisive: false,
    shows: 'a datagram was dropped at output or postrouting',
    beware: 'an interface without room does the same',
  },
  {
    rose: ['Xfrm.OutPolBlock'],
    roles: CLIENT,
    code: 'ipsec-policy',
    decisive: true,
    shows: 'a policy of IPsec blocks what goes there',
    beware: 'the policies say which one: ip xfrm policy',
  },
  {
    rose: ['Xfrm.InPolBlock|Xfrm.InNoPols|Xfrm.InTmplMismatch'],
    roles: ['between', 'target'],
    code: 'ipsec-policy',
    decisive: true,
    shows: 'a policy of IPsec turned away what came in plain, or otherwise than it wants',
    beware: 'others’ packets count, too',
  },
  {
    rose: ['Xfrm.OutNoStates'],
    roles: ANY,
    code: 'ipsec-no-state',
    decisive: true,
    shows: 'a policy of IPsec wants protection, and there is no key for it',
    beware: 'while keys are being agreed on it rises for a moment',
  },
]
