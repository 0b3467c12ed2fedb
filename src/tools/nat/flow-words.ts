/** Tracked ends and protocols as text. */
import { familyOf } from '../../model/address.ts'
import type { TrackedEnd } from '../../model/nat/tracked-connection.ts'

const WORDS: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
}

/** IANA's keyword in lower case, or the number. */
export const protocolWord = (protocol: number): string => WORDS[protocol] ?? String(protocol)

/** `192.0.2.1:80`, `[2001:db8::1]:80`, or the address alone. */
export function formatTracked({ address, port }: TrackedEnd): string {
  if (port === undefined) return address
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
}
