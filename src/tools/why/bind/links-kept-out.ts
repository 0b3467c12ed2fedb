/**
 * Which of this host's own links its rules keep out, though somebody from elsewhere gets in. A region is open as soon as one packet of it
 * is; of a link two of its addresses are asked about.
 */
import { type Address, familyOf, scopeOf } from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import { contains, networkOf, type Prefix } from '../../../model/prefix.ts'
import type { Judged } from '../../firewall/live.ts'
import { ruleWords } from '../far/rule-words.ts'
import type { Claim } from '../suspects.ts'
import type { BindInquiry } from './bind-inquiry.ts'

const MOST_LINKS = 8

export async function linksKeptOut(
  { target, view, facts }: BindInquiry,
  { ruleset }: Judged,
): Promise<readonly Claim[]> {
  const { judgeFlow, parseFlowQuestion } = await import('../../firewall/live.ts')
  const own = (await view.addresses()).filter(
    ({ address, interface: device }) => device !== 'lo' && scopeOf(address) !== 'link-local',
  )
  const to = (facts.listening ?? []).filter(address => own.some(one => one.address === address))
  return to.slice(0, MOST_LINKS).flatMap((address): Claim[] => {
    const { interface: inputInterface, prefix } = own.find(one => one.address === address)!
    const network = networkOf(address, prefix)
    const decisions = othersOf(network, address).map(from => {
      const flow = `${target.protocol} ${formatEndpoint({ address: from, port: 50_000 as never })} -> ${formatEndpoint({ address, port: target.port })}`
      return judgeFlow({ ruleset }, { ...parseFlowQuestion(flow), inputInterface }, 'input').decision
    })
    const [first] = decisions
    if (first === undefined || !decisions.every(({ kind }) => kind === 'drop' || kind === 'reject')) return []
    const rule = first.rule === undefined ? `policy of ${first.policy?.chain}` : ruleWords(first.rule)
    const does = first.kind === 'reject' ? 'rejects' : 'drops'
    const says = `${rule} keeps out what comes from ${network} by ${inputInterface}`
    return [
      {
        code: first.kind === 'reject' ? 'filter-reject' : 'filter-drop',
        is: 'likely',
        because: says,
        leg: 'far',
        where: { host: view.label, stage: 'input', rule },
        title: `the packet filter of this host ${does} what comes from its own link ${network}`,
        evidence: [{ source: `rules of ${view.label}`, says }],
      },
    ]
  })
}

/** Two other addresses of a link: its first host, and the one beside ours; fewer where it is small. */
function othersOf(network: Prefix, own: Address): readonly Address[] {
  const family = familyOf(own)
  const step = (from: Address, by: 1 | -1): Address => {
    const scalar = addressScalar(from)
    return scalarAddress(typeof scalar === 'bigint' ? scalar + BigInt(by) : scalar + by, family)
  }
  const first = step(network.slice(0, network.indexOf('/')) as Address, 1)
  const beside = step(own, BigInt(addressScalar(own)) % 2n === 0n ? 1 : -1)
  return [...new Set([first, beside])].filter(address => address !== own && contains(network, address))
}
