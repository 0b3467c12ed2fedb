/**
 * A datagram for our port that came to our interface from another address than was asked: a connected socket takes it from nobody else
 * (udp(7)), and so does a program that looks at who answers. Pure.
 */
import { type Address, unmap, withoutZone } from '../../model/address.ts'
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import type { Known } from '../../model/known.ts'
import type { SeenFrame } from '../../os/attempt.ts'
import type { Claim } from './suspects.ts'

export interface Asked {
  readonly to: Endpoint
  /** Our end. */
  readonly local: Known<Endpoint>
}

export function answeredFromElsewhere(
  frames: Known<readonly SeenFrame[]>,
  { to, local }: Asked,
): Claim | undefined {
  if (!frames.known || !local.known) return undefined
  const address = bare(to.address)
  // From the port that was asked to the one that asked: nobody else's conversation has both.
  const answer = frames.value.find(
    ({ way, protocol, source, sourcePort, destinationPort }) =>
      way === 'in' &&
      protocol === 'udp' &&
      bare(source) !== address &&
      sourcePort === to.port &&
      destinationPort === local.value.port,
  )
  if (answer === undefined) return undefined
  const says = `a datagram of ${formatEndpoint({ address: answer.source, port: to.port })} came to ${formatEndpoint(local.value)} at ${answer.device}, and ${formatEndpoint(to)} had been asked`
  return {
    code: 'reply-from-elsewhere',
    is: 'proven',
    because: says,
    where: { host: to.address },
    words: { other: answer.source, address: to.address },
    evidence: [{ source: 'frames', says }],
    remedy: `Have the server listen on ${formatEndpoint(to)}, or answer from the address that was asked (IP_PKTINFO).`,
  }
}

const bare = (address: Address): Address => unmap(withoutZone(address))
