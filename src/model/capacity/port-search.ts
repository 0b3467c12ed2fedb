/**
 * How Linux searches the ephemeral range for connect(), as far as it costs time and ports.
 *
 * Ports of the low bound's parity are tried first, all of them, before any of the others: once they are used up, each
 * call walks half of the range in vain. A range with an odd number of ports has one that a call may leave out. Source:
 * `__inet_hash_connect` in net/ipv4/inet_hashtables.c. A socket that sets IP_LOCAL_PORT_RANGE walks straight (Linux 6.8).
 */
import type { PortRange } from '../port.ts'

/** Ports in a range. */
export const sizeOf = ({ first, last }: PortRange): number => last - first + 1

/** The search leaves one end of the range out in some calls. */
export const isOdd = (range: PortRange): boolean => sizeOf(range) % 2 === 1

/** Whether connect() looks at a port in its first pass. */
export const isFirstChoice = (range: PortRange, port: number): boolean => (port - range.first) % 2 === 0

/** `low high`, as `net.ipv4.ip_local_port_range` reads; null for another text. */
export function readRange(text: string): PortRange | null {
  const [, low, high] = /^(\d{1,5})[ \t-](\d{1,5})$/.exec(text.trim()) ?? []
  const [first, last] = [Number(low), Number(high)]
  return low === undefined || first < 1 || last > 65535 || last < first
    ? null
    : ({ first, last } as PortRange)
}
