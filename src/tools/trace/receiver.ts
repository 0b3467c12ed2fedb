/** The socket that gets a packet which is delivered here, and who holds it. */
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import { valueOr } from '../../model/known.ts'
import type { Port } from '../../model/port.ts'
import type { NetworkInterface } from '../../model/route.ts'
import { socketAt } from '../../model/socket-row.ts'
import { linuxDialect } from '../../model/space/dialect.ts'
import { receiversAmong } from '../../model/space/receivers.ts'
import type { OS } from '../../os/os.ts'
import { itemMaker, readTable, type ServiceNames, type SocketItem } from '../sockets/sockets.ts'

/**
 * | kind | means |
 * |---|---|
 * | socket | it gets there; of several that share the place, one of them |
 * | nobody | no socket waits: the sender is told, by a reset or as unreachable |
 * | asker | in a network: whoever sent what this is the answer to |
 * | host | the host itself answers: ICMP, protocols without sockets of this kind |
 */
export type Receiver =
  | { readonly kind: 'socket'; readonly socket: SocketItem; readonly oneOf: number }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'asker' }
  | { readonly kind: 'host' }

const PROTOCOLS = new Map([
  [6, 'tcp'],
  [17, 'udp'],
] as const)

export async function receiverOf(
  os: OS,
  packet: Packet,
  device: string,
  interfaces: readonly NetworkInterface[],
  services: ServiceNames,
  signal?: AbortSignal,
): Promise<Receiver> {
  const protocol = PROTOCOLS.get(packet.protocol as 6 | 17)
  const { family, source, destination, sourcePort, destinationPort } = packet
  if (
    protocol === undefined ||
    source === undefined ||
    destination === undefined ||
    destinationPort === undefined
  )
    return { kind: 'host' }
  const [table, release] = await Promise.all([
    readTable(os, {
      protocols: [protocol],
      localPort: destinationPort,
      owners: 'found',
      ...(signal === undefined ? {} : { signal }),
    }),
    os.tunables([RELEASE]),
  ])
  const told = release.get(RELEASE)
  const dialect = linuxDialect(told === undefined ? '' : valueOr(told, ''))
  const rows = [...table.rows]
  const found = receiversAmong(
    rows.map(row => socketAt(table.columns, row)),
    {
      protocol,
      source: scalarAddress(source as number | bigint, family),
      // One that chance chooses is nobody's peer yet.
      sourcePort: (sourcePort ?? 0) as Port,
      address: scalarAddress(destination as number | bigint, family),
      port: destinationPort as Port,
      device,
    },
    index => interfaces.find(one => one.index === index)?.name ?? String(index),
    dialect,
  ).map(at => rows[at]!)
  if (found.length === 0) return { kind: 'nobody' }
  const item = await itemMaker(table, services, Uint32Array.from(found))
  return { kind: 'socket', socket: item(found[0]!), oneOf: found.length }
}

const RELEASE = 'kernel.osrelease'
