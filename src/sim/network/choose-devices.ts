/** Which devices a link joins, where only hosts are named: those that are in one network. */
import { familyOf } from '../../model/address.ts'
import { networkOf } from '../../model/prefix.ts'
import { refused, type SimHost } from '../host/host.ts'
import type { Device } from '../link/link.ts'

/** A host, or one of its devices. */
export interface LinkEnd {
  readonly host: SimHost
  readonly device?: string
}

/** One for each end. Throws `E_SIM_NETWORK` where there is none that is free. */
export function chooseDevices(ends: readonly LinkEnd[]): readonly Device[] {
  const candidates = ends.map(({ host, device }) => candidatesOf(host, device))
  return candidates.map((mine, i) => {
    const others = candidates.flatMap((theirs, j) => (i === j ? [] : theirs))
    return mine.find(one => others.some(other => areNeighbours(one, other))) ?? mine[0]!
  })
}

function candidatesOf(host: SimHost, named: string | undefined): readonly Device[] {
  const { name, devices } = host
  const all = [...devices.values()]
  if (named !== undefined) {
    const found = devices.get(named)
    if (found === undefined)
      throw refused(
        `host ${name} has no device ${named}${all.length === 0 ? '' : `; it has ${[...devices.keys()].join(', ')}`}`,
      )
    if (found.link !== undefined) throw refused(`${name}:${named} is on the link ${found.link.name} already`)
    return [found]
  }
  const free = all.filter(({ link }) => link === undefined)
  if (free.length > 0) return free
  const why =
    all.length === 0
      ? 'it has no address'
      : all.map(device => `its ${device.name} is on the link ${device.link!.name}`).join(', ')
  throw refused(
    `host ${name} has no device left for a link: ${why}; give it an address such as "eth1 192.0.2.1/24"`,
  )
}

const areNeighbours = (a: Device, b: Device): boolean =>
  a.addresses.some(one =>
    b.addresses.some(
      other =>
        familyOf(one.address) === familyOf(other.address) &&
        networkOf(one.address, one.prefixLength) === networkOf(other.address, one.prefixLength),
    ),
  )
