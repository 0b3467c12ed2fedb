/**
 * BPF programs that decide for a network namespace as a whole: those that netfilter asks at its hooks (Linux 6.4), and
 * those that choose the socket for what arrives (`sk_lookup`, Linux 5.9).
 *
 * The kernel tells of a program of netfilter the hook and the priority, and not the namespace: where there is one, it may
 * be ours. Of the socket's lookup it tells for the namespace that it is asked about.
 */
import type { Hook } from '../../model/filter/ruleset.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import { ATTACH } from '../../wire/bpf.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { Decider } from '../filter-views.ts'
import { type BpfPrograms, EPERM } from './bpf-programs.ts'
import { programText } from './program-text.ts'

/** `enum nf_inet_hooks`. */
const NF_HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting']
const NF_FAMILIES: Readonly<Record<number, 'ipv4' | 'ipv6'>> = { 2: 'ipv4', 10: 'ipv6' }

export function netfilterPrograms(bpf: BpfPrograms): Known<readonly Decider[]> {
  const links = bpf.netfilterLinks()
  // Without links (before Linux 5.8) there are no such programs either.
  if (typeof links === 'number') return links === EPERM ? unknown('denied') : known([])
  return known(
    links.map(({ program, family, hook: number, priority }): Decider => {
      const programs = [bpf.describe(program)]
      const hook = NF_HOOKS[number]
      const only = NF_FAMILIES[family]
      return {
        kind: 'netfilter',
        place: hook ?? `hook ${number}`,
        ...(hook === undefined ? {} : { hook }),
        ...(only === undefined ? {} : { family: only }),
        says: `${programText(programs)}, priority ${priority}, of this or another network namespace`,
        programs,
      }
    }),
  )
}

const O_RDONLY_CLOEXEC = 0o2000000
const OWN_NAMESPACE = Buffer.from('/proc/self/ns/net\0')

export function socketLookups(libc: Libc, bpf: BpfPrograms): Known<readonly Decider[]> {
  const path = offHeap(OWN_NAMESPACE.length)
  path.set(OWN_NAMESPACE)
  const fd = libc.open(path, O_RDONLY_CLOEXEC)
  if (fd < 0) return unknown('unsupported')
  try {
    const programs = bpf.at({ target: fd, attachType: ATTACH.skLookup })
    if (programs === EPERM) return unknown('denied')
    if (typeof programs === 'number' || programs.length === 0) return known([])
    return known([
      {
        kind: 'sk-lookup',
        place: 'this network namespace',
        direction: 'ingress',
        protocols: ['tcp', 'udp'],
        says: programText(programs),
        programs,
      },
    ])
  } finally {
    libc.close(fd)
  }
}
