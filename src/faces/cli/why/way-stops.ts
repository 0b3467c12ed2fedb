/** The stops of the drawing: this host, its interface, who was seen on the way, and the end. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import type { Port } from '../../../model/port.ts'
import type { AddressDiagnosis } from '../../../tools/why/why.ts'

export interface Stops {
  readonly names: readonly string[]
  /** By which names causes speak of each. */
  readonly hosts: readonly (readonly string[])[]
}

export function stopsOf({ facts, address }: AddressDiagnosis, port: Port): Stops {
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  const named = facts.local === true ? [] : followed(facts)
  const routers =
    facts.hops !== undefined && facts.hops.length > 0
      ? facts.hops
      : route?.gateway === undefined
        ? []
        : [route.gateway]
  const last = named.at(-1)
  const target = last !== undefined && facts.followed!.targets.includes(last) ? last : undefined
  const between: readonly string[] = named.length === 0 ? routers : target ? named.slice(0, -1) : named
  const end = formatEndpoint({ address, port })
  const all: readonly (readonly [string, readonly string[]])[] = [
    // What this host does breaks before its interface.
    ['this host', []],
    ...(route === undefined || facts.local === true ? [] : [[route.device, []] as const]),
    ...between.map(one => [one, one === address ? [] : [one]] as const),
    target === undefined ? [end, [address]] : [`${end} (${target})`, [address, target]],
  ]
  return { names: all.map(([name]) => name), hosts: all.map(([, labels]) => labels) }
}

/** Hosts that are seen have names; between them stand those that nobody sees. */
function followed({ followed }: AddressDiagnosis['facts']): readonly string[] {
  if (followed === undefined) return []
  const { trace, leaps } = followed
  const hosts = [...new Set(trace.hops.map(({ host }) => host))]
  return hosts.flatMap((host, at) => {
    const leap = leaps.find(({ from, to }) => to === host && from === hosts[at - 1])
    return [...(leap === undefined ? [] : [leap.over]), ...(at === 0 ? [] : [host])]
  })
}
