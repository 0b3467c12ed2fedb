/** Why no table has a route: an interface that is down took it along, or one on which IPv6 is switched off never had it. */
import { familyOf, scopeOf, unmap } from '../../../model/address.ts'
import { contains, networkOf } from '../../../model/prefix.ts'
import type { NetworkInterface } from '../../../model/route.ts'
import type { InterfaceAddress } from '../../../os/os.ts'
import { type CheckResult, found } from '../check.ts'
import { waysOf } from '../far/ways-of.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'
import { ipv6Off } from './ipv6-off.ts'

export async function noRoute(
  inquiry: Inquiry,
  interfaces: readonly NetworkInterface[],
  addresses: readonly InterfaceAddress[],
): Promise<CheckResult> {
  const { address } = inquiry
  const why = downInterface(inquiry, interfaces, addresses) ?? (await ipv6Off(inquiry, interfaces, addresses))
  const says = `no table has a route for ${address}`
  const { giveWay } = await import('../advice/give-way.ts')
  const none: Claim = {
    code: 'no-route',
    is: why === undefined ? 'proven' : 'possible',
    because: why === undefined ? says : `${says}, since ${why.because}`,
    where: { host: THIS_HOST, stage: 'routing' },
    evidence: [{ source: 'routing tables', says }],
    ...giveWay(await waysOf(inquiry, inquiry.client), address),
  }
  return found(why?.because ?? says, why === undefined ? [none] : [why, none])
}

/** Its routes go with it, and its IPv6 addresses as well (`addrconf_ifdown`); those of IPv4 stay. */
function downInterface(
  { address, options }: Inquiry,
  interfaces: readonly NetworkInterface[],
  addresses: readonly InterfaceAddress[],
): Claim | undefined {
  const family = familyOf(unmap(address))
  const others = interfaces.filter(({ name }) => name !== 'lo')
  const down = others.filter(({ up }) => !up)
  const all = (name: string): InterfaceAddress[] => addresses.filter(one => one.interface === name)
  const hers = (name: string): InterfaceAddress[] =>
    all(name).filter(one => familyOf(one.address) === family && scopeOf(one.address) !== 'link-local')
  const onLink = down.find(({ name }) =>
    hers(name).some(one => contains(networkOf(one.address, one.prefix), address)),
  )
  if (onLink !== undefined) return claim(onLink.name, 'proven', `${address} is on its link`)
  const chosen = down.find(({ name }) => name === options.device)
  if (chosen !== undefined) return claim(chosen.name, 'proven', 'it may go out by no other interface')
  const leads = (of: (name: string) => InterfaceAddress[]): boolean =>
    others.some(({ name, up }) => up && of(name).length > 0)
  const only = leads(hers) ? undefined : down.find(({ name }) => hers(name).length > 0)
  if (only !== undefined)
    return claim(only.name, 'proven', 'no other interface has an address of that family')
  const lost = family === 'ipv4' || leads(all) ? undefined : down.find(({ name }) => all(name).length > 0)
  return lost && claim(lost.name, 'likely', 'an interface that is down loses its IPv6 addresses and routes')
}

function claim(device: string, is: Claim['is'], and: string): Claim {
  const because = `${device} is down, and ${and}`
  return {
    code: 'interface-down',
    is,
    because,
    where: { host: THIS_HOST, stage: 'routing' },
    words: { device },
    evidence: [{ source: `interface ${device}`, says: because }],
  }
}
