/**
 * Packet filters: what a rule set says of a packet, and which rule decides.
 *
 * Answers for nftables and what is translated to it (iptables): follows nft(8) and the kernel's `nf_tables_core.c`,
 * `nft_do_chain`. Does not answer what the kernel keeps from rules: the contents of a set that rules fill, how much of a
 * limit is used up; there the answer depends, and says on what. Tables are read in `wire/`, kept in `ruleset.ts`.
 */
export * from './decision.ts'
export { decideAtHook, type Evaluated, type EvaluateOptions } from './evaluate.ts'
export type * from './expression.ts'
export type * from './packet.ts'
export type * from './pattern.ts'
export * from './ruleset.ts'
export type * from './statement.ts'
