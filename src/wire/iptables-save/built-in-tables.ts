/** The tables of iptables: which chains they have, where the kernel enters each, and when (include/uapi/linux/netfilter_ipv4.h). */
import type { BaseChain, Hook } from '../../model/filter/ruleset.ts'
import { wordIn } from '../word-in.ts'

const HOOK_OF: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

const [RAW, MANGLE, DSTNAT, FILTER, SECURITY, SRCNAT] = [-300, -150, -100, 0, 50, 100]

/** Priority by chain. */
export const BUILT_IN_TABLES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  filter: { INPUT: FILTER, FORWARD: FILTER, OUTPUT: FILTER },
  nat: { PREROUTING: DSTNAT, INPUT: SRCNAT, OUTPUT: DSTNAT, POSTROUTING: SRCNAT },
  mangle: { PREROUTING: MANGLE, INPUT: MANGLE, FORWARD: MANGLE, OUTPUT: MANGLE, POSTROUTING: MANGLE },
  raw: { PREROUTING: RAW, OUTPUT: RAW },
  security: { INPUT: SECURITY, FORWARD: SECURITY, OUTPUT: SECURITY },
}

/** Undefined for a chain of a user. */
export function builtInChain(table: string, chain: string, policy: 'accept' | 'drop'): BaseChain | undefined {
  const priority = wordIn(wordIn(BUILT_IN_TABLES, table) ?? {}, chain)
  if (priority === undefined) return undefined
  const type = table === 'nat' ? 'nat' : table === 'mangle' && chain === 'OUTPUT' ? 'route' : 'filter'
  return { type, hook: HOOK_OF[chain]!, priority, policy, devices: [] }
}
