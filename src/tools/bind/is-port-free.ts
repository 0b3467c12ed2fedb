/** Whether a port can be had, by trying. */
import { type Address, UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import type { OS } from '../../os/os.ts'

/** What systems say that have no IPv6. */
const NO_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EPROTONOSUPPORT', 'EADDRNOTAVAIL'])

export interface TryOptions {
  readonly protocols: readonly ('tcp' | 'udp')[]
  /** Only this address; all of IPv4 and IPv6 without one. */
  readonly host?: Address | undefined
}

/**
 * Null, or the errno of the first refusal. One dual-stack socket on `::` stands in the way of every socket of either
 * family, and they in its way, so it answers for both (ipv6(7)); where there is no IPv6, `0.0.0.0` does. Without
 * SO_REUSEADDR connections in TIME_WAIT count as well. A host that isn't ours is `E_BIND_REQUEST`.
 */
export async function isPortFree(os: OS, port: number, options: TryOptions): Promise<string | null> {
  for (const protocol of options.protocols) {
    const errno = await refusal(os, port, protocol, options.host)
    if (errno !== null) return errno
  }
  return null
}

async function refusal(os: OS, port: number, protocol: 'tcp' | 'udp', host?: Address) {
  if (host !== undefined) {
    const { errno } = await os.bind({ protocol, address: host, port })
    if (errno === 'EADDRNOTAVAIL' || errno === 'ENODEV' || errno === 'EINVAL')
      throw fault('E_BIND_REQUEST', { why: `${host} is no address of this machine (${errno})` })
    return errno
  }
  const { errno } = await os.bind({ protocol, address: UNSPECIFIED_V6, port, v6only: false })
  if (errno === null || !NO_IPV6.has(errno)) return errno
  return (await os.bind({ protocol, address: UNSPECIFIED_V4, port })).errno
}
