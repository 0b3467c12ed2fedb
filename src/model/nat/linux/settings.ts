/**
 * The knobs of Linux's connection tracking, under the names of /proc/sys/net/netfilter without `nf_conntrack_`, and what
 * they are when nobody has turned them (nf_conntrack_standalone.c, tcp_timeouts, udp_timeouts, nf_ct_icmp_timeout).
 */

/** Seconds until an entry ends without a packet, by the state that TCP is in. */
export interface TcpTimeouts {
  readonly synSent: number
  readonly synRecv: number
  readonly established: number
  readonly finWait: number
  readonly closeWait: number
  readonly lastAck: number
  readonly timeWait: number
  readonly close: number
  /** Both sides have sent a SYN; no file of its own. */
  readonly synSent2: number
  /** Instead of a longer one, after `maxRetrans` retransmissions or an advertised window size of zero. */
  readonly maxRetrans: number
  /** Instead of a longer one, while data isn't acknowledged. */
  readonly unacknowledged: number
}

export interface ConntrackSettings {
  /** `max`: so many entries at most. */
  readonly max: number
  /** `buckets`: early drop looks at eight of them. */
  readonly buckets: number
  readonly tcp: TcpTimeouts
  /** `udp_timeout`: seconds, as long as it isn't a stream. */
  readonly udp: number
  /** `udp_timeout_stream`: seconds, once packets still come from both sides after two seconds. */
  readonly udpStream: number
  readonly icmp: number
  readonly icmpv6: number
  readonly gre: number
  readonly greStream: number
  /** `generic_timeout`: every other protocol. */
  readonly generic: number
  /** `tcp_be_liberal`: what is out of its bounds is taken all the same. */
  readonly beLiberal: boolean
  /** `tcp_loose`: a connection may be picked up in its middle. */
  readonly loose: boolean
  /** `tcp_ignore_invalid_rst`: a reset may have any sequence number. */
  readonly ignoreInvalidRst: boolean
  /** `tcp_max_retrans` */
  readonly maxRetrans: number
}

const DAY = 86_400

export const CONNTRACK_DEFAULTS: ConntrackSettings = {
  max: 262_144,
  buckets: 262_144,
  tcp: {
    synSent: 120,
    synRecv: 60,
    established: 5 * DAY,
    finWait: 120,
    closeWait: 60,
    lastAck: 30,
    timeWait: 120,
    close: 10,
    synSent2: 120,
    maxRetrans: 300,
    unacknowledged: 300,
  },
  udp: 30,
  udpStream: 120,
  icmp: 30,
  icmpv6: 30,
  gre: 30,
  greStream: 180,
  generic: 600,
  beLiberal: false,
  loose: true,
  ignoreInvalidRst: false,
  maxRetrans: 3,
}

/** Where each number stands; switches are 0 and 1. */
const FILES: Readonly<Record<string, (settings: ConntrackSettings, value: number) => ConntrackSettings>> = {
  max: (settings, max) => ({ ...settings, max }),
  buckets: (settings, buckets) => ({ ...settings, buckets }),
  udp_timeout: (settings, udp) => ({ ...settings, udp }),
  udp_timeout_stream: (settings, udpStream) => ({ ...settings, udpStream }),
  icmp_timeout: (settings, icmp) => ({ ...settings, icmp }),
  icmpv6_timeout: (settings, icmpv6) => ({ ...settings, icmpv6 }),
  gre_timeout: (settings, gre) => ({ ...settings, gre }),
  gre_timeout_stream: (settings, greStream) => ({ ...settings, greStream }),
  generic_timeout: (settings, generic) => ({ ...settings, generic }),
  tcp_be_liberal: (settings, value) => ({ ...settings, beLiberal: value !== 0 }),
  tcp_loose: (settings, value) => ({ ...settings, loose: value !== 0 }),
  tcp_ignore_invalid_rst: (settings, value) => ({ ...settings, ignoreInvalidRst: value !== 0 }),
  tcp_max_retrans: (settings, maxRetrans) => ({ ...settings, maxRetrans }),
  ...Object.fromEntries(
    (
      [
        ['syn_sent', 'synSent'],
        ['syn_recv', 'synRecv'],
        ['established', 'established'],
        ['fin_wait', 'finWait'],
        ['close_wait', 'closeWait'],
        ['last_ack', 'lastAck'],
        ['time_wait', 'timeWait'],
        ['close', 'close'],
        ['max_retrans', 'maxRetrans'],
        ['unacknowledged', 'unacknowledged'],
      ] as const
    ).map(([file, name]) => [
      `tcp_timeout_${file}`,
      (settings: ConntrackSettings, seconds: number) => ({
        ...settings,
        tcp: { ...settings.tcp, [name]: seconds },
      }),
    ]),
  ),
}

/** Settings as files say them, by their names after `nf_conntrack_`; what isn't among them stays as it was. */
export const settingsOf = (
  files: Iterable<readonly [name: string, value: number]>,
  before: ConntrackSettings = CONNTRACK_DEFAULTS,
): ConntrackSettings =>
  [...files].reduce((settings, [name, value]) => FILES[name]?.(settings, value) ?? settings, before)
