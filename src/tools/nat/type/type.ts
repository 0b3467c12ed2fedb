/**
 * What kind of NAT lies between this machine and a server, found out by asking that server: no other is asked.
 *
 * Answers by RFC 5780's tests of mapping, filtering and hairpinning, and by what these miss: ports that collide, packets
 * that come in first, how ports are chosen. For UDP. Doesn't answer for TCP; how long mappings last only if asked. A server without a
 * second address tells only whether there is a NAT and how it chooses ports. Follows RFC 4787, RFC 5780, RFC 8489.
 */
import { type Address, familyOf, scopeOf } from '../../../model/address.ts'
import type { Endpoint } from '../../../model/endpoint.ts'
import type { Dependence } from '../../../model/nat/behaviour.ts'
import type { OS } from '../../../os/os.ts'
import type { Answer, AskOptions } from './asker.ts'
import { testFiltering, testHairpin, testMapping } from './behaviour-tests.ts'
import { type Collision, testCollision, testInboundFirst, testPortChoice } from './collision-tests.ts'
import { type NatType, nameOf } from './nat-type.ts'
import { isSameEnd, Sockets, sitesOf } from './sites.ts'
import { type Told, told, untold } from './told.ts'

export { type Meaning, meaningOf } from './meaning.ts'
export { NAT_NAMES, type NatName, type NatType } from './nat-type.ts'
export { NOT_TOLD, NOT_TOLD_SAYS, type NotTold, type Told } from './told.ts'

export interface NatTypeRequest {
  readonly server: Endpoint
  /** One of this machine's addresses; the one that leads to the server. */
  readonly from?: Address
  /** What the router says that its outside address is (its page, UPnP, PCP). */
  readonly routerAddress?: Address
  /** Milliseconds until a question counts as unanswered: 3000. */
  readonly timeoutMs?: number
  /** Sockets by which the choice of ports is told: 5. */
  readonly samples?: number
  /** How long mappings last is looked at up to so many milliseconds, which takes as long. */
  readonly lifetimeMs?: number
  readonly random?: () => number
  readonly signal?: AbortSignal
}

const PATIENCE = 3000
const SAMPLES = 5

/** Throws `E_DATAGRAMS` where no socket can be had; that nobody answers is an answer. */
export async function natType(os: OS, request: NatTypeRequest): Promise<NatType> {
  const { server, from, timeoutMs = PATIENCE, random = Math.random, signal } = request
  const options: AskOptions = {
    timeoutMs,
    random,
    clock: os.clock,
    ...(signal === undefined ? {} : { signal }),
  }
  const sockets = new Sockets(os.reach, server, options, from)
  try {
    const asker = await sockets.open()
    const first = await asker.ask(server)
    const { local } = asker.socket
    if (first === undefined) return unanswered(server, local)
    const sites = sitesOf(server, first.other)
    const translated = !isSameEnd(first.mapped, local)
    const ports = await testPortChoice(sockets, server, request.samples ?? SAMPLES)
    const second = translated ? await secondAddress(os, local.address) : undefined
    const none = untold('one-address')
    const [mappingAtFirst, filtering, hairpin, inboundFirst, collision, lifetime] = await Promise.all([
      sites === undefined ? none : testMapping(asker, first.mapped, sites),
      sites === undefined ? none : testFiltering(sockets, sites),
      translated ? testHairpin(sockets, server) : untold('no-nat'),
      !translated ? untold('no-nat') : sites === undefined ? none : testInboundFirst(sockets, sites),
      !translated ? untold('no-nat') : sites === undefined ? none : testCollision(sockets, sites, second),
      translated ? lifetimeOf(sockets, os, request) : untold('no-nat'),
    ])
    const alike = !mappingAtFirst.known || mappingAtFirst.value === 'endpoint-independent'
    const found = {
      translated: told(translated),
      mappingAtFirst,
      filtering,
      inboundFirst: alike ? inboundFirst : untold('not-mapped-alike'),
      collision: alike ? collision : untold('not-mapped-alike'),
    }
    const mapping = downgraded(mappingAtFirst, found)
    return {
      name: nameOf({ ...found, mapping }),
      server,
      other: first.other ?? null,
      local,
      mapped: first.mapped,
      mapping,
      hairpin,
      ports,
      lifetime,
      rewritesPayload: rewritten(first),
      carrierGrade: isCarrierGrade(local.address, first.mapped.address, request.routerAddress),
      ...found,
    }
  } finally {
    await sockets.close()
  }
}

/** Imported when it is asked for. */
async function lifetimeOf(
  sockets: Sockets,
  { clock }: OS,
  { server, lifetimeMs, signal }: NatTypeRequest,
): Promise<NatType['lifetime']> {
  if (lifetimeMs === undefined) return untold('not-asked')
  const { testLifetime } = await import('./lifetime-test.ts')
  return testLifetime(sockets, server, clock, lifetimeMs, signal)
}

/** A mapping that changed when something collided depends on address and port: only towards one of them was it taken. */
function downgraded(
  atFirst: Told<Dependence>,
  { inboundFirst, collision }: Pick<NatType, 'inboundFirst' | 'collision'>,
): Told<Dependence> {
  const changed =
    (inboundFirst.known && inboundFirst.value === 'changes-port') ||
    (collision.known && collision.value.mapping === 'changes-mapping')
  return atFirst.known && atFirst.value === 'endpoint-independent' && changed
    ? told('address-and-port-dependent')
    : atFirst
}

/** MAPPED-ADDRESS is in plain sight; XOR-MAPPED-ADDRESS isn't (RFC 8489 section 14.2). */
const rewritten = ({ plain, mapped }: Answer): Told<boolean> =>
  plain === undefined ? untold('no-answer') : told(!isSameEnd(plain, mapped))

/** RFC 6598 keeps 100.64/10 for carriers; and a router whose outside address isn't ours has a NAT behind it. */
function isCarrierGrade(local: Address, mapped: Address, routerAddress: Address | undefined): Told<boolean> {
  if (local !== mapped && scopeOf(local) === 'shared') return told(true)
  if (routerAddress === undefined) return untold('not-said')
  return told(routerAddress !== mapped)
}

/** Another address of ours on the interface of the first, of the same family and scope. */
async function secondAddress(os: OS, local: Address): Promise<Address | undefined> {
  const all = await os.addresses()
  const own = all.find(({ address }) => address === local)
  return all.find(
    ({ address, interface: device }) =>
      device === own?.interface &&
      address !== local &&
      familyOf(address) === familyOf(local) &&
      scopeOf(address) === scopeOf(local),
  )?.address
}

function unanswered(server: Endpoint, local: Endpoint): NatType {
  const nothing = untold('no-answer')
  return {
    name: 'unknown',
    server,
    other: null,
    local,
    mapped: null,
    translated: nothing,
    mapping: nothing,
    mappingAtFirst: nothing,
    filtering: nothing,
    hairpin: nothing,
    ports: nothing,
    inboundFirst: nothing,
    collision: nothing,
    lifetime: nothing,
    rewritesPayload: nothing,
    carrierGrade: nothing,
  }
}

export type { Collision }
