/**
 * One port for this process, as fast as it can be had: of a row that is leased at once, ports are given out one by one.
 *
 * What is left of a row is leased until the process ends. Where there is no row to be had, or a narrow range was asked
 * for, each port is a lease of its own.
 */
import type { OS } from '../../os/os.ts'
import { isPortFree } from './is-port-free.ts'
import { takeLease } from './lease.ts'
import type { Lease, LeaseOutcome, LeaseRequest } from './lease-request.ts'

/** Ports in a row. */
const ROW = 16
/** A range that 200 processes could have a row of. */
const WIDE = 200 * ROW

interface Row {
  readonly lease: Lease
  readonly left: number[]
}

/** By host, and by the text of the range. */
const rows = new WeakMap<OS, Map<string, Row>>()

/** `request` may have a range and nothing else. Answers as `takeLease` does. */
export async function leaseOnePort(
  os: OS,
  request: Pick<LeaseRequest, 'range' | 'random'> = {},
): Promise<LeaseOutcome> {
  const { range } = request
  if (range !== undefined && range.size < WIDE) return takeLease(os, request)
  const own = rows.get(os) ?? new Map<string, Row>()
  rows.set(os, own)
  const key = String(range)
  for (let attempt = 0; attempt < 4; attempt++) {
    let row = own.get(key)
    if (row === undefined || row.left.length === 0) {
      const outcome = await takeLease(os, { ...request, count: ROW, reserve: true })
      if ('refused' in outcome) break
      row = { lease: outcome.lease, left: [...outcome.lease.ports] }
      own.set(key, row)
    }
    for (let port = row.left.shift(); port !== undefined; port = row.left.shift())
      if ((await isPortFree(os, port, { protocols: ['tcp', 'udp'] })) === null)
        return { lease: { ...row.lease, ports: [port] }, again: false }
  }
  return takeLease(os, request)
}
