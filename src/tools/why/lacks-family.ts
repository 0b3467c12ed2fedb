/** Whether this host has no way at all for the family of an address: who uses a name then takes the other family at once. */
import type { Inquiry } from './inquiry.ts'

export function lacksFamily({ facts }: Pick<Inquiry, 'facts'>): boolean {
  const { outcome, atOnce = false } = facts.tried?.attempt ?? {}
  return atOnce && LACKING.has(outcome?.code ?? '')
}

/** No route; no address to come from; no such family in the kernel. */
const LACKING: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])
