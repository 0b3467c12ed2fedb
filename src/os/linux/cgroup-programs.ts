/**
 * BPF programs on control groups that may drop packets of the processes in them: bpf(2) with BPF_PROG_QUERY for each
 * group of the second hierarchy.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { Decider } from '../filter-views.ts'
import { codeOf, textOr } from './file-tree.ts'
import type { Sources } from './sources.ts'

const BPF_PROG_QUERY = 16
/** `enum bpf_attach_type` of include/uapi/linux/bpf.h. */
const ATTACHED = [
  [0, 'ingress', 'packets that arrive'],
  [1, 'egress', 'packets that leave'],
  [8, undefined, 'bind, IPv4'],
  [9, undefined, 'bind, IPv6'],
  [10, undefined, 'connect, IPv4'],
  [11, undefined, 'connect, IPv6'],
  [14, undefined, 'sendmsg of UDP, IPv4'],
  [15, undefined, 'sendmsg of UDP, IPv6'],
] as const
/** `union bpf_attr`, as long as BPF_PROG_QUERY needs it. */
const ATTRIBUTES = 40
/** Where the kernel writes how many there are. */
const PROG_CNT = 24
const O_DIRECTORY_CLOEXEC = 0o200000 | 0o2000000
const EPERM = 1
/** A machine with so many groups has its programs near the root. */
const MOST_GROUPS = 20_000

export function readCgroupPrograms({ files, ffi }: Sources): Known<readonly Decider[]> {
  if ('missing' in ffi) return unknown('unsupported')
  // 36 35 98:0 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(textOr(files, '/proc/self/mountinfo'))?.[1]
  if (mount === undefined) return known([])
  const found: Decider[] = []
  const groups = ['']
  for (let i = 0; i < groups.length && i < MOST_GROUPS; i++) {
    const group = groups[i]!
    const programs = programsOf(ffi.libc, `${mount}${group}`)
    if (typeof programs === 'number') {
      if (programs === EPERM) return unknown('denied')
    } else {
      for (const { direction, says } of programs)
        found.push({
          kind: 'cgroup',
          place: group === '' ? '/' : group,
          says,
          ...(direction === undefined ? {} : { direction }),
        })
    }
    try {
      for (const name of files.folders(`${mount}${group}`)) groups.push(`${group}/${name}`)
    } catch (error) {
      // A group may end while it is looked at.
      if (codeOf(error) !== 'ENOENT') return unknown('denied')
    }
  }
  return known(found)
}

/** What is attached to the group itself, or the errno. */
function programsOf(
  libc: Libc,
  path: string,
): readonly { readonly direction?: 'ingress' | 'egress'; readonly says: string }[] | number {
  const bytes = offHeap(path.length * 4 + 1)
  bytes[bytes.write(path)] = 0
  const fd = libc.open(bytes, O_DIRECTORY_CLOEXEC)
  if (fd < 0) return libc.errno()
  try {
    const found: { readonly direction?: 'ingress' | 'egress'; readonly says: string }[] = []
    const attributes = offHeap(ATTRIBUTES)
    for (const [type, direction, what] of ATTACHED) {
      attributes.fill(0)
      attributes.set(new Uint8Array(Uint32Array.of(fd, type).buffer))
      if (libc.bpf(BPF_PROG_QUERY, attributes, ATTRIBUTES) < 0) return libc.errno()
      const count = new Uint32Array(attributes.buffer, attributes.byteOffset + PROG_CNT, 1)[0]!
      if (count > 0)
        found.push({
          ...(direction === undefined ? {} : { direction }),
          says: `${count} program${count === 1 ? '' : 's'} for ${what}`,
        })
    }
    return found
  } finally {
    libc.close(fd)
  }
}
