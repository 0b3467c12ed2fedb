/** What of a frame follows from the devices: for whom it is (`pkt_type`), and the header of one that is made here. */

import { isGroupAddress } from '../filter/group-address.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { Host } from './host.ts'

/** PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST (include/uapi/linux/if_packet.h). */
const [FOR_US, BROADCAST, MULTICAST, OTHER_HOST] = [0, 1, 2, 3]
const ALL = 0xffffffffffff
const TYPE = 'meta pkttype'
const ETHER = 1
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const

/** In by the device (eth_type_trans): whether it is for the device's own address. */
export function arrivedBy(
  host: Host,
  device: string,
  packet: Packet,
  surroundings: Surroundings,
): Surroundings {
  const arrived = { ...surroundings, inputInterface: device }
  const to = packet.fields?.get('ether daddr')
  const own = host.interfaces?.get(device)?.hardware
  if (typeof to !== 'number' || own === undefined) return arrived
  const type = isGroupAddress(to) ? (to === ALL ? BROADCAST : MULTICAST) : to === own ? FOR_US : OTHER_HOST
  return withType(arrived, type)
}

/** What is for the bridge's own address is the host's, whatever the port's is (br_handle_frame). */
export const addressedTo = (
  host: Host,
  bridge: string,
  { fields }: Packet,
  surroundings: Surroundings,
): Surroundings =>
  fields?.get('ether daddr') !== undefined &&
  fields.get('ether daddr') === host.interfaces?.get(bridge)?.hardware
    ? withType(surroundings, FOR_US)
    : surroundings

const withType = (surroundings: Surroundings, type: number): Surroundings => ({
  ...surroundings,
  facts: new Map(surroundings.facts).set(TYPE, type),
})

/** IP takes neither what is for others nor what has a tag that no device took off (ip_rcv, __netif_receive_skb_core). */
export const isForOthers = ({ facts }: Surroundings, { fields }: Packet): boolean =>
  facts?.get(TYPE) === OTHER_HOST || Number(fields?.get('vlan id') ?? 0) !== 0

/** The frame in which a packet leaves by a device: nothing of the one in which it came is left. */
export function framed(host: Host, device: string, packet: Packet, to: number | undefined): Packet {
  const facts = host.interfaces?.get(device)
  const fields = new Map<string, Scalar>()
  for (const [key, value] of packet.fields ?? []) if (!/^(?:ether|vlan) /.test(key)) fields.set(key, value)
  if (facts?.type === ETHER) {
    fields.set('ether type', ETHERTYPE[packet.family])
    if (facts.hardware !== undefined) fields.set('ether saddr', facts.hardware)
    if (to !== undefined) fields.set('ether daddr', to)
  }
  return { ...packet, fields }
}
