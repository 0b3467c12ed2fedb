/** Can what is sent to a listener's addresses come in, and does an answer find its way back? By interfaces, addresses and routes. */
import { familyOf, parseAddress, scopeOf } from '../../../model/address.ts'
import type { NetworkInterface } from '../../../model/route.ts'
import type { InterfaceAddress } from '../../../os/os.ts'
import { type CheckResult, fine, found, untold } from '../check.ts'
import { isDecided } from '../rank.ts'
import type { Claim } from '../suspects.ts'
import type { BindCheck, BindInquiry } from './bind-inquiry.ts'

/** Somebody beyond (TEST-NET-1, RFC 5737; RFC 3849): tables are asked about them, nothing is sent. */
const SOMEBODY = { ipv4: parseAddress('192.0.2.1'), ipv6: parseAddress('2001:db8::1') } as const

/** What leads to others, hardware among it: bridges and tunnels of this host's own are for those behind them. */
const TO_OTHERS: ReadonlySet<string> = new Set(['hardware', 'veth', 'vlan', 'macvlan', 'ipvlan', 'bond'])
const ONE_LINK: ReadonlySet<string> = new Set(['loopback', 'link-local', 'unspecified', 'multicast'])
const STRICT = 1

export const ways: BindCheck = {
  name: 'ways',
  phase: 'before',
  asks: 'Is there a way to its addresses, and one back?',
  gathers: [
    'addresses, and whether their interfaces are up and have a carrier',
    'the route back to somebody beyond the links of this host, and rp_filter',
  ],
  concludes: ['no-address', 'interface-down', 'no-carrier', 'no-return-route', 'reverse-path'],
  // Where nobody listens for others, the ways are no question.
  applies: ({ facts, suspects }) =>
    facts.listening !== undefined && (facts.listening.length > 0 || !isDecided(suspects)),
  async run(inquiry) {
    const { view, facts } = inquiry
    const own = (await view.addresses()).filter(({ address }) => !ONE_LINK.has(scopeOf(address)))
    if (own.length === 0) return noAddress(inquiry)
    const tables = await view.routes()
    if (!tables.known) return untold(`the interfaces of this host can’t be read: ${tables.reason}`)
    const { interfaces } = tables.value
    const listening = own.filter(({ address }) => facts.listening!.includes(address))
    const cut = listening.flatMap(one => cutOff(inquiry, one, interfaces) ?? [])
    if (cut.length > 0) return found(cut[0]!.because, cut.length === listening.length ? cut.map(proven) : cut)
    const back = await Promise.all(
      listening.filter(leadsToOthers(interfaces)).map(one => wayBack(inquiry, one)),
    )
    const claims = back.flatMap(claim => claim ?? [])
    return claims.length === 0
      ? fine('there is a way to its addresses, and one back')
      : found(claims.map(({ because }) => because).join('; '), claims)
  },
}

const proven = (claim: Claim): Claim => ({ ...claim, is: 'proven' })

function noAddress({ view }: BindInquiry): CheckResult {
  const says = 'no interface has an address beyond its own link'
  return found(says, [
    {
      code: 'no-address',
      is: 'proven',
      because: says,
      where: { host: view.label },
      evidence: [{ source: 'addresses', says }],
    },
  ])
}

/** Nothing comes in by that interface. */
function cutOff(
  { view }: BindInquiry,
  { address, interface: device }: InterfaceAddress,
  interfaces: readonly NetworkInterface[],
): Claim | undefined {
  const link = interfaces.find(({ name }) => name === device)
  if (link === undefined || (link.up && link.carrier !== false)) return undefined
  const says = link.up
    ? `${device}, which has ${address}, has no carrier`
    : `${device}, which has ${address}, is down`
  return {
    code: link.up ? 'no-carrier' : 'interface-down',
    is: 'likely',
    because: says,
    where: { host: view.label },
    words: { device },
    evidence: [{ source: `interface ${device}`, says }],
  }
}

const leadsToOthers =
  (interfaces: readonly NetworkInterface[]) =>
  ({ interface: device }: InterfaceAddress): boolean =>
    TO_OTHERS.has(interfaces.find(({ name }) => name === device)?.kind ?? 'hardware')

async function wayBack(inquiry: BindInquiry, own: InterfaceAddress): Promise<Claim | undefined> {
  const { os, view } = inquiry
  const { address, interface: device } = own
  const route = await os.routeTo({ to: SOMEBODY[familyOf(address)], source: address })
  if (!route.known) return undefined
  const more = { where: { host: view.label, stage: 'routing' }, leg: 'far-back' } as const
  if (route.value.kind === 'refused') {
    const says = `what comes for ${address} from beyond its link gets no answer: no route leads back (${route.value.code})`
    return {
      ...more,
      code: 'no-return-route',
      is: 'likely',
      because: says,
      words: { by: view.label, source: 'others' },
      evidence: [{ source: 'routing tables', says }],
    }
  }
  const strict = familyOf(address) === 'ipv4' && (await isStrict(inquiry, device))
  if (!strict || route.value.device === device) return undefined
  const says = `what comes for ${address} by ${device} from beyond its link would be answered by ${route.value.device}, and ${device} takes only what it would itself answer (rp_filter 1)`
  return {
    ...more,
    code: 'reverse-path',
    is: 'likely',
    because: says,
    words: { by: view.label, source: 'others' },
    evidence: [{ source: 'routing tables and rp_filter', says }],
  }
}

/** The larger of both counts (ip-sysctl.rst, rp_filter): 2 is loose. */
async function isStrict({ os }: BindInquiry, device: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(device)) return false
  const names = ['all', device].map(name => `net.ipv4.conf.${name}.rp_filter`)
  const told = await os.tunables(names)
  const values = [...told.values()].flatMap(one => (one.known ? [Number(one.value.trim())] : []))
  return Math.max(0, ...values) === STRICT
}
