/** Whether the target is something that can be connected to at all. */
import { familyOf, scopeOf, zoneOf } from '../../../model/address.ts'
import { ANY_PORT } from '../../../model/port.ts'
import { type AddressCheck, type CheckResult, fine, found } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'

export const plainTarget: AddressCheck = {
  name: 'plain-target',
  phase: 'before',
  asks: 'Is it the address of one host, complete, and a port that can be listened on?',
  gathers: ['the address and port as they were written', 'the kernel’s kind of route to it'],
  concludes: ['target-not-unicast', 'zone-missing', 'port-zero'],
  async run(inquiry: Inquiry): Promise<CheckResult> {
    const { address, to, target, os, facts, options } = inquiry
    if (to.port === ANY_PORT) return wrong({ code: 'port-zero', because: 'the port is 0' })
    const scope = scopeOf(address)
    if (
      familyOf(address) === 'ipv6' &&
      scope === 'link-local' &&
      zoneOf(address) === undefined &&
      options.device === undefined
    )
      return wrong({
        code: 'zone-missing',
        because: `${address} is link-local, without a zone`,
        words: { address, ...(await onlyLink(inquiry)) },
      })
    facts.route = await os.routeTo({
      to: address,
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    })
    const kind = groupKind(scope, facts)
    if (kind === undefined || (target.protocol === 'udp' && kind === 'multicast'))
      return fine(`${address} is the address of a host`)
    const words = { address, kind: `a ${kind} address` }
    return wrong({ code: 'target-not-unicast', because: `${address} is a ${kind} address`, words })
  },
}

function groupKind(scope: string, { route }: Inquiry['facts']): 'broadcast' | 'multicast' | undefined {
  if (scope === 'broadcast' || scope === 'multicast') return scope
  const kind = route?.known === true ? route.value.kind : undefined
  return kind === 'broadcast' || kind === 'multicast' ? kind : undefined
}

/** Nothing needs to be tried: it is so by what the words mean. */
const wrong = (claim: Omit<Claim, 'is' | 'evidence'>): CheckResult => ({
  ...found(claim.because, [
    { ...claim, is: 'proven', evidence: [{ source: 'the target', says: claim.because }] },
  ]),
  stop: true,
})

/** Where this host has one link alone, that is the one which is meant. */
async function onlyLink({ client }: Inquiry): Promise<Claim['words']> {
  const own = (await client.addresses()).filter(({ address }) => scopeOf(address) === 'link-local')
  const [device, ...others] = new Set(own.map(one => one.interface))
  return device === undefined || others.length > 0 ? {} : { device }
}
