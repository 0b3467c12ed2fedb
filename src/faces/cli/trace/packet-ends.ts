/** The two ends of a packet at a stage of its way. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'

/** What chance chooses is null, with the reason beside it. */
export interface EndItem {
  readonly address: string | null
  readonly addressUnknown?: 'by-chance'
  readonly port?: number | null
  readonly portUnknown?: 'by-chance'
}

export interface EndsItem {
  readonly source: EndItem
  readonly destination: EndItem
}

/** IANA numbers of protocols with ports. */
const WITH_PORTS: ReadonlySet<number | undefined> = new Set([6, 17, 33, 132, 136])

export function endsOf({
  family,
  protocol,
  source,
  destination,
  sourcePort,
  destinationPort,
}: Packet): EndsItem {
  const end = (scalar: Packet['source'], port: number | undefined): EndItem => ({
    ...(scalar === undefined
      ? { address: null, addressUnknown: 'by-chance' }
      : { address: scalarAddress(scalar as number | bigint, family) }),
    ...(port !== undefined
      ? { port }
      : WITH_PORTS.has(protocol)
        ? { port: null, portUnknown: 'by-chance' }
        : {}),
  })
  return { source: end(source, sourcePort), destination: end(destination, destinationPort) }
}

/** `192.0.2.9:40000 > 10.0.0.5:443`; `?` is what chance chooses. */
export function endsText(packet: Packet): string {
  const { source, destination } = endsOf(packet)
  return `${endText(source)} > ${endText(destination)}`
}

const endText = ({ address, port }: EndItem): string =>
  port === undefined
    ? (address ?? '?')
    : `${address?.includes(':') ? `[${address}]` : (address ?? '?')}:${port ?? '?'}`
