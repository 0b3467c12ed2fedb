/**
 * Flows: a protocol and two endpoints, the five-tuple by which hosts, NATs and filters tell conversations apart.
 */
import { familyOf } from './address.ts'
import { type Endpoint, formatEndpoint, isHostAddress, parseEndpoint } from './endpoint.ts'
import { fault, isFault } from './fault.ts'
import { isProtocol, type Protocol } from './protocol.ts'

/** Both endpoints are always of the same family. A reply belongs to the reverse flow. */
export interface Flow {
  readonly protocol: Protocol
  readonly source: Endpoint
  readonly destination: Endpoint
}

/** `tcp 192.0.2.1:40000 > 198.51.100.7:443` */
export const formatFlow = ({ protocol, source, destination }: Flow): string =>
  `${protocol} ${formatEndpoint(source)} > ${formatEndpoint(destination)}`

/** Equal for equal flows, different for the two directions: a map key. */
export const flowKey: (flow: Flow) => string = formatFlow

/** The flow of the replies. */
export const reverseFlow = ({ protocol, source, destination }: Flow): Flow => ({
  protocol,
  source: destination,
  destination: source,
})

/** Reads what `formatFlow` writes, with single spaces; the arrow may be `->`, too. Throws `E_FLOW_SYNTAX`, which says why. */
export function parseFlow(text: string): Flow {
  const refuse = (why: string) => fault('E_FLOW_SYNTAX', { text, why })
  if (text === '') throw refuse('it is empty')
  if (/(?:→|=>)/.test(text)) throw refuse('the arrow is written ">" or "->"')
  const [protocol, from, arrow, to, ...more] = text.split(' ')
  if (text.split(' ').includes('')) throw refuse('it has a space too many')
  if ((arrow !== '>' && arrow !== '->') || to === undefined || more.length > 0) {
    throw refuse('it needs four words: a protocol, the source, ">" and the destination')
  }
  if (!isProtocol(protocol!))
    throw refuse(`"${protocol}" is not a transport protocol: tcp, udp, sctp and dccp are`)
  const source = readEnd(from!, 'source')
  const destination = readEnd(to, 'destination')
  for (const end of [source, destination]) if (typeof end === 'string') throw refuse(end)
  const flow = { protocol, source, destination } as Flow
  if (familyOf(flow.source.address) !== familyOf(flow.destination.address)) {
    throw refuse('one end is IPv4 and the other is IPv6')
  }
  return flow
}

function readEnd(text: string, which: 'source' | 'destination'): Endpoint | string {
  try {
    const { protocol, host, port } = parseEndpoint(text)
    if (protocol !== undefined) return `the protocol is written once, at the beginning`
    if (host === undefined) return `the ${which} "${text}" has no address`
    return isHostAddress(host)
      ? ({ address: host, port } as Endpoint)
      : `the ${which} "${text}" is a name, not an address`
  } catch (error) {
    if (!isFault(error)) throw error
    return `the ${which} "${text}" is not an endpoint: ${error.details.why}`
  }
}
