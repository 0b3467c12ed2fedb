/** Whether a host's rules, as the way was followed through it, let the packet in, and out what it would answer. */
import type { Inquiry } from '../inquiry.ts'

/** False as well where it isn't known. */
export function passesAt({ facts }: Pick<Inquiry, 'facts'>, label: string): boolean {
  const trace = facts.followed?.trace
  if (trace === undefined) return false
  const hops = [...trace.hops, ...(trace.reply?.hops ?? [])].filter(({ host }) => host === label)
  return hops.length > 0 && hops.every(({ decision }) => decision.kind === 'accept')
}
