/**
 * NETLINK_NETFILTER, as much of it as tells whether nftables holds any table of the namespace.
 *
 * Source: include/uapi/linux/netfilter/nfnetlink.h, nf_tables.h.
 */
import {
  type DumpProgress,
  messages,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  writeHeader,
} from './netlink.ts'

/** `NFNL_SUBSYS_NFTABLES << 8`, with `NFT_MSG_NEWTABLE` and `NFT_MSG_GETTABLE`. */
const NEW_TABLE = 0x0a00
const GET_TABLE = 0x0a01
/** `struct nfgenmsg`: family u8, version u8, res_id u16. All families: 0. */
const GENERIC_MESSAGE = 4

export function encodeTablesRequest(): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + GENERIC_MESSAGE)
  writeHeader(bytes, GET_TABLE, NLM_F_REQUEST | NLM_F_DUMP, 1)
  return bytes
}

/** Counts the tables of a chunk. */
export function countTables(views: Views, length: number, count: (tables: number) => void): DumpProgress {
  let tables = 0
  const progress = messages(views, length, NEW_TABLE, () => {
    tables++
  })
  count(tables)
  return progress
}
