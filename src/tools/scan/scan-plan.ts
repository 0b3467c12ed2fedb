/** A scan before it begins: whom it asks, which ports, in what order and how fast. Names are looked up; no port is asked. */
import { type Address, familyOf, scopeOf, withoutZone } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import type { PortSet } from '../../model/port-set.ts'
import type { Prefix } from '../../model/prefix.ts'
import type { Cancellable, OS } from '../../os/os.ts'
import type { ProbePlan } from '../../os/probe-plan.ts'
import { commonPorts } from './common-ports.ts'
import { type MayScan, mayScan } from './may-scan.ts'
import { addressesOf, MOST_TARGETS, parseScanTarget } from './target.ts'

export interface ScanRequest {
  /** Names, addresses, prefixes, ranges: `db`, `192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-20`. */
  readonly targets: readonly string[]
  /** Which ports, 0 aside; the `top` most common ones without it. */
  readonly ports?: PortSet
  /** 1000. */
  readonly top?: number
  /** Tries that begin in a second, in all: 2000; as fast as it goes where only this machine is asked. */
  readonly perSecond?: number
  /** The same to one target: 500, or `perSecond` where that is given. */
  readonly perSecondAndTarget?: number
  /** The longest wait for an answer, milliseconds: 1000. Less is waited for those who answer fast. */
  readonly timeoutMs?: number
  /** How often a silent port is asked: 3. */
  readonly tries?: number
  /** Tries at the same time: 1000, or what the host can. */
  readonly atOnce?: number
  /** Decides the order, 0 to 2^32 - 1; drawn without it. */
  readonly seed?: number
  /** Networks beyond our own that may be asked. */
  readonly allow?: readonly Prefix[]
  /** Public addresses may be asked. */
  readonly public?: boolean
  readonly source?: Address
  readonly device?: string
}

export interface ScanPlan {
  readonly probe: ProbePlan
  /** What a target was called, where that was a name. */
  readonly names: ReadonlyMap<Address, string>
  /** Addresses of prefixes and ranges that are not asked. */
  readonly leftOut: readonly { readonly address: Address; readonly why: string }[]
  /** Pairs of address and port. */
  readonly pairs: number
  /** Only this machine is asked. */
  readonly local: boolean
  /** Milliseconds that it takes at these rates when everybody answers at once, and when nobody ever does. */
  readonly leastMs: number
  readonly mostMs: number
}

const PER_SECOND = 2000
const PER_SECOND_AND_TARGET = 500
/** Nobody else is bothered: no machine connects faster than that. */
const LOCAL_PER_SECOND = 1_000_000
const DEFAULTS = { timeoutMs: 1000, tries: 3, atOnce: 1000, top: 1000 }

/** Throws `E_SCAN_TARGET`, `E_SCAN_REFUSED`, `E_PORT_ZERO`. */
export async function planScan(os: OS, request: ScanRequest, options: Cancellable = {}): Promise<ScanPlan> {
  const ports = portsOf(request)
  const own = await os.addresses()
  const judge = mayScan({ own, allow: request.allow ?? [], public: request.public ?? false })
  const names = new Map<Address, string>()
  const leftOut: { address: Address; why: string }[] = []
  const targets = await targetsOf(os, request, judge, { names, leftOut }, options)
  const ours = new Set(own.map(({ address }) => withoutZone(address)))
  const local = targets.every(address => scopeOf(address) === 'loopback' || ours.has(withoutZone(address)))
  const perSecond = request.perSecond ?? (local ? LOCAL_PER_SECOND : PER_SECOND)
  const perSecondAndTarget =
    request.perSecondAndTarget ?? request.perSecond ?? (local ? LOCAL_PER_SECOND : PER_SECOND_AND_TARGET)
  const { timeoutMs = DEFAULTS.timeoutMs, tries = DEFAULTS.tries, atOnce = DEFAULTS.atOnce } = request
  const { source, device, seed = Math.floor(Math.random() * 2 ** 32) } = request
  const pairs = targets.length * ports.length
  const rate = Math.min(perSecond, perSecondAndTarget * targets.length)
  const leastMs = (1000 * pairs) / rate
  return {
    probe: {
      method: 'connect',
      protocol: 'tcp',
      targets,
      ports,
      seed,
      timeoutMs,
      tries,
      perSecond,
      perSecondAndTarget,
      atOnce,
      ...(source === undefined ? {} : { source }),
      ...(device === undefined ? {} : { device }),
    },
    names,
    leftOut,
    pairs,
    local,
    leastMs,
    mostMs: Math.max(tries * leastMs, (tries * timeoutMs * pairs) / atOnce) + tries * timeoutMs,
  }
}

function portsOf({ ports, top = DEFAULTS.top }: ScanRequest): readonly number[] {
  if (ports === undefined) return [...commonPorts(top)].sort((a, b) => a - b)
  const wanted = [...ports].filter(port => port !== 0)
  if (wanted.length > 0) return wanted
  throw ports.has(0)
    ? fault('E_PORT_ZERO')
    : fault('E_PORT_SET_SYNTAX', { text: 'none', why: 'it has no ports' })
}

interface Notes {
  readonly names: Map<Address, string>
  readonly leftOut: { address: Address; why: string }[]
}

async function targetsOf(
  os: OS,
  { targets, source }: ScanRequest,
  judge: MayScan,
  { names, leftOut }: Notes,
  options: Cancellable,
): Promise<readonly Address[]> {
  const found = new Set<Address>()
  const add = (address: Address, text: string, oneOfMany: boolean): void => {
    const refusal = judge(address)
    if (refusal === null) found.add(address)
    else if (refusal.kind === 'never' && oneOfMany) leftOut.push({ address, why: refusal.why })
    else throw refused(address, text, refusal)
    if (found.size > MOST_TARGETS)
      throw fault('E_SCAN_TARGET', { text, why: `with it there are more than ${MOST_TARGETS} addresses` })
  }
  for (const text of targets) {
    const target = parseScanTarget(text)
    if (target.kind !== 'name') {
      for (const address of addressesOf(target)) add(address, text, target.kind === 'several')
      continue
    }
    const resolved = await os.reach.resolve(target.name, options)
    if (resolved.kind === 'failed')
      throw fault('E_SCAN_TARGET', { text, why: `the name has no address (${resolved.code})` })
    // Of a name that has one address here and one beyond, the first alone is asked.
    const [may, mayNot] = [[], []] as [Address[], Address[]]
    for (const address of resolved.addresses) (judge(address) === null ? may : mayNot).push(address)
    if (may.length === 0 && mayNot[0] !== undefined) throw refused(mayNot[0], text, judge(mayNot[0])!)
    for (const address of mayNot) leftOut.push({ address, why: judge(address)!.why })
    for (const address of may) {
      add(address, text, false)
      names.set(address, target.name)
    }
  }
  const all = [...found]
  if (all.length === 0)
    throw fault('E_SCAN_TARGET', {
      text: targets.join(' '),
      why:
        leftOut[0] === undefined
          ? 'it names nobody'
          : `of all its addresses none may be asked: ${leftOut[0].why}`,
    })
  if (source !== undefined && all.some(address => familyOf(address) !== familyOf(source)))
    throw fault('E_SCAN_TARGET', { text: targets.join(' '), why: `${source} is of another family` })
  return all
}

function refused(address: Address, text: string, { kind, why }: NonNullable<ReturnType<MayScan>>) {
  const public_ = scopeOf(address) === 'public'
  return fault('E_SCAN_REFUSED', {
    target: text === address ? address : `${address} (of ${text})`,
    why,
    next:
      kind === 'never'
        ? 'Leave it out.'
        : `If you may scan it, say so: --allow ${text.includes('/') ? text : address}${public_ ? ', or --public' : ''}.`,
  })
}
