/**
 * What decides on packets outside of the packet filters' rules: XDP programs and filters of tc by rtnetlink, programs on
 * control groups by bpf(2), `IPAddressDeny=` of systemd's units.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { encodeLinkRequest } from '../../wire/rtnetlink.ts'
import {
  decodeFilters,
  decodeLinkDetails,
  decodeQdiscs,
  encodeFilterRequest,
  encodeQdiscRequest,
  type LinkDetail,
  type TrafficControl,
} from '../../wire/rtnetlink-links.ts'
import type { Decider, FilterViews } from '../filter-views.ts'
import { readCgroupPrograms } from './cgroup-programs.ts'
import { codeOf } from './file-tree.ts'
import type { NetlinkSource, Sources } from './sources.ts'

/** TC_H_CLSACT with its two sides (include/uapi/linux/pkt_sched.h), and the handle of the older `ingress`. */
const PLACES = [
  [0xfffffff2, 'ingress'],
  [0xfffffff3, 'egress'],
] as const

export async function readOutside(
  sources: Sources,
  route: NetlinkSource | null,
  signal?: AbortSignal,
): Promise<FilterViews['outside']> {
  const links = route === null ? null : linksOf(route)
  return {
    xdp: links === null ? unknown('unsupported') : known(xdpOf(links)),
    tc: links === null ? unknown('unsupported') : trafficControl(route!, links),
    cgroup: readCgroupPrograms(sources),
    systemd: await readSystemd(sources, signal),
  }
}

/** Null where the kernel won't tell. */
export function linksOf(route: NetlinkSource): readonly LinkDetail[] | null {
  const links: LinkDetail[] = []
  const { errno } = route.dump(encodeLinkRequest(), (views, length) =>
    decodeLinkDetails(views, length, links),
  )
  return errno === 0 ? links : null
}

const xdpOf = (links: readonly LinkDetail[]): readonly Decider[] =>
  links.flatMap(({ name, xdp }) =>
    xdp === undefined
      ? []
      : [
          {
            kind: 'xdp',
            place: name,
            direction: 'ingress',
            says: xdp === 0 ? 'several programs' : `program ${xdp}`,
          },
        ],
  )

/** Only interfaces with such a discipline have filters there; the kernel's answer names their kind. */
function trafficControl(route: NetlinkSource, links: readonly LinkDetail[]): Known<readonly Decider[]> {
  const qdiscs: TrafficControl[] = []
  const { errno } = route.dump(encodeQdiscRequest(), (views, length) => decodeQdiscs(views, length, qdiscs))
  if (errno !== 0) return unknown('unsupported')
  const deciders: Decider[] = []
  for (const { index, kind } of qdiscs) {
    if (kind !== 'clsact' && kind !== 'ingress') continue
    for (const [parent, direction] of kind === 'clsact' ? PLACES : PLACES.slice(0, 1)) {
      const filters: TrafficControl[] = []
      route.dump(encodeFilterRequest(index, parent), (views, length) => decodeFilters(views, length, filters))
      const kinds = new Set(filters.map(filter => filter.kind))
      const place = links.find(link => link.index === index)?.name ?? `interface ${index}`
      if (kinds.size > 0) deciders.push({ kind: 'tc', place, direction, says: [...kinds].join(', ') })
    }
  }
  return known(deciders)
}

/** Units' own lists; without systemd there are none. */
async function readSystemd(
  { files, run }: Sources,
  signal?: AbortSignal,
): Promise<Known<readonly Decider[]>> {
  try {
    files.list('/run/systemd/system')
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? known([]) : unknown('unsupported')
  }
  const argv = ['systemctl', 'show', '--property=Id,IPAddressDeny', '*.service', '*.slice', '*.socket']
  const { status, out } = await run(argv, signal)
  if (status !== 0) return unknown('unsupported')
  return known(
    out.split('\n\n').flatMap((block): Decider[] => {
      const id = /^Id=(.+)$/m.exec(block)?.[1]
      const deny = /^IPAddressDeny=(.+)$/m.exec(block)?.[1]
      return id === undefined || deny === undefined
        ? []
        : [{ kind: 'systemd', place: id, says: `IPAddressDeny=${deny}` }]
    }),
  )
}
