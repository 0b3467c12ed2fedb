/**
 * What the kernel tells of packets that are traced (`meta nftrace set 1`): each rule that matched, each policy
 * (NFT_MSG_TRACE of nfnetlink, multicast group NFNLGRP_NFTRACE; include/uapi/linux/netfilter/nf_tables.h).
 *
 * Numbers in these attributes are big-endian. Bytes that make no sense end the reading; nothing is thrown.
 */
import { lossyUtf8 } from './lossy-utf8.ts'
import { messages, NLA_TYPE_MASK, viewsOf } from './netlink.ts'

/** `NFNLGRP_NFTRACE` */
export const TRACE_GROUP = 9
/** `NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE` */
const TRACE_MESSAGE = (10 << 8) | 17
/** `struct nfgenmsg` */
const GENERIC_HEADER = 4

const ATTRIBUTE = {
  table: 1,
  chain: 2,
  ruleHandle: 3,
  type: 4,
  verdict: 5,
  id: 6,
  networkHeader: 8,
  transportHeader: 9,
  nfproto: 15,
  policy: 16,
} as const
const VERDICT_CODE = 1
const VERDICT_CHAIN = 2

const KINDS = ['unspecified', 'policy', 'return', 'rule'] as const
export type TraceKind = (typeof KINDS)[number]

/** `NF_*` and `enum nft_verdicts`. */
const VERDICTS: ReadonlyMap<number, string> = new Map([
  [0, 'drop'],
  [1, 'accept'],
  [2, 'stolen'],
  [3, 'queue'],
  [4, 'repeat'],
  [-1, 'continue'],
  [-2, 'break'],
  [-3, 'jump'],
  [-4, 'goto'],
  [-5, 'return'],
])

export interface TraceEvent {
  /** The same for all that is told of one packet. */
  readonly id: number
  readonly kind: TraceKind
  /** `NFPROTO_` of the table: 1 inet, 2 ip, 10 ip6. */
  readonly family: number
  readonly table: string
  readonly chain: string
  /** Of the rule, where one is meant. */
  readonly handle?: number
  readonly verdict?: string
  /** Chain that is jumped to. */
  readonly target?: string
  /** The headers as they are, in the first event of a packet at a hook. */
  readonly networkHeader?: Uint8Array
  readonly transportHeader?: Uint8Array
}

/** The events in a chunk of netlink messages, in their order. */
export function decodeTrace(bytes: Uint8Array): TraceEvent[] {
  const events: TraceEvent[] = []
  messages(viewsOf(bytes), bytes.length, TRACE_MESSAGE, (payload, end) => {
    const event = decodeEvent(bytes, payload, end)
    if (event !== null) events.push(event)
  })
  return events
}

function decodeEvent(bytes: Uint8Array, payload: number, end: number): TraceEvent | null {
  const found = attributes(bytes, payload + GENERIC_HEADER, end)
  const table = text(found.get(ATTRIBUTE.table))
  const chain = text(found.get(ATTRIBUTE.chain))
  const kind = KINDS[u32(found.get(ATTRIBUTE.type)) ?? 0]
  if (table === undefined || chain === undefined || kind === undefined) return null
  const handle = u64(found.get(ATTRIBUTE.ruleHandle))
  const verdict = verdictOf(found.get(ATTRIBUTE.verdict)) ?? policyOf(found.get(ATTRIBUTE.policy))
  const networkHeader = found.get(ATTRIBUTE.networkHeader)
  const transportHeader = found.get(ATTRIBUTE.transportHeader)
  return {
    id: u32(found.get(ATTRIBUTE.id)) ?? 0,
    kind,
    family: bytes[payload] ?? 0,
    table,
    chain,
    ...(handle === undefined ? {} : { handle }),
    ...verdict,
    ...(networkHeader === undefined ? {} : { networkHeader }),
    ...(transportHeader === undefined ? {} : { transportHeader }),
  }
}

function verdictOf(bytes: Uint8Array | undefined): { verdict: string; target?: string } | undefined {
  if (bytes === undefined) return undefined
  const inner = attributes(bytes, 0, bytes.length)
  const code = u32(inner.get(VERDICT_CODE))
  if (code === undefined) return undefined
  const target = text(inner.get(VERDICT_CHAIN))
  return { verdict: nameOf(code), ...(target === undefined ? {} : { target }) }
}

const policyOf = (bytes: Uint8Array | undefined): { verdict: string } | undefined => {
  const code = u32(bytes)
  return code === undefined ? undefined : { verdict: nameOf(code) }
}

/** A queue's number stands above its verdict. */
const nameOf = (code: number): string =>
  VERDICTS.get(code | 0) ?? VERDICTS.get(code & 0xff) ?? `verdict ${code}`

function attributes(bytes: Uint8Array, from: number, end: number): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + 4 <= end; ) {
    const length = view.getUint16(at, LITTLE)
    if (length < 4 || at + length > end) break
    found.set(view.getUint16(at + 2, LITTLE) & NLA_TYPE_MASK, bytes.subarray(at + 4, at + length))
    at += (length + 3) & ~3
  }
  return found
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const u32 = (bytes: Uint8Array | undefined): number | undefined =>
  bytes === undefined || bytes.length < 4 ? undefined : viewOf(bytes).getUint32(0)
const u64 = (bytes: Uint8Array | undefined): number | undefined =>
  bytes === undefined || bytes.length < 8 ? undefined : Number(viewOf(bytes).getBigUint64(0))

function text(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  const end = bytes.indexOf(0)
  return lossyUtf8(bytes.subarray(0, end === -1 ? bytes.length : end))
}
