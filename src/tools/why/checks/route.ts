/** Which way this host would send it, or why it wouldn't. */

import { type Address, familyOf, unmap } from '../../../model/address.ts'
import type { Known } from '../../../model/known.ts'
import type { RouteAnswer } from '../../../os/os.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, type CheckResult, fine, found, untold } from '../check.ts'
import { FAMILY_WORDS, isAside } from '../lacks-family.ts'
import { deviceWay } from '../own/own.ts'
import { THIS_HOST } from '../view.ts'

export const route: AddressCheck = {
  name: 'route',
  phase: 'before',
  asks: 'Which way would this host send it?',
  gathers: ['the kernel’s own answer (RTM_GETROUTE)', 'routing tables and rules'],
  concludes: ['no-route', 'route-unreachable', 'route-prohibit', 'route-blackhole'],
  async run({ address, facts, client, named, options, os }) {
    const told = facts.route
    const tables = await client.routes()
    const refuses = told === undefined || !told.known || told.value.kind === 'refused'
    if (refuses && tables.known && isAside(address, named.addresses ?? [], tables.value)) {
      facts.aside = true
      const family = FAMILY_WORDS[familyOf(unmap(address))]
      return { ...fine(`this host has no ${family} to anywhere: not asked`), stop: true }
    }
    if (told === undefined || !told.known) return untold('this host doesn’t tell which way it would send it')
    const way = told.value
    if (way.kind !== 'refused') {
      facts.local = way.kind === 'local'
      const source = way.source === undefined ? '' : `, from ${way.source}`
      if (facts.local) return fine(`${address} is this host itself`)
      if (options.device !== undefined && tables.known) {
        const leads = deviceWay(tables.value, options.device, address)
        if (leads === 'itself')
          return backToItself(address, options.device, await os.routeTo({ to: address }))
      }
      return fine(
        `out by ${way.device}${way.gateway === undefined ? ', on the link' : ` to ${way.gateway}`}${source}`,
      )
    }
    const code = REFUSALS[way.code] ?? 'no-route'
    const says = `the kernel has no way for ${address}: ${way.code}`
    return found(says, [
      {
        code,
        is: 'likely',
        because: says,
        where: { host: THIS_HOST, stage: 'routing' },
        words: { address },
        evidence: [{ source: 'rtnetlink', says }],
      },
    ])
  },
}

/** By the loopback interface nothing leaves: nothing needs to be tried. */
function backToItself(address: Address, device: string, otherwise: Known<RouteAnswer>): CheckResult {
  const says = `what is sent by ${device} comes back to this host, and ${device} does not have ${address}`
  const by = otherwise.known && otherwise.value.kind !== 'refused' ? otherwise.value.device : undefined
  return {
    ...found(says, [
      {
        code: 'no-route',
        is: 'proven',
        because: says,
        where: { host: THIS_HOST, stage: 'routing' },
        words: { address },
        title: `${device} leads nowhere but to itself, and not to ${address}`,
        remedy:
          by === undefined
            ? 'Name another interface, or none.'
            : `Name no interface${by === device ? '' : `, or ${by}, by which this host would send it`}.`,
        evidence: [{ source: `interface ${device}`, says }],
      },
    ]),
    stop: true,
  }
}

/** fib_props (net/ipv4/fib_semantics.c), ip6_blackhole_route and its siblings. */
const REFUSALS: Readonly<Record<string, CauseCode>> = {
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'route-unreachable',
  EACCES: 'route-prohibit',
  EINVAL: 'route-blackhole',
}
