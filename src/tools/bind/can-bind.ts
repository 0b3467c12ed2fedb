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
import { type Claimant, inTheWay } from '../../model/space/in-the-way.ts'
import type { BindRequest, OS } from '../../os/os.ts'
import { alikeOf, findingOfOccupant } from './findings-occupant.ts'
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
  readonly protocol: 'tcp' | 'udp'
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
  readonly protocol: 'tcp' | 'udp'
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

/** Address, privilege, then the port itself; of IPv6 the privilege comes first (Linux `__inet_bind`, `__inet6_bind`). */
async function whatIsInTheWay(os: OS, request: CanBindRequest, subject: string): Promise<InTheWay> {
  const privilege = await findingOfPrivilege(os, request, subject)
  const address = await findingsOfAddress(os, request.address, subject)
  const before =
    familyOf(request.address) === 'ipv6' ? [...privilege, ...address] : [...address, ...privilege]
  const { table, occupants } = await occupation(os, request.protocol, request.port)
  const fresh = await claimantOf(os, request)
  const refusals: Refusal[] = [...before]
  const possible: Finding[] = []
  const judged = Map.groupBy(occupants, old => inTheWay(fresh, { ...old, address: withoutZone(old.address) }))
  for (const alike of alikeOf(table, judged.get('yes') ?? []))
    refusals.push({ errno: 'EADDRINUSE', finding: findingOfOccupant(table, alike, fresh, subject, true) })
  for (const alike of alikeOf(table, judged.get('depends') ?? []))
    possible.push(findingOfOccupant(table, alike, fresh, subject, false))
  return { refusals, possible, notes: await findingsOfPort(os, request.port, subject) }
}

async function claimantOf(os: OS, request: CanBindRequest): Promise<Claimant> {
  const { protocol, address, reuseAddress = false, reusePort = false, v6only, uid } = request
  const preset =
    valueOr((await os.tunables(['net.ipv6.bindv6only'])).get('net.ipv6.bindv6only')!, '0') === '1'
  const real = familyOf(address) === 'ipv6' && address !== UNSPECIFIED_V6 && !isMapped(address)
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
  if (errno === 'EADDRINUSE' && possible.length > 0)
    return possible.map(one => ({ ...one, certainty: 'inferred' as const }))
  return [unexplained(errno, request)]
}
