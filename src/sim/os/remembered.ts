/** The connections that a simulated host with rules remembers, as the seam tells them; those that it was described with come first. */
import type { Address } from '../../model/address.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Tuple } from '../../model/filter/packet.ts'
import { known } from '../../model/known.ts'
import type { ConntrackTable } from '../../model/nat/linux/linux.ts'
import { appendTracked, TrackedColumns } from '../../model/nat/tracked-columns.ts'
import {
  hasTrackedPorts,
  isTrackedIcmp,
  TRACKING_STATES,
  type TrackedEnd,
  type TrackedTuple,
} from '../../model/nat/tracked-connection.ts'
import { type ConnectionQuery, trackedMatcher } from '../../model/nat/tracked-query.ts'
import type { Port } from '../../model/port.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { ConnectionTable } from '../../os/os.ts'

const SECOND = 1000
/** Numbers of these entries, far from those that a host is described with. */
const FIRST_ID = 1_000_001

/** `now`: milliseconds on the table's clock. */
export function rememberedConnections(
  told: ConnectionTable,
  table: ConntrackTable,
  now: number,
  query: ConnectionQuery = {},
): ConnectionTable {
  if (!told.batches.known) return told
  const columns = new TrackedColumns()
  const wanted = trackedMatcher(query)
  for (const entry of table.entries(now)) {
    const { family, protocol, zone, original, reply, status, mark, expires, tcp, place } = entry
    const state = tcp === undefined ? undefined : TRACKING_STATES.get(protocol)?.[tcp.state]
    const row = appendTracked(columns, {
      family,
      protocol,
      zone,
      status,
      mark,
      original: tupleOf(original, family, protocol),
      reply: tupleOf(reply, family, protocol),
      timeoutSeconds: Math.ceil((expires - now) / SECOND),
      id: FIRST_ID + place,
      ...(state === undefined ? {} : { state }),
    })
    if (wanted?.(columns, row) === false) columns.length--
  }
  return { batches: known([...told.batches.value, columns]), says: 'simulated network' }
}

function tupleOf(tuple: Tuple, family: IpFamily, protocol: number): TrackedTuple {
  const { source, destination, sourcePort = 0, destinationPort = 0 } = tuple
  const end = (scalar: Tuple['source'], port: number): TrackedEnd => {
    const address: Address = scalarAddress(scalar as number | bigint, family)
    return hasTrackedPorts(protocol) ? { address, port: port as Port } : { address }
  }
  const ends = { source: end(source, sourcePort), destination: end(destination, destinationPort) }
  if (!isTrackedIcmp(protocol)) return ends
  return { ...ends, icmp: { id: sourcePort, type: destinationPort >> 8, code: destinationPort & 0xff } }
}
