/** How a way ends without a rule that stops it, and which cause that is: no route, nobody there, somebody else who answers. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Evidence } from '../../../model/finding.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import { giveWay, type Ways } from '../advice/give-way.ts'
import { deviceTunable } from '../advice/tunable-command.ts'
import type { CauseCode, Leg } from '../causes/causes.ts'
import type { Claim } from '../suspects.ts'
import { type Direction, endText, type FarContext, translatedAt } from './far-context.ts'
import { lostOnLink } from './lost-on-link.ts'
import { passedOn } from './passed-on.ts'

export function wayEnds(
  context: FarContext,
  walk: Walk,
  last: Hop,
  direction: Direction,
  leg: Leg,
): readonly Claim[] {
  const claim = (code: CauseCode, stage: string, says: string, more: Partial<Claim> = {}): Claim => ({
    code,
    is: 'proven',
    because: says,
    leg,
    where: { host: last.host, stage },
    ...more,
    words: { by: last.host, host: last.host, ...ends(last), ...more.words },
    evidence: [{ source: `${SOURCES[stage] ?? 'state'} of ${last.host}`, says }, ...(more.evidence ?? [])],
  })
  const to = endText(last.packet, 'destination')
  switch (walk.end) {
    case 'reverse-path':
      return [
        claim('reverse-path', 'reverse-path', reversePathSays(last), {
          evidence: counted(context, last, 'TcpExt.IPReversePathFilter'),
          words: loosened(last),
        }),
      ]
    case 'not-forwarding':
      if (hasItself(context, last)) return unused(last, to, claim)
      return [
        claim('forwarding-off', 'forward', `${last.host} is to pass it on, and forwarding is off there`, {
          evidence: counted(context, last, 'Ip.InAddrErrors', 'Ip6.InAddrErrors'),
          words: forwardingOf(context, last),
        }),
      ]
    case 'expired':
      return [
        claim('hop-limit', 'forward', 'no hops are left for it there: the route goes round in a circle'),
      ]
    case 'no-route':
      return noRoute(last, direction, claim, context)
    case 'not-addressed':
      return notAddressed(context, walk, last, claim)
    case 'lost':
      return lostOnLink(context, walk, last, direction, claim)
    case 'delivered':
      return direction === 'there' ? there(context, walk, last, to, claim) : back(context, walk, last, claim)
    default:
      return []
  }
}

/** It is among its addresses, and no route says that it is its own. */
const hasItself = ({ rules }: FarContext, { host, packet }: Hop): boolean =>
  rules
    .get(host)
    ?.judged.host?.addresses.some(
      one => one.address === packet.destination && one.family === packet.family,
    ) === true

function unused({ host }: Hop, to: string, claim: Claiming): readonly Claim[] {
  const says = `${host} has the address of ${to} and takes nothing for it: duplicate address detection has failed, or is not over (RFC 4862 section 5.4)`
  return [
    claim('address-conflict', 'routing', says, {
      is: 'likely',
      title: `${host} has the address of ${to} and does not use it`,
      remedy: `At ${host}: see whether "ip address" calls it tentative or dadfailed; find who else has it, or add it again.`,
    }),
  ]
}

export type Claiming = (code: CauseCode, stage: string, says: string, more?: Partial<Claim>) => Claim

const SOURCES: Readonly<Record<string, string>> = {
  routing: 'routes',
  forward: 'settings',
  'reverse-path': 'rp_filter and routes',
  neighbour: 'neighbours',
  socket: 'sockets',
  dnat: 'rules',
}

const ends = ({ packet }: Hop): Readonly<Record<string, string>> => ({
  address: endText(packet, 'destination'),
  source: sourceOf(packet),
})

const sourceOf = ({ source, family }: Hop['packet']): string =>
  source === undefined ? 'the client' : scalarAddress(source as number | bigint, family)

function counted({ moved }: FarContext, { host }: Hop, ...names: readonly string[]): readonly Evidence[] {
  const rose = moved.get(host)?.rose
  return names.flatMap(name => {
    const by = rose?.get(name)
    return by === undefined
      ? []
      : [{ source: `counters of ${host}`, says: `${name} rose by ${by} during the attempt` }]
  })
}

/** The larger of the device's and of `all` counts (fib_validate_source): a loose device is loose, whatever all are. */
function loosened({ from, stages, packet }: Hop): Readonly<Record<string, string>> {
  const did = stages.findLast(one => one.did.kind === 'checked')?.did
  const isStrict = did?.kind === 'checked' && did.mode === 1 && from !== null
  return isStrict ? { setting: deviceTunable(packet.family, from, 'rp_filter') } : {}
}

/** Of all devices; or, where all may, of the one that it came in by. */
function forwardingOf({ rules }: FarContext, { host, from, packet }: Hop): Readonly<Record<string, string>> {
  const all = rules.get(host)?.judged.host?.forwards[packet.family]
  if (all === true && from !== null) return { setting: deviceTunable(packet.family, from, 'forwarding') }
  return { setting: packet.family === 'ipv4' ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding' }
}

function reversePathSays({ host, from, stages }: Hop): string {
  const did = stages.findLast(one => one.did.kind === 'checked')?.did
  const strict = did?.kind === 'checked' && did.mode === 1 ? 'strict' : 'loose'
  return `${host} has rp_filter set (${strict}), and its way back to the sender is not by ${from ?? 'that device'}`
}

function noRoute(last: Hop, direction: Direction, claim: Claiming, context: FarContext): readonly Claim[] {
  const routed = last.stages.findLast(({ did }) => did.kind === 'routed')?.did
  const kind = routed?.kind === 'routed' ? routed.route.kind : 'none'
  const to = scalarAddress((last.packet.destination ?? 0) as number | bigint, last.packet.family)
  const says =
    kind === 'none'
      ? `${last.host} has no route to ${to}`
      : `${last.host} has a route of type ${kind} for ${to}`
  const words = { address: to, by: last.host }
  const evidence = counted(
    context,
    last,
    'Ip.OutNoRoutes',
    'IpExt.InNoRoutes',
    'Ip6.OutNoRoutes',
    'Ip6.InNoRoutes',
  )
  const advised = giveWay(waysAt(context, last.host), to)
  if (direction === 'back')
    return [
      claim('no-return-route', 'routing', says, { words: { ...words, source: to }, evidence, ...advised }),
    ]
  if (kind === 'blackhole' || kind === 'unreachable' || kind === 'prohibit')
    return [
      claim(`route-${kind}`, 'routing', says, {
        words,
        evidence,
        title: `${last.host} has a route or rule of type ${kind} for ${to}`,
        ...advised,
      }),
    ]
  return [claim('router-no-route', 'routing', says, { words, evidence, ...advised })]
}

const waysAt = ({ rules, tables }: FarContext, host: string): Ways => ({
  tables: tables.get(host),
  host: rules.get(host)?.judged.host,
  others: [...rules].flatMap(([label, { judged }]) =>
    label === host || judged.host === undefined ? [] : [judged.host],
  ),
})

/** The frame came with somebody else's hardware address: who sent it knows a wrong one. */
function notAddressed(
  { neighbours, client }: FarContext,
  { hops }: Walk,
  last: Hop,
  claim: Claiming,
): readonly Claim[] {
  const before = hops.at(-2)
  const did = before?.stages.at(-1)?.did
  if (before === undefined || did?.kind !== 'sent' || did.to === undefined) return []
  const entry = neighbours
    .get(before.host)
    ?.find(({ interface: device, address }) => device === did.device && address === did.to)
  const says = `${before.host} sends what is for ${did.to} to ${entry?.hardware ?? 'a hardware address'}${
    entry?.state === 'permanent' ? ' (permanent)' : ''
  }, which ${last.host} does not have`
  // What nobody has fixed was answered by whoever has that hardware address.
  const isAnswered = entry !== undefined && entry.state !== 'permanent' && entry.hardware !== undefined
  return [
    claim(isAnswered ? 'address-conflict' : 'neighbour-wrong', 'neighbour', says, {
      where: { host: before.host, stage: 'neighbour' },
      ...(before.host === client ? { leg: 'here' } : {}),
      words: {
        neighbour: did.to,
        device: did.device,
        host: before.host,
        ...(isAnswered ? { hardware: ` (${entry.hardware})` } : {}),
      },
    }),
  ]
}

/** It is delivered: to a socket, and then the answer is looked at; or where nobody waits, or nobody should. */
function there(
  { way, targets, rules }: FarContext,
  walk: Walk,
  last: Hop,
  to: string,
  claim: Claiming,
): readonly Claim[] {
  const asked = endText(way.question.packet, 'destination')
  const translated = translatedAt(walk)
  const nobody = last.receiver?.kind === 'nobody'
  if (translated !== undefined) {
    const rule = translated.stages.find(({ did }) => did.kind === 'translated')?.rule?.text
    const says = `${translated.host} makes ${asked} ${to}${rule === undefined ? '' : ` (${rule})`}`
    const evidence = [{ source: `rules of ${translated.host}`, says }]
    if (nobody)
      return [
        claim('nat-backend-closed', 'socket', `nobody listens on ${to} at ${last.host}`, {
          words: { address: asked, backend: to },
          evidence,
          ...passedOn(translated, way, to, 'closed'),
        }),
      ]
    if (last.host === translated.host && !targets.has(last.host))
      return [claim('intercepted', 'dnat', says, { words: { address: asked } })]
    return []
  }
  if (targets.has(last.host) || !isTheirs(rules, targets, last.packet)) return []
  // Not the host that is looked at as the target, but one before it has the address, too.
  const says = `${last.host} has the address ${asked} itself, and takes what is for it`
  return [claim('nearer-box', 'routing', says, { words: { address: asked }, ...withoutAddress(rules, last) })]
}

function withoutAddress(rules: FarContext['rules'], { host, packet }: Hop): Partial<Claim> {
  const { destination, family } = packet
  const own = rules
    .get(host)
    ?.judged.host?.addresses.find(one => one.family === family && one.address === destination)
  if (own === undefined) return {}
  const address = `${scalarAddress(own.address as number | bigint, family)}/${own.prefixLength}`
  return {
    remedy: `Take the address from one of the two: ${host} is nearer, and gets what is meant for the other.`,
    commands: [['ip', 'address', 'del', address, 'dev', own.device]],
  }
}

/** The answer came to our host, from the end that was asked or from another one. */
function back({ way, client }: FarContext, walk: Walk, last: Hop, claim: Claiming): readonly Claim[] {
  const { reply } = way.trace
  if (reply == null || reply.fits || last.host !== client) return []
  const other = endText(last.packet, 'source')
  const asked = endText(way.question.packet, 'destination')
  if (other === asked) return []
  const says = `the answer gets here from ${other} instead of ${asked}: ${walk.hops.map(({ host }) => host).join(', ')}`
  return [claim('reply-from-elsewhere', 'socket', says, { words: { other, address: asked } })]
}

/** A host that is looked at as the target has the address: who else has it stands before it. */
const isTheirs = (
  rules: FarContext['rules'],
  targets: FarContext['targets'],
  { destination, family }: Packet,
): boolean =>
  [...targets].some(label =>
    rules
      .get(label)
      ?.judged.host?.addresses.some(one => one.address === destination && one.family === family),
  )
