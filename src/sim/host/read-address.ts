/** `eth0 192.0.2.10/24`: a device's address, as hosts are described. */
import { type Address, addressBytes, familyOf, parseAddress, withoutZone } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import { refused } from './refused.ts'

export interface ReadAddress {
  readonly device: string
  readonly address: Address
  readonly prefixLength: number
}

/** IFNAMSIZ of Linux, without its NUL. */
const LONGEST_NAME = 15

/** Throws `E_SIM_NETWORK`, which shows the text. */
export function readAddress(text: string, preset = 'eth0'): ReadAddress {
  const [, device = preset, ip = '', length] = /^(?:(\S+) +)?([^\s/]+)(?:\/(\d+))?$/.exec(text.trim()) ?? []
  const wrong = (why: string) => refused(`the address "${text}": ${why}`)
  if (ip === '') throw wrong('write "eth0 192.0.2.10/24"')
  if (device.length > LONGEST_NAME) throw wrong(`a device's name has at most ${LONGEST_NAME} characters`)
  let address: Address
  try {
    address = withoutZone(parseAddress(ip))
  } catch (error) {
    if (isFault(error)) throw wrong(String(error.details.why))
    throw error
  }
  if (length === undefined) throw wrong('its prefix length is missing, as in 192.0.2.10/24')
  const most = familyOf(address) === 'ipv4' ? 32 : 128
  if (Number(length) > most)
    throw wrong(`a prefix length of ${familyOf(address) === 'ipv4' ? 'IPv4' : 'IPv6'} is ${most} at most`)
  return { device, address, prefixLength: Number(length) }
}

/** Whether it is the network itself or its broadcast address, which no host can have (RFC 1122 section 3.2.1.3). */
export function isNetworkItself({ address, prefixLength }: ReadAddress): boolean {
  if (familyOf(address) === 'ipv6' || prefixLength >= 31) return false
  const value = addressBytes(address).reduce((sum, byte) => sum * 256 + byte, 0)
  const size = 2 ** (32 - prefixLength)
  return value % size === 0 || value % size === size - 1
}
