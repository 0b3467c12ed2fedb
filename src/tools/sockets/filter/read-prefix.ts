/**
 * Reads an address or prefix as ss does: what is left out at the end of an IPv4 prefix is zero (`10/8`), and bits
 * after the prefix don't count. Names of hosts are not looked up.
 */
import { familyOf, isAddress, parseAddress, zoneOf } from '../../../model/address.ts'
import { isFault } from '../../../model/fault.ts'
import { networkOf, type Prefix, prefixAddress } from '../../../model/prefix.ts'
import type { Reading } from './read-host.ts'
import { refuse } from './syntax-fault.ts'

export const ADDRESS_NEXT = 'Write 192.0.2.1, 10.0.0.0/8, [2001:db8::1]:443 or :443.'

export function readPrefix(text: string, at: number, reading: Reading): Prefix {
  const slash = text.indexOf('/')
  const written = slash === -1 ? text : text.slice(0, slash)
  // As in ss, what is left out at the end of an IPv4 prefix is zero.
  const full =
    slash !== -1 && /^\d+(?:\.\d+){0,2}$/.test(written)
      ? `${written}${'.0'.repeat(3 - (written.match(/\./g)?.length ?? 0))}`
      : written
  if (!isAddress(full) && /^[a-z][\w.-]*$/i.test(full) && !/^[0-9a-f:.]+$/i.test(full))
    throw refuse(reading.text, at, `"${full}" is a name, and names of hosts are not looked up`, ADDRESS_NEXT)
  try {
    const address = parseAddress(full)
    if (zoneOf(address) !== undefined)
      throw refuse(
        reading.text,
        at,
        'an address has no zone here',
        `Name the interface: ${address.split('%')[0]} dev ${zoneOf(address)}`,
      )
    const bits = familyOf(address) === 'ipv4' ? 32 : 128
    const length = slash === -1 ? bits : readLength(text.slice(slash + 1), bits, at + slash + 1, reading)
    const prefix = networkOf(address, length)
    if (slash !== -1 && prefixAddress(prefix) !== address)
      reading.note(at, `bits after the first ${length} don't count: ${text} is read as ${prefix}`)
    return prefix
  } catch (error) {
    if (!isFault(error) || error.code !== 'E_ADDRESS_SYNTAX') throw error
    throw refuse(reading.text, at, `"${full}" is not an address: ${error.details.why}`, ADDRESS_NEXT)
  }
}

function readLength(text: string, bits: number, at: number, { text: whole }: Reading): number {
  if (/^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= bits) return Number(text)
  throw refuse(whole, at, `the length of the prefix is a number from 0 to ${bits}`, ADDRESS_NEXT)
}
