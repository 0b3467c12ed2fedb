/** What it comes to that the target's host answers to something else than was asked. */
import type { CauseCode } from './causes/causes.ts'
import { type CheckResult, fine, found } from './check.ts'
import { compareDistances, distanceOf } from './distance.ts'
import type { Inquiry } from './inquiry.ts'
import { ON_THE_WAY } from './row-claims.ts'
import type { Claim } from './suspects.ts'

/** It answered: to what, in a sentence without its end. */
export interface HostSign {
  readonly says: string
  readonly source: string
  /** Time to live of the answer. */
  readonly hops?: number
}

/** What would keep the whole host silent, not one port of it. */
export const WHOLE_HOST: readonly CauseCode[] = [
  'no-return-route',
  'reverse-path',
  'forwarding-off',
  'route-blackhole',
  'neighbour-wrong',
  'conntrack-full',
  'host-down',
  'icmp-limited',
  // Of a sandbox that drops what is sent: not all of it.
  'sandbox-denied',
]

/** What a reset of the host itself may mean. */
export const AT_THE_HOST: readonly CauseCode[] = [
  'nobody-listens',
  'listener-loopback',
  'listener-other-address',
  'listener-other-family',
  'listener-other-device',
  'listener-other-namespace',
  'listener-other-protocol',
]

/** This port is silent, and the host isn't. */
export function reachedHost(_: Inquiry, { says }: HostSign): CheckResult {
  return fine(
    `${says}: this port alone is silent`,
    WHOLE_HOST.map(code => excluded(code, says)),
  )
}

/** The reset came from as far as the host's other answers, from nearer, or from farther away. */
export function nearerOrFarther(
  { address, facts }: Inquiry,
  { says, source, hops }: Required<HostSign>,
  reset: number,
): CheckResult {
  const told = `the reset has made ${hopsText(reset)}, and what else comes from ${address} ${hopsText(hops)}`
  const evidence = [{ source, says: told }]
  const elsewhere: Claim = {
    code: 'filter-reject',
    is: 'excluded',
    because: told,
    where: { host: ON_THE_WAY },
  }
  const own: Claim = { code: 'filter-reject', is: 'excluded', because: told, where: { host: address } }
  switch (compareDistances(reset, hops)) {
    case 'nearer': {
      const boxed = {
        words: { address, place: ' on the way', hops: String(distanceOf(hops) - distanceOf(reset)) },
        evidence,
        because: told,
      }
      return found(told, [
        { ...boxed, code: 'nearer-box', is: 'likely', where: { host: ON_THE_WAY } },
        { ...boxed, code: 'filter-reject', is: 'likely', where: { host: ON_THE_WAY }, leg: 'way' },
        own,
        ...[...AT_THE_HOST, 'nat-backend-closed' as const, 'address-conflict' as const].map(code =>
          excluded(code, told),
        ),
      ])
    }
    case 'farther':
      return found(told, [
        {
          code: 'nat-backend-closed',
          is: 'likely',
          where: { host: address },
          words: { address },
          evidence,
          because: told,
        },
        own,
        elsewhere,
        ...[...AT_THE_HOST, 'nearer-box' as const, 'address-conflict' as const].map(code =>
          excluded(code, told),
        ),
      ])
    case 'same': {
      const route =
        facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
      const gateway = route?.gateway
      const first: Claim[] =
        gateway !== undefined && gateway !== address && distanceOf(reset) === 0
          ? [
              {
                code: 'nearer-box',
                is: 'possible',
                because: `${says}; but ${address} is reached through ${gateway}, and its answers have made no hop: ${gateway} has that address itself`,
                where: { host: gateway },
                words: { address, hops: 'some' },
                evidence,
              },
            ]
          : []
      return fine(`${told}: it is the host itself that says no`, [
        ...first,
        elsewhere,
        { ...excluded('nat-backend-closed', told), where: { host: address } },
        { ...excluded('nearer-box', told), where: { host: ON_THE_WAY } },
      ])
    }
  }
}

const hopsText = (left: number): string => {
  const hops = distanceOf(left)
  return hops === 1 ? '1 hop' : `${hops} hops`
}

const excluded = (code: CauseCode, because: string): Claim => ({ code, is: 'excluded', because })
