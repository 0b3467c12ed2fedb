/** Places at a hook that are not a chain's to choose: where the kernel translates, and where it looks up connections. */
import type { BaseChain, Hook } from './ruleset.ts'

/**
 * Where chains of type nat are entered, whatever their own priority says (`NF_IP_PRI_NAT_DST`, `NF_IP_PRI_NAT_SRC`;
 * nf_nat_proto.c, `nf_nat_ipv4_ops`).
 */
export const NAT_PLACE: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: -100,
  input: 100,
  output: -100,
  postrouting: 100,
}

/** `NF_IP_PRI_CONNTRACK`, of prerouting and output. */
export const CONNTRACK_PLACE = -200

/** Where a base chain is entered, among the others of its hook. */
export const placeOf = ({ type, hook, priority }: BaseChain): number =>
  type === 'nat' ? (NAT_PLACE[hook] ?? priority) : priority
