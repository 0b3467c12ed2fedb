/** Whether this host's own rules send what is for the target somewhere else: a published port, a proxy, a redirection. */
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { endText } from '../far/far-context.ts'
import { AT_THE_HOST } from '../host-sign.ts'
import { type Inquiry, isUnanswered } from '../inquiry.ts'
import { isDecided } from '../rank.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export const ownTranslation: AddressCheck = {
  name: 'own-translation',
  phase: 'after',
  asks: 'Do this host’s own rules send it somewhere else?',
  gathers: ['rules in force, for this very flow'],
  concludes: ['nat-backend-closed', 'nat-backend-silent', ...AT_THE_HOST],
  applies: inquiry =>
    isUnanswered(inquiry) &&
    inquiry.facts.tried?.attempt.outcome.code !== 'ENOSYS' &&
    !isDecided(inquiry.suspects),
  async run(inquiry) {
    const { client, os, facts, signal } = inquiry
    const { judged } = await client.rules()
    if (judged.host === undefined) return untold('the routes of this host can’t be read')
    if (judged.ruleset.tables.length === 0) return fine('it has no rules')
    const { flowOf } = await import('../far/follow-way.ts')
    const question = flowOf(inquiry)
    if (question === undefined) return untold('nobody knows which address it would come from')
    const { traceFlow } = await import('../../trace/trace.ts')
    facts.leaving ??= await traceFlow(os, judged, question, { signal })
    const { leaving } = facts
    const asked = endText(question.packet, 'destination')
    const to = endText(leaving.packet, 'destination')
    if (asked === to) return fine('no rule here changes where it goes')
    facts.sentOnTo = to
    const rule = leaving.stages.find(({ did }) => did.kind === 'translated')?.rule?.text
    const says = `this host makes ${asked} ${to}${rule === undefined ? '' : ` (${rule})`}`
    return found(says, claimsOf(inquiry, says, to))
  },
}

function claimsOf({ facts, address }: Inquiry, says: string, to: string): readonly Claim[] {
  const { outcome } = facts
  const refused = outcome?.ended === 'ECONNREFUSED' && outcome.icmp !== undefined
  if (!refused && outcome?.ended !== 'silent') return []
  const code = refused ? 'nat-backend-closed' : 'nat-backend-silent'
  const end = refused ? 'where nobody listens' : 'which does not answer'
  return [
    { code, is: 'excluded', because: says, where: { host: address } },
    {
      code,
      is: refused ? 'likely' : 'possible',
      because: says,
      where: { host: THIS_HOST, stage: 'dnat' },
      leg: 'here',
      title: `this host sends what is for that port on to ${to}, ${end}`,
      remedy: `Start the service that is to listen on ${to}, or correct the rule of this host that sends it there.`,
      evidence: [{ source: 'rules of this host', says }],
    },
    ...(refused ? AT_THE_HOST : []).map((one): Claim => ({ code: one, is: 'excluded', because: says })),
  ]
}
