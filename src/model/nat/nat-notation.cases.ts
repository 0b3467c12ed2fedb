/** NATs and packets in few words, for the rows of the tests. */
import { type NatBehaviour, NatBox, type NatLogRecord, type NatPacket, type Translation } from './nat-box.ts'
import { NAT_PROFILES } from './profiles.ts'

export const [UDP, TCP, ICMP] = [17, 6, 1]
export const [SYN, ACK, FIN, RST] = [2, 16, 1, 4]
export const SECOND = 1000
export const MINUTE = 60 * SECOND

export const v4 = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
export const end = (text: string): [number, number] => {
  const [address = '', port = '0'] = text.split(':')
  return [v4(address), Number(port)]
}
/** `10.0.0.1:4000 > 198.51.100.1:53` */
export function packet(text: string, more: Partial<NatPacket> = {}): NatPacket {
  const [from = '', to = ''] = text.split(' > ')
  const [source, sourcePort] = end(from)
  const [destination, destinationPort] = end(to)
  return { protocol: UDP, source, sourcePort, destination, destinationPort, ...more }
}
export const dotted = (address: number): string =>
  [24, 16, 8, 0].map(bits => (address >>> bits) & 255).join('.')
export const text = ({
  source,
  sourcePort,
  destination,
  destinationPort,
}: Omit<NatPacket, 'quoted'>): string =>
  `${dotted(source)}:${sourcePort} > ${dotted(destination)}:${destinationPort}`
export const said = (came: Translation): string =>
  came.kind === 'dropped' ? `dropped ${came.why}` : `${came.kind} ${text(came.packet)}`

/** A generator that goes round a few fractions: what comes is plain to see. */
export function fractions(...values: readonly number[]): () => number {
  let at = 0
  return () => values[at++ % values.length]!
}
export const boxOf = (change: Partial<NatBehaviour> = {}, log?: (record: NatLogRecord) => void): NatBox =>
  new NatBox(
    { ...NAT_PROFILES['full-cone'], ...change },
    { external: [v4('203.0.113.1')], random: fractions(0.5, 0.25, 0.75), ...(log && { log }) },
  )
export const externalPort = (came: Translation): number =>
  came.kind === 'dropped' ? Number.NaN : came.packet.sourcePort
