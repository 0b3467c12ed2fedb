/** Tracked connections as the model of a packet's way has them. */
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Tuple } from '../../model/filter/packet.ts'
import type { Known } from '../../model/known.ts'
import { known } from '../../model/known.ts'
import { trackedAt } from '../../model/nat/tracked-columns.ts'
import {
  CONNECTION_STATUS,
  isTranslated,
  type TrackedConnection,
  type TrackedTuple,
} from '../../model/nat/tracked-connection.ts'
import type { Connection } from '../../model/path/connections.ts'
import type { OS } from '../../os/os.ts'
import type { FlowQuestion } from '../firewall/live.ts'

const TCP = 6
/** IPS_SRC_NAT_DONE and IPS_DST_NAT_DONE. */
const DONE = 0x180

/** Those that have an end in common with the packet: its own, and what could be in the way of its translation. */
export async function connectionsNear(
  os: OS,
  { packet }: Pick<FlowQuestion, 'packet'>,
  signal?: AbortSignal,
): Promise<Known<readonly Connection[]>> {
  const { family, source, sourcePort, destination, destinationPort } = packet
  const ends = [
    { scalar: source, port: sourcePort },
    { scalar: destination, port: destinationPort },
  ]
  const asked = await Promise.all(
    ends.flatMap(({ scalar, port }) =>
      scalar === undefined
        ? []
        : os.connections(
            {
              address: scalarAddress(scalar as number | bigint, family),
              ...(port === undefined ? {} : { port }),
              ...(packet.protocol === undefined ? {} : { protocols: [packet.protocol] }),
            },
            signal === undefined ? {} : { signal },
          ),
    ),
  )
  const found = new Map<number, Connection>()
  for (const { batches } of asked) {
    if (!batches.known) return batches
    for (const columns of batches.value)
      for (let row = 0; row < columns.length; row++) {
        const one = trackedAt(columns, row)
        if (one.zone === 0) found.set(one.id, connectionOf(one))
      }
  }
  return known([...found.values()])
}

function connectionOf({
  family,
  protocol,
  original,
  reply,
  status,
  mark,
  state,
}: TrackedConnection): Connection {
  return {
    family,
    protocol,
    original: tupleOf(original),
    reply: tupleOf(reply),
    // Not every host tells which hooks are done with it. What is translated and in the table has been through both.
    status: isTranslated(status) && (status & CONNECTION_STATUS.confirmed) !== 0 ? status | DONE : status,
    mark,
    ...(protocol === TCP && state === 'syn-sent' ? { halfOpen: true } : {}),
    ...(protocol === TCP && state === 'close' ? { closed: true } : {}),
  }
}

function tupleOf({ source, destination, icmp }: TrackedTuple): Tuple {
  const ends = {
    source: addressScalar(source.address),
    destination: addressScalar(destination.address),
  }
  if (icmp !== undefined)
    return { ...ends, sourcePort: icmp.id, destinationPort: icmp.type * 256 + icmp.code }
  return {
    ...ends,
    ...(source.port === undefined ? {} : { sourcePort: source.port }),
    ...(destination.port === undefined ? {} : { destinationPort: destination.port }),
  }
}
