/** Which of our own routes, rules and interfaces makes the kernel refuse. */
import type { NetworkInterface } from '../../../model/route.ts'
import { giveWay } from '../advice/give-way.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { type Inquiry, isUnanswered, seenOnTheWire } from '../inquiry.ts'
import { decidingRoute, noRoute, routeText, ruleText } from '../own/own.ts'
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
    if (told !== undefined && told.kind !== 'refused')
      return carrier(inquiry, tables.value.interfaces, told.device)
    if (told === undefined || facts.tried!.attempt.outcome.code !== told.code)
      return untold('the kernel doesn’t say which way it would send it')
    const code = REFUSED[told.code]
    if (code === undefined) return untold(`the kernel refuses with ${told.code}`)
    const deciding = decidingRoute(tables.value, address, inquiry.options.source)
    if (code !== 'no-route') {
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
