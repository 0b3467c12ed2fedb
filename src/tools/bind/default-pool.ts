/** The ports that are offered to somebody who doesn't say which. */
import { valueOr } from '../../model/known.ts'
import type { Port } from '../../model/port.ts'
import { PortSet, parsePortSet } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'
import { habitPorts } from './habit-ports.ts'

export const DEFAULT_POOL_SAYS =
  'ports from 1024 on that are neither in the ephemeral range, nor reserved, nor what some program uses by habit'

const RANGE = 'net.ipv4.ip_local_port_range'
const RESERVED = 'net.ipv4.ip_local_reserved_ports'
const FLOOR = 'net.ipv4.ip_unprivileged_port_start'
/** Dynamic ports, RFC 6335 section 6: what systems choose from that don't tell their range. */
const DYNAMIC = '49152 65535'

/** Outside of the ephemeral range, or a connection of any program may take the port before its server does. */
export async function defaultPool(os: OS): Promise<PortSet> {
  const now = os.clock.monotonic()
  const known = pools.get(os)
  if (known !== undefined && now - known.at < STALE_MS) return known.pool
  const pool = await readPool(os)
  pools.set(os, { pool, at: now })
  return pool
}

/** Settings change seldom: for so long they are taken to be as they were. */
const STALE_MS = 2000
const pools = new WeakMap<OS, { readonly pool: PortSet; readonly at: number }>()

async function readPool(os: OS): Promise<PortSet> {
  const told = await os.tunables([RANGE, RESERVED, FLOOR])
  const text = (name: string, otherwise: string): string => valueOr(told.get(name)!, otherwise)
  const floor = Math.max(1024, Number(text(FLOOR, '1024')) || 0)
  const reserved = text(RESERVED, '')
  return new PortSet([{ first: Math.min(floor, 65535) as Port, last: 65535 as Port }])
    .minus(rangeOf(text(RANGE, DYNAMIC)))
    .minus(reserved === '' ? new PortSet() : parsePortSet(reserved))
    .minus(habitPorts())
}

/** `32768 60999`, as the kernel tells it. */
function rangeOf(text: string): PortSet {
  const [first, last] = text.split(/\s+/).map(Number)
  return new PortSet([{ first: first as Port, last: last as Port }])
}
