/** Addresses of interfaces, as `ip -N -j addr show` lists them. */
import { type Address, withoutZone } from '../../model/address.ts'
import { addressOf, isFields, listOf, numberOf, textOf } from './fields.ts'

export interface IpAddress {
  readonly interface: string
  readonly index: number
  readonly address: Address
  /** Prefix length, bits. */
  readonly prefix: number
}

/** Null where the text is no list. */
export function decodeIpAddresses(text: string): readonly IpAddress[] | null {
  return (
    listOf(text)?.flatMap(({ ifname, ifindex, addr_info: infos }) => {
      const [name, index] = [textOf(ifname), numberOf(ifindex)]
      if (name === undefined || index === undefined || !Array.isArray(infos)) return []
      return infos.filter(isFields).flatMap(({ local, prefixlen }) => {
        const [address, prefix] = [addressOf(local), numberOf(prefixlen)]
        if (address === undefined || prefix === undefined) return []
        return prefix > (address.includes(':') ? 128 : 32)
          ? []
          : [{ interface: name, index, address: withoutZone(address), prefix }]
      })
    }) ?? null
  )
}
