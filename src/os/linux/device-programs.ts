/**
 * What decides on packets at interfaces, before netfilter sees what arrives and after it has seen what leaves: XDP programs
 * and filters of tc by rtnetlink, programs of tcx and netkit by bpf(2). All of it is told for interfaces of our own
 * network namespace alone.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { ATTACH } from '../../wire/bpf.ts'
import {
  decodeFilters,
  decodeQdiscs,
  encodeFilterRequest,
  encodeQdiscRequest,
  type LinkDetail,
  type TrafficControl,
} from '../../wire/rtnetlink-links.ts'
import type { Decider } from '../filter-views.ts'
import { type BpfPrograms, EACCES, EPERM } from './bpf-programs.ts'
import { programText } from './program-text.ts'
import type { NetlinkSource } from './sources.ts'

/** TC_H_CLSACT with its two sides (include/uapi/linux/pkt_sched.h), and the handle of the older `ingress`. */
const SIDES = [
  [0xfffffff2, 'ingress'],
  [0xfffffff3, 'egress'],
] as const

/** Null: without bpf(2) they have numbers and nothing more. */
type Bpf = BpfPrograms | null
const described = (bpf: Bpf, ids: readonly number[]) => ids.map(id => bpf?.describe(id) ?? { id })

export const xdpPrograms = (links: readonly LinkDetail[], bpf: Bpf): readonly Decider[] =>
  links.flatMap(({ name: place, xdp }): Decider[] => {
    if (xdp === undefined) return []
    const programs = described(bpf, xdp)
    const says = programs.length === 0 ? 'programs that are not told' : programText(programs)
    return [{ kind: 'xdp', place, direction: 'ingress', says, programs }]
  })

/** Only interfaces with such a discipline have filters there; the kernel's answer names their kind. */
export function trafficControl(
  route: NetlinkSource,
  links: readonly LinkDetail[],
  bpf: Bpf,
): Known<readonly Decider[]> {
  const qdiscs: TrafficControl[] = []
  const { errno } = route.dump(encodeQdiscRequest(), (views, length) => decodeQdiscs(views, length, qdiscs))
  if (errno !== 0) return unknown('unsupported')
  const deciders: Decider[] = []
  for (const { index, kind } of qdiscs) {
    if (kind !== 'clsact' && kind !== 'ingress') continue
    for (const [parent, direction] of kind === 'clsact' ? SIDES : SIDES.slice(0, 1)) {
      const filters: TrafficControl[] = []
      route.dump(encodeFilterRequest(index, parent), (views, length) => decodeFilters(views, length, filters))
      if (filters.length === 0) continue
      const place = links.find(link => link.index === index)?.name ?? `interface ${index}`
      const programs = described(
        bpf,
        filters.flatMap(({ program }) => program ?? []),
      )
      const kinds = [...new Set(filters.map(filter => filter.kind))].join(', ')
      const says = programs.length === 0 ? kinds : `${kinds}: ${programText(programs)}`
      deciders.push({ kind: 'tc', place, direction, says, ...(programs.length === 0 ? {} : { programs }) })
    }
  }
  return known(deciders)
}

/** Programs that are attached to tc without a discipline or filter (Linux 6.6). */
export const tcxPrograms = (links: readonly LinkDetail[], bpf: BpfPrograms): Known<readonly Decider[]> =>
  atDevices('tcx', links, bpf, [
    [ATTACH.tcxIngress, 'ingress'],
    [ATTACH.tcxEgress, 'egress'],
  ])

/**
 * Programs of netkit pairs (Linux 6.7) are kept by one end, often in another namespace. What it sends to the other runs
 * through its own programs, what comes from there through the peer's.
 */
export const netkitPrograms = (links: readonly LinkDetail[], bpf: BpfPrograms): Known<readonly Decider[]> =>
  atDevices(
    'netkit',
    links.filter(({ kind }) => kind === 'netkit'),
    bpf,
    [
      [ATTACH.netkitPrimary, 'egress'],
      [ATTACH.netkitPeer, 'ingress'],
    ],
  )

function atDevices(
  kind: 'tcx' | 'netkit',
  links: readonly LinkDetail[],
  bpf: BpfPrograms,
  sides: readonly (readonly [attachType: number, direction: 'ingress' | 'egress'])[],
): Known<readonly Decider[]> {
  const found: Decider[] = []
  for (const { name: place, index: target } of links) {
    for (const [attachType, direction] of sides) {
      const programs = bpf.at({ target, attachType })
      if (programs === EPERM) return unknown('denied')
      if (programs === EACCES && kind === 'netkit') {
        const says = 'programs that only its other end, in another network namespace, can tell'
        found.push({ kind, place, direction, says })
      } else if (typeof programs !== 'number' && programs.length > 0)
        found.push({ kind, place, direction, says: programText(programs), programs })
      // Any other errno: a kernel that doesn't know this place, or a device that went away.
    }
  }
  return known(found)
}
