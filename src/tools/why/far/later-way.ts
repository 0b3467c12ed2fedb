/** The way of a packet that says something, once the connection stands: rules may let a handshake through and not what follows. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { isFault } from '../../../model/fault.ts'
import { parseFlowQuestion } from '../../firewall/live.ts'
import { type Hop, traceNetwork } from '../../trace/trace.ts'
import { letThrough } from '../advice/let-through.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { stoppedAt } from './stopped-at.ts'
import { viewsNet } from './views-net.ts'

/** Who stops it on its way there, by which rule; nothing where nobody does, or it can't be told. */
export async function laterClaims({ facts, views, client, to, signal }: Inquiry): Promise<readonly Claim[]> {
  const local = facts.tried?.attempt.local
  if (local?.known !== true || views.length < 2) return []
  const flow = `tcp ${formatEndpoint(local.value)} -> ${formatEndpoint(to)} flags psh,ack`
  try {
    const net = await viewsNet(views, { label: client.label, source: local.value.address }, to.address)
    const { hops } = await traceNetwork(net, parseFlowQuestion(flow), { from: client.label, signal })
    const last = hops.at(-1)
    const view = views.find(({ label }) => label === last?.host)
    if (last === undefined || view === undefined) return []
    return await claimOf(last, view)
  } catch (error) {
    if (!isFault(error)) throw error
    return []
  }
}

async function claimOf(last: Hop, view: Inquiry['client']): Promise<readonly Claim[]> {
  const { judged } = await view.rules()
  const stopped = stoppedAt(last, judged.ruleset, undefined)
  if (stopped === undefined || stopped.is !== 'proven') return []
  const { code, stage, rule, because, evidence } = stopped
  return [
    {
      code,
      is: 'proven',
      because: `${because}, once something is said`,
      where: { host: view.label, stage, rule },
      leg: 'after',
      words: { host: view.label, by: view.label, place: ` of ${view.label} at ${stage}`, rule, stage },
      ...letThrough(stopped, judged, { answer: false, tracked: true }),
      evidence,
    },
  ]
}
