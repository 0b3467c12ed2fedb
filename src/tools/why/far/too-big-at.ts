/** What lets a host that is seen tell one of both ends that its packets are too large. */
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

/** Empty where nothing there keeps it back, or that can’t be told. */
export async function tooBigAt(
  { facts, to }: Pick<Inquiry, 'facts' | 'to'>,
  view: ReadView,
): Promise<Pick<Claim, 'remedy' | 'commands'>> {
  const { tooBigHeard } = await import('../advice/too-big-heard.ts')
  const local = facts.tried?.attempt.local
  const { judged } = await view.rules()
  const senders = [...(local?.known === true ? [local.value.address] : []), to.address]
  return (
    senders.map(sender => tooBigHeard(judged, sender)).find(({ commands }) => commands !== undefined) ?? {}
  )
}
