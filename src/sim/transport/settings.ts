/** The numbers that a simulated host's transport goes by: Linux's, each by the name of its setting or constant. Milliseconds, bytes. */
import type { Surroundings } from '../../model/space/program.ts'

export interface TcpSettings {
  /** `tcp_syn_retries`: doublings before connect() gives up, after `synLinearTimeouts`. */
  readonly synRetries: number
  /** `tcp_syn_linear_timeouts`: SYNs that are sent again without waiting longer each time. */
  readonly synLinearTimeouts: number
  /** `tcp_synack_retries`. */
  readonly synAckRetries: number
  /** `tcp_retries2`: a conversation is given up after the time that so many doublings would take. */
  readonly retries: number
  /** The same once its process has closed it (`tcp_orphan_retries` 0 means 8). */
  readonly orphanRetries: number
  /** `TCP_TIMEOUT_INIT`, RFC 6298 section 2.1. */
  readonly initialTimeoutMs: number
  /** `TCP_RTO_MIN` and `TCP_RTO_MAX`. */
  readonly leastTimeoutMs: number
  readonly mostTimeoutMs: number
  /** `TCP_DELACK_MIN`. */
  readonly delayedAckMs: number
  /** `TCP_TIMEWAIT_LEN`. */
  readonly timeWaitMs: number
  /** `tcp_fin_timeout`: FIN_WAIT_2 that nobody holds. */
  readonly finTimeoutMs: number
  /** `tcp_keepalive_time`, `tcp_keepalive_intvl`, `tcp_keepalive_probes`. */
  readonly keepAliveMs: number
  readonly keepAliveIntervalMs: number
  readonly keepAliveProbes: number
  /** `somaxconn`: the most that listen() gets. */
  readonly mostBacklog: number
  /** `tcp_abort_on_overflow`. */
  readonly abortOnOverflow: boolean
  /** `tcp_timestamps` (RFC 7323). */
  readonly timestamps: boolean
  /** What a socket may hold unread, and unacknowledged: `tcp_rmem`'s and `tcp_wmem`'s place; they don't grow by themselves. */
  readonly receiveBuffer: number
  readonly sendBuffer: number
  /** `tcp_tw_reuse_delay`. */
  readonly timeWaitReuseDelayMs: number
}

export interface TransportSettings extends TcpSettings {
  /** `ip_local_port_range`, `ip_local_reserved_ports`, `ip_unprivileged_port_start`, `ip_autobind_reuse`, `tcp_tw_reuse`. */
  readonly ports: Omit<Surroundings, 'addresses'>
  /** `net.core.rmem_default`, for datagrams: each takes its payload and as much as `sk_buff` does. */
  readonly datagramBuffer: number
  /** `ip_default_ttl`. */
  readonly hopLimit: number
}

export const LINUX_SETTINGS: TransportSettings = {
  synRetries: 6,
  synLinearTimeouts: 4,
  synAckRetries: 5,
  retries: 15,
  orphanRetries: 8,
  initialTimeoutMs: 1000,
  leastTimeoutMs: 200,
  mostTimeoutMs: 120_000,
  delayedAckMs: 40,
  timeWaitMs: 60_000,
  finTimeoutMs: 60_000,
  keepAliveMs: 7_200_000,
  keepAliveIntervalMs: 75_000,
  keepAliveProbes: 9,
  mostBacklog: 4096,
  abortOnOverflow: false,
  timestamps: true,
  receiveBuffer: 131_072,
  sendBuffer: 131_072,
  timeWaitReuseDelayMs: 1000,
  ports: { range: [32_768, 60_999], reserved: [], floor: 1024, autobindReuse: false, timeWaitReuse: 2 },
  datagramBuffer: 212_992,
  hopLimit: 64,
}

/**
 * How long a conversation is tried before it is given up: what so many doublings of the least timeout take, each at most
 * the longest one (`retransmits_timed_out`, `tcp_model_timeout`).
 */
export function patienceMs(retries: number, { leastTimeoutMs, mostTimeoutMs }: TcpSettings): number {
  const doublings = Math.floor(Math.log2(mostTimeoutMs / leastTimeoutMs))
  if (retries <= doublings) return (2 ** (retries + 1) - 1) * leastTimeoutMs
  return (2 ** (doublings + 1) - 1) * leastTimeoutMs + (retries - doublings) * mostTimeoutMs
}
