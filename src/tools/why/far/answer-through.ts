/**
 * The answer that somebody whom nobody sees would give, on its way back through the hosts that are seen: in by the device that the
 * packet left by, and so on from host to host.
 */
import { answerPacket, type Hop, traceFlow } from '../../trace/trace.ts'
import type { Inquiry } from '../inquiry.ts'

/** Up to where it ends, or gets to our own host; our own isn't gone through. */
export async function answerThrough(
  { views, client, signal }: Inquiry,
  hops: readonly Hop[],
): Promise<readonly Hop[]> {
  const through = hops.filter(({ host }) => host !== client.label)
  const last = through.at(-1)
  let packet = last === undefined ? undefined : answerPacket(last.packet, undefined)
  const back: Hop[] = []
  for (const hop of through.toReversed()) {
    const view = views.find(({ label }) => label === hop.host)
    if (packet === undefined || view === undefined || hop.to === null) return back
    const { judged } = await view.rules()
    if (judged.host === undefined) return back
    const question = {
      ...hop.question,
      packet,
      inputInterface: hop.to,
      state: 'established',
      saysState: false,
      direction: 'reply',
    } as const
    const trace = await traceFlow(view.os, judged, question, { connections: hop.connections, signal })
    const did = trace.stages.at(-1)?.did
    back.push({ ...trace, host: hop.host, to: did?.kind === 'sent' ? did.device : null })
    if (trace.end !== 'sent') return back
    packet = trace.packet
  }
  return back
}
