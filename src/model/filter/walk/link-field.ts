/** Fields of the link's header (nft(8), "ETHERNET HEADER EXPRESSION", "VLAN HEADER EXPRESSION"; nft_payload_eval). */
import { fact } from './fact.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, type Value } from './value.ts'

/** ARPHRD_ETHER, ARPHRD_LOOPBACK: loopback has such a header, too. */
const ETHER = 1
const LOOPBACK = 772

/** A packet that was made here has none until it leaves by a device, nor one from a device that isn't Ethernet. */
export function linkField(t: Traversal, protocol: string, field: string): Value {
  const key = `${protocol} ${field === 'cfi' ? 'dei' : field}`
  const given = t.packet.fields?.get(key)
  if (given !== undefined) return given
  const { inputInterface, outputInterface } = t.surroundings
  const isLeaving = t.hook === 'egress' || (t.layer === 'bridge' && inputInterface === null)
  if (!isLeaving && (inputInterface === null || t.hook === 'output')) return ABSENT
  if (!mayHaveHeader(t, isLeaving ? outputInterface : inputInterface)) return ABSENT
  // A frame whose header is known has no tag beside it.
  if (protocol === 'vlan' && t.packet.fields?.has('ether type')) return ABSENT
  return fact(t, key, undefined)
}

/** Rules of `inet` ask for Ethernet proper beside the header; those of a device or a bridge don't. */
function mayHaveHeader(t: Traversal, device: string | null | undefined): boolean {
  if (typeof device !== 'string') return true
  const type = t.surroundings.interfaces?.get(device)?.type
  if (type === undefined || type === ETHER) return true
  return type === LOOPBACK && t.table?.family === 'netdev'
}
