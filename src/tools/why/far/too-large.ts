/** Packets that hosts on the way had to give up for their size, and the size that the next link there takes. */
import { valueOr } from '../../../model/known.ts'
import type { Inquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'

/** Packets that were too large for the next link and might not be cut (ip_forward, ip6_forward). */
export const TOO_LARGE = ['Ip.FragFails', 'Ip6.FragFails', 'Ip6.InTooBigErrors'] as const

export type TooLarge = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Counted so far by each host between and at the target that is seen. */
export async function tooLargeAt({ views, signal }: Inquiry): Promise<TooLarge> {
  const seen = views.filter(({ role }) => role !== 'client')
  const counters = await Promise.all(seen.map(({ os }) => os.counters()))
  signal.throwIfAborted()
  return new Map(
    seen.map(({ label }, i) => {
      const { protocols } = counters[i]!
      const of = (name: string): [string, number] => [
        name,
        (protocols.known && protocols.value.get(name)) || 0,
      ]
      return [label, new Map(TOO_LARGE.map(of))]
    }),
  )
}

export interface Risen {
  readonly label: string
  readonly name: string
  readonly by: number
  /** Bytes that its links to both ends take. */
  readonly size?: number
}

/** Where one of them rose since, and by how many. */
export async function risenAt(inquiry: Inquiry, before: TooLarge): Promise<Risen | undefined> {
  if (before.size === 0) return undefined
  for (const [label, now] of await tooLargeAt(inquiry))
    for (const [name, count] of now) {
      const by = count - before.get(label)!.get(name)!
      if (by <= 0) continue
      const size = await linkSize(inquiry, inquiry.views.find(one => one.label === label)!)
      return { label, name, by, ...(size === undefined ? {} : { size }) }
    }
  return undefined
}

/** The largest packet that gets through a host both ways, by the interfaces of its routes to both ends; undefined where they aren’t known. */
export async function linkSize(
  { address, facts }: Inquiry,
  { os, routes }: ReadView,
): Promise<number | undefined> {
  const local = facts.tried?.attempt.local
  const ends = [address, ...(local?.known === true ? [local.value.address] : [])]
  const ways = await Promise.all(ends.map(to => os.routeTo({ to })))
  const devices = ways.flatMap(way => (way.known && way.value.kind !== 'refused' ? [way.value.device] : []))
  const sizes = (valueOr(await routes(), undefined)?.interfaces ?? []).flatMap(({ name, mtu }) =>
    mtu !== undefined && devices.includes(name) ? [mtu] : [],
  )
  return sizes.length === 0 ? undefined : Math.min(...sizes)
}
