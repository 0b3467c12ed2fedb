/**
 * Whether a datagram fits into one packet of this host's link and of the path, as far as it is known. Where it may be cut into
 * fragments that is no fault; where its protocol forbids to cut it, nobody who speaks that protocol gets there.
 */
import { familyOf, unmap } from '../../model/address.ts'
import type { Inquiry } from './inquiry.ts'
import type { DatagramQuery } from './protocols/protocols.ts'
import { ON_THE_WAY } from './row-claims.ts'
import type { Claim } from './suspects.ts'
import { THIS_HOST } from './view.ts'

/** IP and UDP without options: 20 and 8 bytes (RFC 791, RFC 768), of IPv6 40 and 8 (RFC 8200). */
export const headersOf = (address: Inquiry['address']): number =>
  familyOf(unmap(address)) === 'ipv6' ? 48 : 28

/** What one packet may have of the interface, and of the path where something was learned; bytes. */
export async function sizesOf({ facts, client }: Inquiry): Promise<{
  readonly device: string
  readonly link?: number
  readonly path?: number
} | null> {
  const route = facts.route?.known === true ? facts.route.value : undefined
  if (route === undefined || route.kind !== 'unicast') return null
  const tables = await client.routes()
  const link = tables.known
    ? tables.value.interfaces.find(({ name }) => name === route.device)?.mtu
    : undefined
  return {
    device: route.device,
    ...(link === undefined ? {} : { link }),
    ...(route.mtu === undefined ? {} : { path: route.mtu }),
  }
}

/** Before anything is sent: the question must not be cut, and is too large. */
export async function largerThanLink(
  inquiry: Inquiry,
  query: DatagramQuery | undefined,
): Promise<Claim | undefined> {
  const sizes = query?.whole === undefined ? null : await sizesOf(inquiry)
  if (sizes === null) return undefined
  const needed = query!.ask.length + headersOf(inquiry.address)
  const { device, link, path } = sizes
  if (link !== undefined && needed > link)
    return claimOf(query!, needed, link, {
      where: { host: THIS_HOST, stage: 'output' },
      leg: 'here',
      by: device,
      source: `interface ${device}`,
      tells: `${device} takes packets of up to ${link} bytes`,
    })
  if (path !== undefined && needed > path)
    return claimOf(query!, needed, path, {
      where: { host: ON_THE_WAY },
      by: 'the path',
      source: 'route',
      tells: `the path takes packets of up to ${path} bytes, as this host has learned`,
    })
  return undefined
}

/** What an error about the size comes to; `may be cut`: the host knows by now, and cuts the next one. */
export function largerThanPath(
  { facts, address }: Inquiry,
  code: string | undefined,
  query: DatagramQuery | undefined,
): Claim | 'may be cut' | undefined {
  if (code !== 'EMSGSIZE') return undefined
  if (query?.whole === undefined) return 'may be cut'
  const { icmp } = facts.tried!.seen
  const told = icmp.known ? icmp.value.findLast(({ mtu }) => mtu !== undefined) : undefined
  const by = told?.from
  const needed = query.ask.length + headersOf(address)
  return claimOf(query, needed, told?.mtu, {
    where: { host: by ?? ON_THE_WAY },
    by: by === undefined ? 'a link on the way' : `a link behind ${by}`,
    source: 'icmp',
    tells: `${by ?? 'a router'} says that it is too large${told?.mtu === undefined ? '' : ` for ${told.mtu} bytes`}`,
  })
}

interface Place {
  readonly where: NonNullable<Claim['where']>
  readonly leg?: NonNullable<Claim['leg']>
  readonly by: string
  readonly source: string
  readonly tells: string
}

function claimOf(
  { title, whole, ask }: DatagramQuery,
  needed: number,
  size: number | undefined,
  { where, leg, by, source, tells }: Place,
): Claim {
  const because = `${tells}, and a first question of ${title}, ${ask.length} bytes in a packet of ${needed}, must not be cut (${whole})`
  return {
    code: 'datagram-too-large',
    is: 'proven',
    because,
    where,
    ...(leg === undefined ? {} : { leg }),
    words: { bytes: String(ask.length), by, ...(size === undefined ? {} : { size: String(size) }) },
    evidence: [{ source, says: tells }],
  }
}
