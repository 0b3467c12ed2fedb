/** The addresses of our interfaces, as Node tells them. */
import { networkInterfaces } from 'node:os'
import { isAddress, parseAddress, withoutZone } from '../../model/address.ts'
import type { InterfaceAddress } from '../os.ts'

/** Node tells the index of an interface only with its link-local addresses, as their scope; 0 where it has none. */
export const readAddresses = (interfaces = networkInterfaces()): readonly InterfaceAddress[] =>
  Object.entries(interfaces).flatMap(([name, addresses = []]) => {
    const index = addresses.map(one => ('scopeid' in one ? one.scopeid : 0)).find(scope => scope !== 0) ?? 0
    return addresses.flatMap(({ address, cidr }) =>
      isAddress(address) && cidr !== null
        ? {
            interface: name,
            index,
            address: withoutZone(parseAddress(address)),
            prefix: Number(cidr.split('/')[1]),
          }
        : [],
    )
  })
