/** The next hop of an answer, as the target's own table of neighbours has it. */
import { type Address, unmap, withoutZone } from '../../../model/address.ts'
import type { Known } from '../../../model/known.ts'
import type { Neighbour } from '../../../model/route.ts'
import type { RouteAnswer } from '../../../os/os.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

export interface NeighbourBack {
  readonly address: Address
  readonly device: string
  readonly isGateway: boolean
  /** Undefined where nobody has asked for it. */
  readonly state: Neighbour['state'] | undefined
}

/** As it is now; undefined where there is no such hop, or the table isn't told. */
export async function neighbourBack(
  { os }: ReadView,
  route: Known<RouteAnswer>,
  to: Address,
): Promise<NeighbourBack | undefined> {
  if (!route.known || route.value.kind !== 'unicast') return undefined
  const { device, gateway } = route.value
  const tables = await os.routes()
  if (!tables.known || tables.value.neighbours === undefined) return undefined
  const address = plain(gateway ?? to)
  const entry = tables.value.neighbours.find(
    one => one.interface === device && plain(one.address) === address,
  )
  return { address, device, isGateway: gateway !== undefined, state: entry?.state }
}

const plain = (address: Address): Address => unmap(withoutZone(address))

/** `arrived`: something of the attempt came there, so that an answer was in fact to be sent. */
export function neighbourClaims(
  label: string,
  { address, device, isGateway, state }: NeighbourBack,
  arrived: boolean,
  sureIs: Claim['is'],
  elsewhere?: Pick<Claim, 'title' | 'remedy'>,
): readonly Claim[] {
  const told = {
    where: { host: label, stage: 'neighbour' },
    leg: 'far-back',
    words: { neighbour: address, device, host: label, by: label },
  } as const
  if (state === 'permanent') {
    const says = `${label} answers through ${address}, whose hardware address is fixed on ${device} (permanent)`
    return [
      {
        ...told,
        code: 'neighbour-wrong',
        is: 'possible',
        because: says,
        evidence: [{ source: `neighbours of ${label}`, says }],
      },
    ]
  }
  if (state !== 'failed' && state !== 'incomplete') return []
  const says = `${label} asked for ${address} on ${device} to answer, and nobody said anything (${state})`
  return [
    {
      ...told,
      // Whom somebody who is seen has on another link, no route leads to.
      code: elsewhere !== undefined ? 'no-return-route' : isGateway ? 'gateway-silent' : 'neighbour-silent',
      is: arrived ? sureIs : 'possible',
      because: says,
      evidence: [{ source: `neighbours of ${label}`, says }],
      ...elsewhere,
    },
  ]
}
