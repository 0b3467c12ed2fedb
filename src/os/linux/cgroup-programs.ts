/**
 * BPF programs on control groups that may drop packets of the processes in them, or refuse what these ask for: bpf(2)
 * with BPF_PROG_QUERY for each group of the second hierarchy.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { ATTACH } from '../../wire/bpf.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { Decider } from '../filter-views.ts'
import { type BpfPrograms, EINVAL, ENOENT, EPERM } from './bpf-programs.ts'
import { codeOf, textOr } from './file-tree.ts'
import { programText } from './program-text.ts'
import type { Sources } from './sources.ts'

type Limits = Pick<Decider, 'direction' | 'family' | 'protocols'>

/**
 * What connects does so by sending. The programs for IPv4 are asked about sockets of IPv4 alone, those for IPv6 also about
 * IPv4 over sockets of IPv6 (`inet_dgram_connect`, `__inet_stream_connect`).
 */
const ATTACHED: readonly (readonly [attachType: number, what: string, limits: Limits])[] = [
  [ATTACH.cgroupIngress, 'packets that arrive', { direction: 'ingress' }],
  [ATTACH.cgroupEgress, 'packets that leave', { direction: 'egress' }],
  [ATTACH.cgroupBind4, 'bind, IPv4', { family: 'ipv4' }],
  [ATTACH.cgroupBind6, 'bind, IPv6', {}],
  [ATTACH.cgroupConnect4, 'connect, IPv4', { direction: 'egress', family: 'ipv4' }],
  [ATTACH.cgroupConnect6, 'connect, IPv6', { direction: 'egress' }],
  [
    ATTACH.cgroupSendmsg4,
    'sendmsg of UDP, IPv4',
    { direction: 'egress', family: 'ipv4', protocols: ['udp'] },
  ],
  [ATTACH.cgroupSendmsg6, 'sendmsg of UDP, IPv6', { direction: 'egress', protocols: ['udp'] }],
]
const O_DIRECTORY_CLOEXEC = 0o200000 | 0o2000000
/** A machine with so many groups has its programs near the root. */
const MOST_GROUPS = 20_000

export function readCgroupPrograms(
  { files }: Pick<Sources, 'files'>,
  libc: Libc,
  bpf: BpfPrograms,
): Known<readonly Decider[]> {
  // 36 35 98:0 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(textOr(files, '/proc/self/mountinfo'))?.[1]
  if (mount === undefined) return known([])
  const found: Decider[] = []
  const groups = ['']
  for (let i = 0; i < groups.length && i < MOST_GROUPS; i++) {
    const group = groups[i]!
    // The topmost may have others above it, which a namespace of control groups hides: what they attached holds here, too.
    const programs = programsOf(libc, bpf, `${mount}${group}`, group === '')
    if (typeof programs !== 'number')
      for (const one of programs) found.push({ kind: 'cgroup', place: group === '' ? '/' : group, ...one })
    else if (programs !== ENOENT) return unknown(programs === EPERM ? 'denied' : 'unsupported')
    try {
      for (const name of files.folders(`${mount}${group}`)) groups.push(`${group}/${name}`)
    } catch (error) {
      // A group may end while it is looked at.
      if (codeOf(error) !== 'ENOENT') return unknown('denied')
    }
  }
  return known(found)
}

/** What is attached to the group, or the errno. */
function programsOf(
  libc: Libc,
  bpf: BpfPrograms,
  path: string,
  effective: boolean,
): readonly Omit<Decider, 'kind' | 'place'>[] | number {
  const bytes = offHeap(path.length * 4 + 1)
  bytes[bytes.write(path)] = 0
  const fd = libc.open(bytes, O_DIRECTORY_CLOEXEC)
  if (fd < 0) return libc.errno()
  try {
    const found: Omit<Decider, 'kind' | 'place'>[] = []
    for (const [attachType, what, limits] of ATTACHED) {
      const programs = bpf.at({ target: fd, attachType, effective })
      // A kernel that doesn't know this place has nothing there.
      if (programs === EINVAL) continue
      if (typeof programs === 'number') return programs
      if (programs.length > 0)
        found.push({ ...limits, says: `${programText(programs)} for ${what}`, programs })
    }
    return found
  } finally {
    libc.close(fd)
  }
}
