/** Which of our own routes, rules and interfaces makes the kernel refuse. */
import type { NetworkInterface, RoutingTables } from '../../../model/route.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, type CheckResult, fine, found, untold } from '../check.ts'
import { type Inquiry, isUnanswered, seenOnTheWire } from '../inquiry.ts'
import { asksMore, decidingRoute, deviceWay, noRoute, routeText, ruleText } from '../own/own.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export const ownRoute: AddressCheck = {
  name: 'own-route',
  phase: 'after',
  asks: 'Which route, rule or interface of this host stands in the way?',
  gathers: [
    'routing tables and rules',
    'interfaces, whether they are up and have a carrier',
    'addresses',
    'net.ipv6.conf.*.disable_ipv6',
  ],
  concludes: [
    'no-route',
    'route-unreachable',
    'route-prohibit',
    'route-blackhole',
    'interface-down',
    'no-carrier',
    'ipv6-disabled',
    'sandbox-denied',
    'gateway-silent',
    'neighbour-silent',
    'host-down',
  ],
  applies: isUnanswered,
  async run(inquiry) {
    const { facts, client, address } = inquiry
    const [tables, addresses] = await Promise.all([client.routes(), client.addresses()])
    if (!tables.known) return untold(`the routes of this host can’t be read: ${tables.reason}`)
    const told = facts.route?.known === true ? facts.route.value : undefined
    if (told !== undefined && told.kind !== 'refused' && isForbidden(inquiry))
      return forbidden(tables.value, told.device)
    if (told !== undefined && told.kind !== 'refused')
      return byNamed(inquiry, tables.value) ?? carrier(inquiry, tables.value.interfaces, told.device)
    if (told === undefined || facts.tried!.attempt.outcome.code !== told.code)
      return untold('the kernel doesn’t say which way it would send it')
    const named = byNamed(inquiry, tables.value)
    if (named !== undefined) return named
    const code = REFUSED[told.code]
    if (code === undefined) return untold(`the kernel refuses with ${told.code}`)
    const deciding = decidingRoute(tables.value, address, inquiry.options.source)
    if (code !== 'no-route') {
      const { giveWay } = await import('../advice/give-way.ts')
      const place =
        deciding.route !== undefined ? routeText(deciding.route) : deciding.rule && ruleText(deciding.rule)
      const says = place === undefined ? `the kernel refuses with ${told.code}` : `it is for "${place}"`
      return found(says, [
        {
          code,
          is: place === undefined ? 'likely' : 'proven',
          because: `${says}, and the attempt failed with ${told.code} at once`,
          where: { host: THIS_HOST, stage: 'routing', ...(place === undefined ? {} : { rule: place }) },
          evidence: place === undefined ? [] : [{ source: 'routing tables', says: place }],
          ...giveWay({ tables: tables.value, host: undefined, others: [] }, address, inquiry.options.source),
        },
        ...(code === 'route-prohibit' && place !== undefined ? [notTheSandbox(says)] : []),
      ])
    }
    return noRoute(inquiry, tables.value.interfaces, addresses)
  },
}

const REFUSED: Readonly<Record<string, CauseCode>> = {
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'route-unreachable',
  EACCES: 'route-prohibit',
  EINVAL: 'route-blackhole',
}

const notTheSandbox = (because: string): Claim => ({ code: 'sandbox-denied', is: 'excluded', because })

/** The call itself says that it is not allowed. */
const isForbidden = ({ facts: { outcome } }: Inquiry): boolean =>
  outcome?.atOnce === true && outcome.ended === 'EACCES'

/** The kernel would have sent it: then it isn't the routes that forbid it, unless a rule looks at more than addresses. */
function forbidden({ rules }: RoutingTables, device: string): CheckResult {
  const says = `the kernel has a way, out by ${device}, and forbids to take it`
  const rule = rules.find(one => one.action === 'prohibit' && asksMore(one))
  if (rule !== undefined)
    return untold(`${says}; a rule that looks at more than addresses may be why: "${ruleText(rule)}"`)
  return found(says, [
    { code: 'route-prohibit', is: 'excluded', because: says },
    {
      code: 'sandbox-denied',
      is: 'likely',
      because: says,
      evidence: [{ source: 'routing tables', says }],
    },
  ])
}

function carrier(inquiry: Inquiry, interfaces: readonly NetworkInterface[], device: string) {
  const link = interfaces.find(({ name }) => name === device)
  const { left } = seenOnTheWire(inquiry)
  const { outcome } = inquiry.facts
  if (link?.up === true && link.carrier === false && left !== true) {
    const says = `${device} is up and has no carrier`
    return found(says, [
      ...(['gateway-silent', 'neighbour-silent', 'host-down'] as const).map(
        (code): Claim => ({ code, is: 'excluded', because: `${says}: nobody could be asked` }),
      ),
      {
        code: 'no-carrier',
        is: left === false || outcome?.ended === 'EHOSTUNREACH' ? 'proven' : 'likely',
        because: `${says}, and nothing left by it`,
        where: { host: THIS_HOST },
        words: { device },
        evidence: [{ source: `interface ${device}`, says }],
      },
    ])
  }
  const says = `${device} is up`
  return fine(link?.carrier === undefined ? says : `${says} and has a carrier`, [
    { code: 'no-carrier', is: 'excluded', because: `${says}, with a carrier` },
  ])
}

/** Somebody has named the interface, which is up, and no route leads there by it; of IPv4 nobody on its link answers, either. */
function byNamed({ options, facts, address }: Inquiry, tables: RoutingTables): CheckResult | undefined {
  const { device } = options
  if (device === undefined || facts.local === true || facts.outcome?.left === true) return undefined
  const leads = deviceWay(tables, device, address)
  const link = tables.interfaces.find(({ name }) => name === device)
  if (leads === 'leads' || link?.up !== true || link.carrier === false) return undefined
  const refused = facts.route?.known === true && facts.route.value.kind === 'refused'
  const none = `no route to ${address} leads out by ${device}`
  const says = refused ? none : `${none}: it is looked for on that link, where nobody answers for it`
  return found(says, [
    {
      code: 'no-route',
      is: 'proven',
      because: says,
      where: { host: THIS_HOST, stage: 'routing' },
      words: { address },
      title: none,
      remedy: `Name another interface or none, or add a route by ${device}.`,
      evidence: [{ source: 'routing tables', says }],
    },
  ])
}
