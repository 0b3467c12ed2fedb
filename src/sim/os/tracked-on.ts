/** The connections that a simulated host tracks: those that its rules remember, or the mappings of a NAT box. */
import type { Address } from '../../model/address.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Tuple } from '../../model/filter/packet.ts'
import { known } from '../../model/known.ts'
import type { Entry } from '../../model/nat/linux/linux.ts'
import type { NatBox } from '../../model/nat/nat-box.ts'
import { appendTracked, TrackedColumns } from '../../model/nat/tracked-columns.ts'
import {
  CONNECTION_STATUS,
  TRACKING_STATES,
  type TrackedConnection,
  type TrackedTuple,
} from '../../model/nat/tracked-connection.ts'
import { type ConnectionQuery, trackedMatcher } from '../../model/nat/tracked-query.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { ConnectionTable } from '../../os/connections.ts'

export interface Tracking {
  readonly router: LinuxRouter | undefined
  readonly nat: NatBox | undefined
  readonly now: number
}

const TOLD = Object.values(CONNECTION_STATUS).reduce((bits, bit) => bits | bit, 0)
const ICMP: ReadonlySet<number> = new Set([1, 58])

export function trackedOn({ router, nat, now }: Tracking, query: ConnectionQuery = {}): ConnectionTable {
  const columns = new TrackedColumns()
  const wanted = trackedMatcher(query)
  const add = (one: TrackedConnection): void => {
    const row = appendTracked(columns, one)
    if (wanted?.(columns, row) === false) columns.length--
  }
  for (const entry of router?.table.entries(now) ?? []) add(ofEntry(entry, now))
  if (nat !== undefined) for (const one of ofBox(nat, now)) add(one)
  const says =
    router !== undefined
      ? 'as its rules remember them'
      : nat === undefined
        ? 'it has no rules, and tracks nothing'
        : 'mappings of the NAT box'
  return { batches: known([columns]), says }
}

function ofEntry(entry: Entry, now: number): TrackedConnection {
  const { family, protocol, original, reply, status, mark, zone, place, tcp, expires } = entry
  const state = tcp === undefined ? undefined : TRACKING_STATES.get(protocol)?.[tcp.state]
  return {
    family,
    protocol,
    original: tupleOf(original, family, protocol),
    reply: tupleOf(reply, family, protocol),
    // Which hooks are done with it is the kernel's own business.
    status: status & TOLD,
    ...(state === undefined ? {} : { state }),
    timeoutSeconds: Math.max(0, Math.floor((expires - now) / 1000)),
    mark,
    zone,
    id: place,
  }
}

function tupleOf(
  { source, destination, sourcePort = 0, destinationPort = 0 }: Tuple,
  family: IpFamily,
  protocol: number,
): TrackedTuple {
  const ends = [source, destination].map(one => scalarAddress(one as number | bigint, family)) as [
    Address,
    Address,
  ]
  if (ICMP.has(protocol))
    return {
      source: { address: ends[0] },
      destination: { address: ends[1] },
      icmp: { id: sourcePort, type: destinationPort >> 8, code: destinationPort & 0xff },
    }
  return {
    source: { address: ends[0], port: sourcePort },
    destination: { address: ends[1], port: destinationPort },
  }
}

/** One for each peer of each mapping. */
function* ofBox(nat: NatBox, now: number): Generator<TrackedConnection> {
  let id = 1
  for (const mapping of nat.mappings()) {
    const { protocol, insideAddress, insidePort, externalAddress, externalPort, sessions } = mapping
    for (const [peer, { expires, state }] of sessions) {
      if (expires <= now) continue
      const [peerAddress, peerPort] = [Math.floor(peer / 65_536), peer % 65_536]
      // Of a query the identifier stands where a source port does, and a request is what it is.
      const [there, back] = protocol === 1 ? [ECHO_REQUEST, ECHO_REPLY] : [peerPort, externalPort]
      const tuple = (source: number, destination: number, sourcePort: number, destinationPort: number) =>
        tupleOf({ source, destination, sourcePort, destinationPort }, 'ipv4', protocol)
      yield {
        family: 'ipv4',
        protocol,
        original: tuple(insideAddress, peerAddress, insidePort, there),
        reply: tuple(peerAddress, externalAddress, protocol === 1 ? externalPort : peerPort, back),
        // Of TCP alone a NAT remembers whether both sides have spoken.
        status: MAPPED | (state === null || state.startsWith('opening') ? 0 : ANSWERED),
        timeoutSeconds: Math.floor((expires - now) / 1000),
        mark: 0,
        zone: 0,
        id: id++,
      }
    }
  }
}

const MAPPED = CONNECTION_STATUS.confirmed | CONNECTION_STATUS.sourceTranslated
const ANSWERED = CONNECTION_STATUS.seenReply | CONNECTION_STATUS.assured

/** Type and code, as tuples of ICMP have them. */
const [ECHO_REPLY, ECHO_REQUEST] = [0, 8 << 8]
