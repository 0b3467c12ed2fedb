/**
 * Whether a socket can be bound, and if not, who or what stands in the way.
 *
 * The system is asked by a trial where it may be: the socket is bound, never listens, and is closed at once. What stands
 * in the way is told by the rules of the port space and the table of live sockets. Where nothing can be tried (another
 * user, a host that is not here), the rules answer; and where they would need flags that are hidden, the answer is that
 * it depends, and on what.
 */
import { type Address, familyOf, isMapped, UNSPECIFIED_V6, withoutZone } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import { valueOr } from '../../model/known.ts'
import type { Protocol } from '../../model/protocol.ts'
import type { Claimant } from '../../model/space/claimant.ts'
import { inTheWay } from '../../model/space/in-the-way.ts'
import type { BindRequest, OS } from '../../os/os.ts'
import { alikeOf, findingOfOccupant } from './findings-occupant.ts'
import { asSureAs, missingProtocol, unjudgedRules, untriedProtocol } from './findings-protocol.ts'
import {
  findingOfPrivilege,
  findingsOfAddress,
  findingsOfPort,
  type Refusal,
  unexplained,
} from './findings-refusal.ts'
import { occupation } from './occupants.ts'
import { placeText } from './place-text.ts'

export interface CanBindRequest {
  readonly protocol: Protocol
  readonly address: Address
  /** 1 to 65535. */
  readonly port: number
  readonly reuseAddress?: boolean
  readonly reusePort?: boolean
  readonly v6only?: boolean
  /** Who is to bind it; left out where that isn't known. 0 has every privilege. */
  readonly uid?: number
  /** Ask the system by a trial; false where it is not we who bind, or where that isn't wanted. */
  readonly trial: boolean
}

export interface CanBind {
  readonly endpoint: { readonly address: Address; readonly port: number }
  readonly protocol: Protocol
  readonly verdict: 'yes' | 'no' | 'depends'
  /** The system's name for the refusal; null without one. */
  readonly errno: string | null
  /** Another system whose rules were asked, from documentation; left out for this one's. */
  readonly system?: string
  /** The system was asked, not only the rules. */
  readonly tried: boolean
  readonly reasons: readonly Finding[]
}

export async function canBind(os: OS, request: CanBindRequest): Promise<CanBind> {
  const errno = await tryIt(os, request)
  const shared = { endpoint: { address: request.address, port: request.port }, protocol: request.protocol }
  const subject = `${request.protocol} ${placeText(request.address, request.port)}`
  const missing = await missingProtocol(os, request.protocol, subject, errno)
  if (missing !== null) {
    const reasons = [missing.finding, ...unjudgedRules(request.protocol, subject)]
    return { ...shared, verdict: 'no', errno: missing.errno, tried: errno !== undefined, reasons }
  }
  if (errno === null) {
    const reasons = await findingsOfPort(os, request.port, subject)
    return { ...shared, verdict: 'yes', errno, tried: true, reasons }
  }
  const ways = await whatIsInTheWay(os, request, subject)
  if (errno !== undefined) {
    const reasons = reasonsFor(errno, ways, request)
    return { ...shared, verdict: 'no', errno, tried: true, reasons: [...reasons, ...ways.notes] }
  }
  const { refusals, possible, notes } = ways
  const first = refusals[0]
  if (first !== undefined) {
    const all = refusals.map(({ finding }) => finding)
    return { ...shared, verdict: 'no', errno: first.errno, tried: false, reasons: [...all, ...notes] }
  }
  const verdict = possible.length > 0 ? 'depends' : 'yes'
  return { ...shared, verdict, errno: null, tried: false, reasons: [...possible, ...notes] }
}

/** The errno, null for success, undefined where nothing was tried. */
async function tryIt(os: OS, request: CanBindRequest): Promise<string | null | undefined> {
  const { protocol, address, port, reuseAddress, reusePort, v6only, trial } = request
  if (!trial) return undefined
  const asked: BindRequest = {
    protocol,
    address,
    port,
    ...(reuseAddress === undefined ? {} : { reuseAddress }),
    ...(reusePort === undefined ? {} : { reusePort }),
    ...(v6only === undefined ? {} : { v6only }),
  }
  return (await os.bind(asked)).errno
}

interface InTheWay {
  /** In the order in which the system would find them. */
  readonly refusals: readonly Refusal[]
  readonly possible: readonly Finding[]
  /** True whatever the answer is. */
  readonly notes: readonly Finding[]
}

/**
 * Address, privilege, then the port itself; of IPv6 the privilege comes first, but for SCTP (Linux `__inet_bind`,
 * `__inet6_bind`, `sctp_do_bind`).
 */
async function whatIsInTheWay(os: OS, request: CanBindRequest, subject: string): Promise<InTheWay> {
  const privilege = await findingOfPrivilege(os, request, subject)
  const address = await findingsOfAddress(os, request, subject)
  const privilegeFirst = familyOf(request.address) === 'ipv6' && request.protocol !== 'sctp'
  const before = privilegeFirst ? [...privilege, ...address] : [...address, ...privilege]
  const { table, occupants } = await occupation(os, request.protocol, request.port)
  const fresh = await claimantOf(os, request)
  const sure = (finding: Finding): Finding => asSureAs(request.protocol, finding)
  const refusals: Refusal[] = [...before]
  const possible: Finding[] = occupants.length > 0 ? [] : [...untriedProtocol(request.protocol, subject)]
  const judged = Map.groupBy(occupants, old => inTheWay(fresh, { ...old, address: withoutZone(old.address) }))
  for (const alike of alikeOf(table, judged.get('yes') ?? []))
    refusals.push({
      errno: 'EADDRINUSE',
      finding: sure(findingOfOccupant(table, alike, fresh, subject, true)),
    })
  for (const alike of alikeOf(table, judged.get('depends') ?? []))
    possible.push(findingOfOccupant(table, alike, fresh, subject, false))
  const notes = [
    ...unjudgedRules(request.protocol, subject),
    ...(await findingsOfPort(os, request.port, subject)),
  ]
  return { refusals, possible, notes }
}

async function claimantOf(os: OS, request: CanBindRequest): Promise<Claimant> {
  const { protocol, address, reuseAddress = false, reusePort = false, v6only, uid } = request
  const preset =
    valueOr((await os.tunables(['net.ipv6.bindv6only'])).get('net.ipv6.bindv6only')!, '0') === '1'
  // Of SCTP a socket at an IPv6 address stays dual-stack.
  const real =
    protocol !== 'sctp' && familyOf(address) === 'ipv6' && address !== UNSPECIFIED_V6 && !isMapped(address)
  return {
    protocol,
    address: withoutZone(address),
    v6only: real || (v6only ?? preset),
    device: null,
    uid: uid ?? null,
    reuseAddress,
    reusePort,
  }
}

/** What explains an errno that the system gave; if nothing we see does, that is said. */
function reasonsFor(
  errno: string,
  { refusals, possible }: InTheWay,
  request: CanBindRequest,
): readonly Finding[] {
  const fitting = refusals.filter(one => one.errno === errno).map(({ finding }) => finding)
  if (fitting.length > 0) return fitting
  const hidden = possible.filter(({ code }) => code !== 'protocol-untried')
  if (errno === 'EADDRINUSE' && hidden.length > 0)
    return hidden.map(one => ({ ...one, certainty: 'inferred' as const }))
  return [unexplained(errno, request)]
}
