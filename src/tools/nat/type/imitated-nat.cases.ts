/**
 * For tests: a NAT and a STUN server behind it, as plain as can be, so that what they do is obvious. They stand behind the
 * datagrams of a machine in memory.
 */
import { parseAddress } from '../../../model/address.ts'
import { type Endpoint, endpointKey } from '../../../model/endpoint.ts'
import type { Dependence } from '../../../model/nat/behaviour.ts'
import type { Port } from '../../../model/port.ts'
import type { DatagramPeer } from '../../../os/memory/datagrams.ts'
import { decodeStun, encodeStun } from '../../../wire/stun.ts'

export const at = (address: string, port: number): Endpoint => ({
  address: parseAddress(address),
  port: port as Port,
})
export const A1 = at('203.0.113.7', 3478)
const B2 = at('203.0.113.8', 3479)
const OUTSIDE = parseAddress('198.51.100.1')

export interface Imitation {
  readonly mapping: Dependence
  readonly filtering: Dependence
  /** Adds this to the last outside port; keeps the inside port when absent. */
  readonly step?: number
  readonly hairpin?: 'external-source' | 'internal-source'
  /** What came in unasked has the port taken, towards whom it came from: as Linux. */
  readonly poisoned?: boolean
  /** The inside port is kept towards each destination where it isn't taken there: as Linux. */
  readonly overloads?: boolean
  /** A mapping is forgotten so many milliseconds after the last packet from inside. */
  readonly lastsMs?: number
  /** No NAT at all, only the filtering. */
  readonly transparent?: boolean
  readonly server?: 'one-address' | 'no-change' | 'no-response-port' | 'rewritten' | 'error'
  /** Loses every datagram whose turn is in it, counted from 1. */
  readonly loses?: (turn: number) => boolean
}

interface Mapping {
  readonly inside: Endpoint
  readonly outside: Endpoint
  readonly asked: Set<string>
  /** When it was last used from inside. */
  used: number
}

/** `now`: milliseconds. */
export function imitate(imitation: Imitation, now: () => number = () => 0): DatagramPeer {
  const byInside = new Map<string, Mapping>()
  const byOutside = new Map<string, Mapping>()
  const taken = new Set<string>()
  let last = 20_000
  let turn = 0

  const isAllowed = (by: Dependence, { asked }: Mapping, from: Endpoint): boolean =>
    by === 'endpoint-independent' || asked.has(by === 'address-dependent' ? from.address : endpointKey(from))

  function mapped(inside: Endpoint, to: Endpoint): Mapping {
    const part = {
      'endpoint-independent': '',
      'address-dependent': to.address,
      'address-and-port-dependent': endpointKey(to),
    }
    const towards = imitation.poisoned || imitation.overloads ? endpointKey(to) : part[imitation.mapping]
    const key = `${endpointKey(inside)} ${towards}`
    const known = byInside.get(key)
    const mapping = known ?? { inside, outside: chosen(inside, to), asked: new Set<string>(), used: now() }
    mapping.used = now()
    byInside.set(key, mapping)
    if (!byOutside.has(`${mapping.outside.port}`)) byOutside.set(`${mapping.outside.port}`, mapping)
    taken.add(`${mapping.outside.port} ${towards}`)
    for (const each of [mapping, byOutside.get(`${mapping.outside.port}`)!]) {
      each.asked.add(to.address)
      each.asked.add(endpointKey(to))
    }
    return mapping
  }

  function chosen(inside: Endpoint, to: Endpoint): Endpoint {
    if (imitation.transparent) return inside
    const isFree =
      imitation.poisoned || imitation.overloads
        ? !taken.has(`${inside.port} ${endpointKey(to)}`)
        : imitation.mapping !== 'endpoint-independent'
          ? false
          : !byOutside.has(`${inside.port}`)
    if (imitation.step === undefined && isFree) return { address: OUTSIDE, port: inside.port }
    last += imitation.step ?? 7 + (last % 5)
    return { address: OUTSIDE, port: last as Port }
  }

  /** Of those that share an outside port the one that asked there, else the first. */
  function inwardsOf(port: number, from: Endpoint): Mapping | undefined {
    const key = ` ${endpointKey(from)}`
    const exact = [...byInside].find(([each, { outside }]) => outside.port === port && each.endsWith(key))
    return exact?.[1] ?? byOutside.get(`${port}`)
  }

  return ({ bytes, from, to }) => {
    turn++
    if (imitation.loses?.(turn) === true) return []
    if (to.address === OUTSIDE) {
      const target = byOutside.get(`${to.port}`)
      if (imitation.hairpin === undefined || target === undefined) return []
      const source = imitation.hairpin === 'internal-source' ? from : mapped(from, to).outside
      return [{ bytes, from: source, to: target.inside }]
    }
    const { outside } = mapped(from, to)
    const said = stunAnswer(bytes, outside, to, imitation.server)
    if (said === undefined) return []
    const inwards = inwardsOf(said.port, said.site)
    const isGone = now() - (inwards?.used ?? 0) >= (imitation.lastsMs ?? Number.POSITIVE_INFINITY)
    if (inwards === undefined || isGone || !isAllowed(imitation.filtering, inwards, said.site)) {
      if (imitation.poisoned) taken.add(`${said.port} ${endpointKey(said.site)}`)
      return []
    }
    return [{ bytes: said.bytes, from: said.site, to: inwards.inside }]
  }
}

/** What the server says to a question from there, from where, and to which port. */
export function stunAnswer(
  bytes: Uint8Array,
  from: Endpoint,
  site: Endpoint,
  server?: Imitation['server'],
): { bytes: Uint8Array; site: Endpoint; port: number } | undefined {
  const question = decodeStun(bytes)
  if (question?.class !== 'request') return undefined
  const change = server === 'no-change' ? undefined : question.changeRequest
  const other = (is: boolean | undefined, ours: Endpoint): boolean => (is === true) !== (ours === A1)
  const source: Endpoint = {
    address: other(change?.address, site.address === A1.address ? A1 : B2) ? A1.address : B2.address,
    port: other(change?.port, site.port === A1.port ? A1 : B2) ? A1.port : B2.port,
  }
  const message = {
    class: server === 'error' ? 'error' : 'success',
    method: 1,
    transaction: question.transaction,
    ...(server === 'error'
      ? { error: { code: 500, reason: 'Server Error' } }
      : {
          xorMapped: from,
          mapped: server === 'rewritten' ? at('192.0.2.99', 9) : from,
          ...(server === 'one-address' ? {} : { otherAddress: B2 }),
        }),
  } as const
  const port = server === 'no-response-port' ? from.port : (question.responsePort ?? from.port)
  return { bytes: encodeStun(message), site: source, port }
}
