/**
 * Whether the hosts that are seen would hear who asks for them on their links: ARP (RFC 826), and neighbour solicitations (RFC 4861
 * section 4.3), which are ICMPv6 and fall to rules that drop all of it.
 */
import { familyOf, scopeOf } from '../../../model/address.ts'
import type { NeighbourChain } from '../../firewall/firewall.ts'
import { acceptRule } from '../advice/accept-rule.ts'
import { NEIGHBOUR_DISCOVERY } from '../advice/matches.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { ruleWords } from '../far/rule-words.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

export const onLink: AddressCheck = {
  name: 'on-link',
  phase: 'after',
  asks: 'Do the hosts that are seen hear who asks for them on their links?',
  gathers: ['rules of ARP', 'rules that neighbour solicitations meet'],
  concludes: ['filter-drop'],
  applies: ({ views, facts, target }) =>
    views.length > 1 &&
    facts.local !== true &&
    (target.protocol === 'udp' || facts.tried === undefined || facts.tried.attempt.outcome.kind !== 'yes'),
  async run(inquiry) {
    const others = inquiry.views.filter(({ role }) => role !== 'client')
    const asked = familyOf(inquiry.address) === 'ipv6' ? solicitation : arp
    const told = await Promise.all(others.map(view => asked(inquiry, view)))
    const claims = told.flatMap(one => one ?? [])
    if (told.includes(undefined)) return untold('the rules of a host could not be read', claims)
    if (claims.length === 0) return fine('no rule is against it')
    return found(claims.map(({ because }) => because).join('; '), claims)
  },
}

/** Any host of a link asks from an address of its own; what it asks for stands in the message, which no rule reads. */
const ASKS = 'icmpv6 fe80::1 -> ff02::1:ff00:1 type nd-neighbor-solicit state untracked'

async function solicitation(inquiry: Inquiry, view: ReadView): Promise<readonly Claim[] | undefined> {
  const { judged } = await view.rules()
  const { judgeFlow, parseFlowQuestion } = await import('../../firewall/live.ts')
  const asked = parseFlowQuestion(ASKS)
  const links = (await view.addresses()).filter(one => one.interface !== 'lo')
  const own = links.filter(({ address }) => address === inquiry.address)
  // By the link that is meant, or else each: rules let loopback in, and mostly name it.
  const devices = new Set((own.length === 0 ? links : own).map(one => one.interface))
  const decisions = [...devices].map(
    inputInterface => judgeFlow({ ruleset: judged.ruleset }, { ...asked, inputInterface }, 'input').decision,
  )
  const decision = decisions.find(({ kind }) => kind === 'drop' || kind === 'reject')
  if (decision === undefined || decisions.some(({ kind }) => kind === 'accept')) return []
  const { rule, policy } = decision
  const barrier = rule ?? policy
  const command = barrier && acceptRule(barrier, judged.ruleset, NEIGHBOUR_DISCOVERY)
  const words =
    rule === undefined ? `${policy?.family} ${policy?.table} ${policy?.chain}: policy drop` : ruleWords(rule)
  return claimOf(inquiry, view, words, 'neighbour solicitations', command)
}

async function arp(inquiry: Inquiry, view: ReadView): Promise<readonly Claim[] | undefined> {
  const { judged } = await view.rules()
  const { neighbourChains } = await import('../../firewall/live.ts')
  const chain = neighbourChains(judged.ruleset).find(({ hook }) => hook === 'input')
  if (chain === undefined) return []
  const words = `arp ${chain.table} ${chain.chain}`
  const own = (await view.addresses())
    .map(({ address }) => address)
    .filter(address => familyOf(address) === 'ipv4' && scopeOf(address) !== 'loopback')
  const command = own.length === 0 ? undefined : heardFirst(chain, own)
  return claimOf(inquiry, view, words, 'ARP requests', command)
}

/** What asks for its own addresses, or answers them. Before all that the chain has: which of its rules drops isn’t told. */
const heardFirst = ({ table, chain }: NeighbourChain, own: readonly string[]): readonly string[] => [
  ...['nft', 'insert', 'rule', 'arp', table, chain, 'arp', 'daddr', 'ip'],
  ...(own.length === 1 ? own : ['{', ...own.map((one, at) => (at < own.length - 1 ? `${one},` : one)), '}']),
  'accept',
]

/** Only where the neighbour was in fact asked for in vain: who is known already needn't be asked. */
function claimOf(
  inquiry: Inquiry,
  view: ReadView,
  rule: string,
  what: string,
  command: readonly string[] | undefined,
): readonly Claim[] {
  const { suspects, facts } = inquiry
  const waited = WAITED.find(code => (suspects.of(code) ?? 'excluded') !== 'excluded')
  const vain = waited !== undefined || facts.tried?.attempt.outcome.code === 'EHOSTUNREACH'
  const says = `${rule} of ${view.label} keeps ${what} from being heard`
  return [
    {
      code: 'filter-drop',
      is: vain ? (what === 'ARP requests' ? 'likely' : 'proven') : 'possible',
      because: says,
      where: { host: view.label, stage: 'input', rule },
      ...(waited === undefined ? {} : { behind: waited }),
      leg: view.role === 'target' ? 'far' : 'way',
      words: { host: view.label, place: ` of ${view.label} at input`, rule, stage: 'input' },
      remedy: `Put a rule before it that accepts ${what}.`,
      ...(command === undefined ? {} : { commands: [command] }),
      evidence: [{ source: `rules of ${view.label}`, says }],
    },
  ]
}

const WAITED = ['neighbour-silent', 'gateway-silent', 'host-down'] as const
