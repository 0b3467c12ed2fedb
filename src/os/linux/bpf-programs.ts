/**
 * Which BPF programs are attached where, and what they are: bpf(2) asks, nothing is attached or changed.
 *
 * What is attached to a control group, an interface or a namespace may be asked with CAP_NET_ADMIN, names of programs and
 * the list of links with CAP_SYS_ADMIN, both of the initial user namespace.
 */
import {
  BPF,
  decodeNetfilterLink,
  decodeProgramInfo,
  encodeId,
  encodeInfoRequest,
  encodeProgramQuery,
  LINK_INFO_BYTES,
  type NetfilterLink,
  nextId,
  PROGRAM_INFO_BYTES,
  programCount,
  QUERY_BYTES,
} from '../../wire/bpf.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { DecidingProgram } from '../filter-views.ts'

export const [EPERM, ENOENT, EACCES, EINVAL] = [1, 2, 13, 22]
const ENOSPC = 28
/** A kernel lets 64 be attached in one place. */
const ROOM = 64
/** Machines with thousands of containers have thousands of links. */
const MOST_LINKS = 50_000

export interface BpfPlace {
  /** A descriptor of the control group or namespace, or the index of an interface. */
  readonly target: number
  /** `enum bpf_attach_type`. */
  readonly attachType: number
  /** With what is attached farther up. */
  readonly effective?: boolean
}

export interface BpfPrograms {
  /** In the order in which they run. Or why that isn't told, as an errno. */
  at(place: BpfPlace): readonly DecidingProgram[] | number
  /** What a program is; its number alone where more isn't told. */
  describe(id: number): DecidingProgram
  /** Links of netfilter in all network namespaces, or an errno. */
  netfilterLinks(): readonly NetfilterLink[] | number
}

export function bpfPrograms(libc: Libc): BpfPrograms {
  const attributes = offHeap(QUERY_BYTES)
  const ids = offHeap(ROOM * 4)
  const info = offHeap(PROGRAM_INFO_BYTES)
  ids.fill(0)
  const described = new Map<number, DecidingProgram>()

  /** Asks about the object behind a descriptor, which it closes. */
  const infoOf = (fd: number, length: number): Uint8Array | null => {
    info.fill(0)
    const size = encodeInfoRequest(fd, libc.addressOf(info), length, attributes)
    const done = libc.bpf(BPF.getInfo, attributes, size)
    libc.close(fd)
    return done < 0 ? null : info.subarray(0, length)
  }
  const describe = (id: number): DecidingProgram => {
    let known = described.get(id)
    if (known === undefined) {
      const fd = libc.bpf(BPF.getProgramById, attributes, encodeId(id, attributes))
      const bytes = fd < 0 ? null : infoOf(fd, PROGRAM_INFO_BYTES)
      known = (bytes && decodeProgramInfo(bytes)) ?? { id }
      described.set(id, known)
    }
    return known
  }
  return {
    describe,
    at(place) {
      encodeProgramQuery({ ...place, ids: libc.addressOf(ids), room: ROOM }, attributes)
      if (libc.bpf(BPF.queryPrograms, attributes, QUERY_BYTES) < 0) {
        const errno = libc.errno()
        if (errno !== ENOSPC) return errno
      }
      const count = Math.min(programCount(attributes), ROOM)
      const found = [...new Uint32Array(ids.buffer, ids.byteOffset, count)]
      return found.map(describe)
    },
    netfilterLinks() {
      const links: NetfilterLink[] = []
      let id = 0
      for (let count = 0; count < MOST_LINKS; count++) {
        if (libc.bpf(BPF.nextLinkId, attributes, encodeId(id, attributes)) < 0) {
          const errno = libc.errno()
          return errno === ENOENT ? links : errno
        }
        id = nextId(attributes)
        const fd = libc.bpf(BPF.getLinkById, attributes, encodeId(id, attributes))
        // It may have ended meanwhile.
        if (fd < 0) {
          const errno = libc.errno()
          if (errno === ENOENT) continue
          return errno
        }
        const bytes = infoOf(fd, LINK_INFO_BYTES)
        const link = bytes && decodeNetfilterLink(bytes)
        if (link !== null) links.push(link)
      }
      return links
    },
  }
}
