/**
 * The targets of iptables-extensions(8) that have an exact equal among the statements of nftables, by name; and those of
 * the others that are known to let the packet go on.
 *
 * TPROXY is left out on purpose: it drops a packet that no socket waits for, where nftables goes on to the next rule.
 */
import type { Extension } from '../extension.ts'
import { MARK_TARGETS } from './mark-targets.ts'
import { NAT_TARGETS } from './nat-targets.ts'
import { VERDICT_TARGETS } from './verdict-targets.ts'

export const TARGETS: ReadonlyMap<string, Extension> = new Map(
  Object.entries({ ...VERDICT_TARGETS, ...NAT_TARGETS, ...MARK_TARGETS }),
)

/** They return XT_CONTINUE (net/netfilter/xt_*.c). Of all others that have no equal, a verdict is to be expected. */
export const CONTINUING: ReadonlySet<string> = new Set([
  'CHECKSUM',
  'CONNSECMARK',
  'CT',
  'DNPT',
  'DSCP',
  'ECN',
  'HL',
  'HMARK',
  'LED',
  'CONNMARK',
  'MARK',
  'RATEEST',
  'SECMARK',
  'SET',
  'SNPT',
  'TCPOPTSTRIP',
  'TOS',
  'TTL',
  'ULOG',
])
