/** Whether this host itself keeps its questions from a resolver: send(2) says EPERM where a filter drops what is being sent (`nf_hook_slow`). */
import type { Address } from '../../../model/address.ts'
import { type Judged, parseFlowQuestion } from '../../firewall/live.ts'
import { traceFlow } from '../../trace/trace.ts'
import { letThrough } from '../advice/let-through.ts'
import { finalOf, type ResolverAnswer } from '../ask-resolver.ts'
import { stoppedAt } from '../far/stopped-at.ts'
import type { NameInquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

/** Empty where no resolver was refused by this host. Proven where the rule is found. */
export async function resolverStops(
  inquiry: NameInquiry,
  resolvers: readonly ResolverAnswer[],
): Promise<readonly Claim[]> {
  const refused = resolvers.filter(one => finalOf(one)?.word === 'EPERM').map(({ server }) => server)
  return Promise.all(refused.map(server => claimOf(inquiry, server)))
}

async function claimOf(inquiry: NameInquiry, server: Address): Promise<Claim> {
  const says = `this host refuses to send its question to resolver ${server}: EPERM`
  const seen = { source: 'send', says }
  const at = { leg: 'here', words: { place: ' of this host' } } as const
  const { judged } = await inquiry.client.rules()
  const stopped = await ruleAgainst(inquiry, judged, server)
  if (stopped === undefined)
    return {
      ...at,
      code: 'filter-drop',
      is: 'likely',
      because: says,
      where: { host: THIS_HOST, stage: 'output' },
      evidence: [seen],
    }
  const { code, stage, rule, is, evidence } = stopped
  return {
    ...at,
    code,
    is,
    because: `${says}; ${stopped.because}`,
    where: { host: THIS_HOST, stage, rule },
    title: `the packet filter of this host ${code === 'filter-drop' ? 'drops' : 'rejects'} its questions to resolver ${server}`,
    ...letThrough(stopped, judged, { answer: false, tracked: true }),
    evidence: [seen, ...evidence],
  }
}

async function ruleAgainst({ os, signal }: NameInquiry, judged: Judged, server: Address) {
  const way = await os.routeTo({ to: server })
  if (judged.host === undefined || !way.known || way.value.kind === 'refused') return undefined
  const { source } = way.value
  if (source === undefined) return undefined
  const end = (address: Address, port: number): string =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const question = parseFlowQuestion(`udp ${end(source, SOME_PORT)} -> ${end(server, DNS_PORT)}`)
  const leaving = await traceFlow(os, judged, question, { signal })
  return stoppedAt({ ...leaving, host: THIS_HOST }, judged.ruleset, undefined)
}

const DNS_PORT = 53
/** Of the range that clients come from (RFC 6335 section 6). */
const SOME_PORT = 50_000
