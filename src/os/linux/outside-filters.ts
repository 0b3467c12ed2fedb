/**
 * What decides on packets outside of the packet filters' rules: programs and filters of tc at interfaces, BPF programs of
 * netfilter, of the socket's lookup and of control groups, `IPAddressDeny=` of systemd's units.
 *
 * Not looked at: filters of classful disciplines, which choose a class; programs on single sockets (SO_ATTACH_BPF,
 * sockmaps) and of LSM; seccomp.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { encodeLinkRequest } from '../../wire/rtnetlink.ts'
import { decodeLinkDetails, type LinkDetail } from '../../wire/rtnetlink-links.ts'
import type { Decider, FilterViews } from '../filter-views.ts'
import { bpfPrograms } from './bpf-programs.ts'
import { readCgroupPrograms } from './cgroup-programs.ts'
import { netkitPrograms, tcxPrograms, trafficControl, xdpPrograms } from './device-programs.ts'
import { codeOf } from './file-tree.ts'
import { netfilterPrograms, socketLookups } from './namespace-programs.ts'
import type { NetlinkSource, Sources } from './sources.ts'

export async function readOutside(
  sources: Sources,
  route: NetlinkSource | null,
  signal?: AbortSignal,
): Promise<FilterViews['outside']> {
  const { ffi } = sources
  const systemd = await readSystemd(sources, signal)
  const general = readGeneral(sources, route)
  if ('missing' in ffi) return { ...general, cgroup: unknown('unsupported'), systemd }
  return { ...general, cgroup: readCgroupPrograms(sources, ffi.libc, bpfPrograms(ffi.libc)), systemd }
}

/** What decides for everybody in the namespace. */
function readGeneral(
  { ffi }: Pick<Sources, 'ffi'>,
  route: NetlinkSource | null,
): Omit<FilterViews['outside'], 'cgroup' | 'systemd'> {
  const links = route === null ? null : linksOf(route)
  const none = unknown('unsupported')
  if ('missing' in ffi) {
    return {
      xdp: links === null ? none : known(xdpPrograms(links, null)),
      tc: links === null ? none : trafficControl(route!, links, null),
      tcx: none,
      netkit: none,
      netfilter: none,
      'sk-lookup': none,
    }
  }
  const { libc } = ffi
  const bpf = bpfPrograms(libc)
  return {
    xdp: links === null ? none : known(xdpPrograms(links, bpf)),
    tc: links === null ? none : trafficControl(route!, links, bpf),
    tcx: links === null ? none : tcxPrograms(links, bpf),
    netkit: links === null ? none : netkitPrograms(links, bpf),
    netfilter: netfilterPrograms(bpf),
    'sk-lookup': socketLookups(libc, bpf),
  }
}

/** Whether any of it is there. What may not be asked isn't known, unless something else is there anyway. */
export function isDecidedOutside(sources: Pick<Sources, 'ffi'>, route: NetlinkSource | null): Known<boolean> {
  const told = Object.values(readGeneral(sources, route))
  if (told.some(one => one.known && one.value.length > 0)) return known(true)
  return told.some(one => !one.known && one.reason === 'denied') ? unknown('denied') : known(false)
}

/** Null where the kernel won't tell. */
export function linksOf(route: NetlinkSource): readonly LinkDetail[] | null {
  const links: LinkDetail[] = []
  const { errno } = route.dump(encodeLinkRequest(), (views, length) =>
    decodeLinkDetails(views, length, links),
  )
  return errno === 0 ? links : null
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
