/** The two ends of a packet at a stage of its way. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'

export interface EndsItem {
  readonly source: { readonly address: string; readonly port?: number }
  readonly destination: { readonly address: string; readonly port?: number }
}

export function endsOf({ family, source, destination, sourcePort, destinationPort }: Packet): EndsItem {
  const end = (scalar: Packet['source'], port: number | undefined) => ({
    address: scalar === undefined ? '' : scalarAddress(scalar as number | bigint, family),
    ...(port === undefined ? {} : { port }),
  })
  return { source: end(source, sourcePort), destination: end(destination, destinationPort) }
}

/** `192.0.2.9:40000 > 10.0.0.5:443` */
export function endsText(packet: Packet): string {
  const { source, destination } = endsOf(packet)
  return `${endText(source)} > ${endText(destination)}`
}

const endText = ({ address, port }: EndsItem['source']): string =>
  port === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`
