/** Do this host's packet filters let others in, from its links, from private networks, from everywhere? */
import { familyOf } from '../../../model/address.ts'
import { formatEndpoint, isHostAddress } from '../../../model/endpoint.ts'
import type { IpFamily } from '../../../model/protocol.ts'
import type { RegionAnswer } from '../../exposure/exposure.ts'
import type { Judged } from '../../firewall/live.ts'
import { fine, found, untold } from '../check.ts'
import { ruleWords } from '../far/rule-words.ts'
import type { Claim } from '../suspects.ts'
import type { BindCheck, BindInquiry } from './bind-inquiry.ts'
import { linksKeptOut } from './links-kept-out.ts'
import { regionsText } from './regions-text.ts'

const BEYOND = ['link', 'private', 'public'] as const

export const letIn: BindCheck = {
  name: 'let-in',
  phase: 'before',
  asks: 'Do the packet filters of this host let others in?',
  gathers: [
    'rules in force',
    'for each region a packet that gets through, or the rule that keeps all of them out',
  ],
  concludes: ['filter-drop', 'filter-reject'],
  applies: ({ facts }) => (facts.listening?.length ?? 0) > 0,
  async run(inquiry) {
    const { target, view, facts } = inquiry
    const { judged, complete, missing } = await view.rules()
    if (!complete) return untold(`the rules of this host are not all known: ${missing.join('; ')}`)
    const { reachPort } = await import('../../exposure/exposure.ts')
    const families = [...new Set((facts.listening ?? []).map(familyOf))]
    const answers = reachPort(
      judged,
      {
        protocol: target.protocol,
        port: target.port,
        families,
        ...(isHostAddress(target.host) ? { address: target.host } : {}),
      },
      [...BEYOND],
    )
    facts.regions = answers.map(({ level, family, verdict }) => ({
      level,
      family,
      open: verdict === 'unknown' ? null : verdict !== 'closed',
    }))
    const closed = answers.filter(({ verdict }) => verdict === 'closed')
    const open = answers.filter(({ verdict }) => verdict === 'open' || verdict === 'published')
    const unclear = answers.filter(({ verdict }) => verdict === 'unknown')
    const held = await answersHeld(inquiry, judged)
    if (held.length > 0) facts.regions = facts.regions.map(one => ({ ...one, open: false }))
    if (closed.length > 0)
      return found(
        `closed from ${regionsText(closed, families)}${open.length === 0 ? '' : `; open from ${regionsText(open, families)}`}`,
        [...claimsOf(inquiry, closed, families, open.length + unclear.length === 0), ...held],
      )
    if (held.length > 0) return found(held[0]!.because, held)
    if (unclear.length > 0)
      return untold(`of ${regionsText(unclear, families)} it is not known: ${unclear[0]!.why}`)
    const links = await linksKeptOut(inquiry, judged)
    if (links.length > 0) return found(links.map(({ because }) => because).join('; '), links)
    return fine(`open from ${regionsText(open, families)}`)
  },
}

const [TCP, UDP] = [6, 17]
const SYN_ACK = 0x12

/** Whether rules keep the answer in, whoever it is for. */
async function answersHeld(
  { target, view, facts }: BindInquiry,
  { ruleset }: Judged,
): Promise<readonly Claim[]> {
  const { judgeFlow, parseFlowQuestion } = await import('../../firewall/live.ts')
  return (facts.listening ?? []).slice(0, MOST_ADDRESSES).flatMap((address): Claim[] => {
    const asked = parseFlowQuestion(
      `${target.protocol} ${formatEndpoint({ address, port: target.port })} -> ${familyOf(address) === 'ipv6' ? '[2001:db8::1]' : '192.0.2.1'}:50000 state established`,
    )
    const { destination: _, destinationPort: __, ...packet } = asked.packet
    const answer = {
      ...packet,
      protocol: target.protocol === 'tcp' ? TCP : UDP,
      ...(target.protocol === 'tcp' ? { tcpFlags: SYN_ACK } : {}),
    }
    const { decision } = judgeFlow({ ruleset }, { ...asked, packet: answer, direction: 'reply' }, 'output')
    if (decision.kind !== 'drop' && decision.kind !== 'reject') return []
    const rule = ruleText(decision) ?? 'the end of its rules'
    const says = `${rule} keeps the answers of ${formatEndpoint({ address, port: target.port })} in`
    return [
      {
        code: decision.kind === 'drop' ? 'filter-drop' : 'filter-reject',
        is: 'proven',
        because: says,
        leg: 'far-back',
        where: { host: view.label, stage: 'output', rule },
        title: 'the packet filter of this host drops the answers at output',
        evidence: [{ source: `rules of ${view.label}`, says }],
      },
    ]
  })
}

const MOST_ADDRESSES = 8

/** One for each rule, with the regions that it keeps out. */
function claimsOf(
  { view }: BindInquiry,
  closed: readonly RegionAnswer[],
  families: readonly IpFamily[],
  all: boolean,
): readonly Claim[] {
  const byRule = Map.groupBy(closed, ({ decision, why }) => ruleText(decision) ?? why ?? 'the rules')
  return [...byRule].map(([rule, answers]): Claim => {
    const from = regionsText(answers, families)
    const rejects = answers[0]!.decision?.kind === 'reject'
    const says = `${rule} keeps out what comes from ${from}`
    const witness = answers.find(one => one.witness !== undefined)?.witness
    const stage = answers[0]!.decision?.policy?.hook ?? answers[0]!.decision?.walk.at(-1)?.hook
    return {
      code: rejects ? 'filter-reject' : 'filter-drop',
      is: all ? 'proven' : 'likely',
      because: says,
      leg: 'far',
      where: { host: view.label, rule, ...(stage === undefined ? {} : { stage }) },
      title: `the packet filter of this host ${rejects ? 'rejects' : 'drops'} what comes from ${from}`,
      evidence: [
        { source: `rules of ${view.label}`, says },
        ...(witness === undefined ? [] : [{ source: 'ports fw test', says: `${witness} does not get in` }]),
      ],
    }
  })
}

const ruleText = (decision: RegionAnswer['decision']): string | undefined =>
  decision?.rule !== undefined
    ? ruleWords(decision.rule)
    : decision?.policy === undefined
      ? undefined
      : `${decision.policy.family} ${decision.policy.table} ${decision.policy.chain}: policy ${decision.policy.policy}`
