/** A next hop that nobody on the link has, and a host that is seen has on another one: the prefix or the route is what is wrong. */
import type { Address } from '../../../model/address.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Host } from '../../../model/path/host.ts'
import { contains, networkOf } from '../../../model/prefix.ts'
import type { Claim } from '../suspects.ts'
import type { ReadRules, ReadView } from '../view.ts'

type Words = Pick<Claim, 'title' | 'remedy'>

/** Undefined where nobody else has it, or who has it holds the same link for its own. */
export function onAnotherLink(
  rules: ReadonlyMap<string, Pick<ReadRules, 'judged'>>,
  host: string,
  address: Address,
  device: string,
): Words | undefined {
  const own = endsOf(rules.get(host)?.judged.host).filter(one => one.device === device)
  if (own.length === 0) return undefined
  const scalar = addressScalar(address)
  const other = [...rules].find(
    ([label, { judged }]) =>
      label !== host &&
      endsOf(judged.host).some(
        one => one.scalar === scalar && own.every(end => !contains(one.network, end.address)),
      ),
  )
  if (other === undefined) return undefined
  return {
    title: `${host} looks for ${address} on the link of ${device}, and ${other[0]} has it on another one`,
    remedy: `At ${host}: correct the prefix length of the address on ${device}, or the route that leads to ${address} (ip route get ${address}).`,
  }
}

const endsOf = (host: Host | undefined) =>
  (host?.addresses ?? []).map(({ address: scalar, family, prefixLength, device }) => {
    const address = scalarAddress(scalar as number | bigint, family)
    return { scalar, address, device, network: networkOf(address, prefixLength) }
  })

/** The same, of views. */
export async function seenOnAnotherLink(
  views: readonly ReadView[],
  host: string,
  address: Address,
  device: string,
): Promise<Words | undefined> {
  if (views.length < 2) return undefined
  const rules = await Promise.all(views.map(async view => [view.label, await view.rules()] as const))
  return onAnotherLink(new Map(rules), host, address, device)
}
