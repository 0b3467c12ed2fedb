/**
 * bpf(2): the attributes of the questions that we ask (`union bpf_attr`), and what the kernel tells of programs and links.
 *
 * Source: include/uapi/linux/bpf.h. Numbers are in the byte order of the machine. Decoders take any bytes; what is too
 * short to be told is null.
 */
import { lossyUtf8 } from './lossy-utf8.ts'

/** `enum bpf_cmd`. */
export const BPF = {
  getProgramById: 13,
  getInfo: 15,
  queryPrograms: 16,
  getLinkById: 30,
  nextLinkId: 31,
} as const

/** `enum bpf_attach_type`, as far as it decides on packets and connections. */
export const ATTACH = {
  cgroupIngress: 0,
  cgroupEgress: 1,
  cgroupBind4: 8,
  cgroupBind6: 9,
  cgroupConnect4: 10,
  cgroupConnect6: 11,
  cgroupSendmsg4: 14,
  cgroupSendmsg6: 15,
  skLookup: 36,
  tcxIngress: 46,
  tcxEgress: 47,
  netkitPrimary: 54,
  netkitPeer: 55,
} as const

/** `enum bpf_prog_type`, by the names that bpftool(8) prints; only those that can stand where we look. */
const PROGRAM_TYPES: Readonly<Record<number, string>> = {
  3: 'sched_cls',
  4: 'sched_act',
  6: 'xdp',
  8: 'cgroup_skb',
  9: 'cgroup_sock',
  18: 'cgroup_sock_addr',
  30: 'sk_lookup',
  32: 'netfilter',
}

/** `BPF_F_QUERY_EFFECTIVE`: with what is attached farther up. */
const QUERY_EFFECTIVE = 1
/** Long enough for `revision`, which the kernel writes since Linux 6.6. */
export const QUERY_BYTES = 64
const [ID_BYTES, INFO_REQUEST_BYTES] = [16, 16]

export interface ProgramQuery {
  /** A descriptor of the control group or namespace, or the index of an interface. */
  readonly target: number
  readonly attachType: number
  readonly effective?: boolean
  /** Where the kernel may write the numbers of programs, and how many of them. */
  readonly ids: bigint
  readonly room: number
}

/** For `BPF_PROG_QUERY`. The kernel writes the number of programs into it: `programCount`. */
export function encodeProgramQuery(query: ProgramQuery, into: Uint8Array): void {
  const view = zeroed(into, QUERY_BYTES)
  view.setUint32(0, query.target, LITTLE)
  view.setUint32(4, query.attachType, LITTLE)
  view.setUint32(8, query.effective === true ? QUERY_EFFECTIVE : 0, LITTLE)
  view.setBigUint64(16, query.ids, LITTLE)
  view.setUint32(24, query.room, LITTLE)
}

export const programCount = (query: Uint8Array): number => viewOf(query).getUint32(24, LITTLE)

/** For `BPF_…_GET_FD_BY_ID` and `BPF_…_GET_NEXT_ID`; `nextId` reads the answer of the latter. */
export function encodeId(id: number, into: Uint8Array): number {
  zeroed(into, ID_BYTES).setUint32(0, id, LITTLE)
  return ID_BYTES
}

export const nextId = (answer: Uint8Array): number => viewOf(answer).getUint32(4, LITTLE)

/** For `BPF_OBJ_GET_INFO_BY_FD`. */
export function encodeInfoRequest(fd: number, info: bigint, length: number, into: Uint8Array): number {
  const view = zeroed(into, INFO_REQUEST_BYTES)
  view.setUint32(0, fd, LITTLE)
  view.setUint32(4, length, LITTLE)
  view.setBigUint64(8, info, LITTLE)
  return INFO_REQUEST_BYTES
}

export interface ProgramInfo {
  readonly id: number
  /** As bpftool names it; absent for one that can't stand where we look. */
  readonly type?: string
  /** At most 15 bytes: longer ones are cut by the kernel. Absent of one without. */
  readonly name?: string
}

/** `struct bpf_prog_info` up to its name; `PROGRAM_INFO_BYTES` are asked for. */
export const PROGRAM_INFO_BYTES = 80
export function decodeProgramInfo(bytes: Uint8Array): ProgramInfo | null {
  if (bytes.length < PROGRAM_INFO_BYTES) return null
  const view = viewOf(bytes)
  const type = PROGRAM_TYPES[view.getUint32(0, LITTLE)]
  const name = lossyUtf8(bytes.subarray(64, 80)).replace(/\0.*$/s, '')
  return {
    id: view.getUint32(4, LITTLE),
    ...(type === undefined ? {} : { type }),
    ...(name === '' ? {} : { name }),
  }
}

/** A program that netfilter asks at a hook. Which namespace's the kernel doesn't tell. */
export interface NetfilterLink {
  readonly program: number
  /** `NFPROTO_IPV4` 2, `NFPROTO_IPV6` 10. */
  readonly family: number
  /** `enum nf_inet_hooks`, from prerouting 0 to postrouting 4. */
  readonly hook: number
  /** Ascending order at the hook. */
  readonly priority: number
}

const LINK_NETFILTER = 10
/** `struct bpf_link_info` with the part of a netfilter link. */
export const LINK_INFO_BYTES = 32
/** Null of a link of another type. */
export function decodeNetfilterLink(bytes: Uint8Array): NetfilterLink | null {
  if (bytes.length < LINK_INFO_BYTES) return null
  const view = viewOf(bytes)
  if (view.getUint32(0, LITTLE) !== LINK_NETFILTER) return null
  return {
    program: view.getUint32(8, LITTLE),
    family: view.getUint32(16, LITTLE),
    hook: view.getUint32(20, LITTLE),
    priority: view.getInt32(24, LITTLE),
  }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function zeroed(into: Uint8Array, length: number): DataView {
  into.fill(0, 0, length)
  return viewOf(into)
}
