/** The network as one sees it who follows a packet through it: hosts, who is next on a link, what NAT boxes would do. */
import type { Address } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { NatForesight } from '../../model/nat/nat-foresight.ts'
import type { OS } from '../../os/os.ts'
import type { SimHost } from '../host/host.ts'
import type { Network } from './network.ts'

/** Of a host that isn't there `osOf` throws a TypeError. */
export interface NetworkView {
  readonly hosts: readonly string[]
  osOf(host: string): OS
  /** Who has the address on the link of that device; null where nobody has. */
  nextOn(
    host: string,
    device: string,
    address: Address,
  ): { readonly host: string; readonly device: string } | null
  /** Of a host that is a NAT box by its behaviour; null of all others. */
  natOf(host: string): NatForesight | null
}

export function networkView(network: Network<SimHost & { readonly os: OS }>): NetworkView {
  const hostOf = (name: string) => {
    const found = network.hosts.get(name)
    if (found === undefined) throw new TypeError(`there is no host ${name}`)
    return found
  }
  return {
    hosts: [...network.hosts.keys()],
    osOf: name => hostOf(name).os,
    nextOn(name, device, address) {
      const from = hostOf(name).devices.get(device)
      const to = from?.link?.holderOf(address)
      return to === undefined || to === from ? null : { host: to.host, device: to.name }
    },
    natOf(name) {
      const [box, outside] = [network.natBoxes.get(name), network.outsideOf(name)]
      if (box === undefined || outside === undefined) return null
      const addresses = hostOf(name).devices.get(outside)?.addresses ?? []
      const external = addresses.map(({ address }) => address).filter(one => !one.includes(':'))
      return new NatForesight({
        box,
        outside,
        external: new Set(external.map(one => addressScalar(one) as number)),
        now: () => network.now(),
      })
    },
  }
}
