/** How a way ends without a rule that stops it, and which cause that is: no route, nobody there, somebody else who answers. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Evidence } from '../../../model/finding.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import type { CauseCode, Leg } from '../causes/causes.ts'
import type { Claim } from '../suspects.ts'
import { type Direction, endText, type FarContext, translatedAt } from './far-context.ts'

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
        }),
      ]
    case 'not-forwarding':
      return [
        claim('forwarding-off', 'forward', `${last.host} is to pass it on, and forwarding is off there`, {
          evidence: counted(context, last, 'Ip.InAddrErrors', 'Ip6.InAddrErrors'),
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
      return lost(context, walk, last, direction, claim)
    case 'delivered':
      return direction === 'there' ? there(context, walk, last, to, claim) : back(context, walk, last, claim)
    default:
      return []
  }
}

type Claiming = (code: CauseCode, stage: string, says: string, more?: Partial<Claim>) => Claim

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
  if (direction === 'back')
    return [claim('no-return-route', 'routing', says, { words: { ...words, source: to }, evidence })]
  if (kind === 'blackhole' || kind === 'unreachable' || kind === 'prohibit')
    return [
      claim(`route-${kind}`, 'routing', says, {
        words,
        evidence,
        title: `${last.host} has a route or rule of type ${kind} for ${to}`,
        remedy: `Remove that route or rule at ${last.host}.`,
      }),
    ]
  return [claim('router-no-route', 'routing', says, { words, evidence })]
}

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
  return [
    claim('neighbour-wrong', 'neighbour', says, {
      where: { host: before.host, stage: 'neighbour' },
      ...(before.host === client ? { leg: 'here' } : {}),
      words: { neighbour: did.to, device: did.device },
    }),
  ]
}

/** Nobody that we see has the address it is handed to. What the one before knows of its neighbours decides. */
function lost(
  { neighbours, way }: FarContext,
  walk: Walk,
  last: Hop,
  direction: Direction,
  claim: Claiming,
): readonly Claim[] {
  const did = last.stages.at(-1)?.did
  if (did?.kind !== 'sent' || did.to === undefined) return []
  const found = neighbours
    .get(last.host)
    ?.find(({ interface: device, address }) => device === did.device && address === did.to)
  if (found === undefined || (found.state !== 'failed' && found.state !== 'incomplete'))
    return direction === 'there' ? passedBeyond(way, walk, last) : []
  const says = `${last.host} asked for ${did.to} on ${did.device}, and nobody answered (${found.state})`
  const words = { address: did.to, neighbour: did.to }
  if (direction === 'back') return [claim('neighbour-silent', 'neighbour', says, { words })]
  const { destination, family } = last.packet
  const isLast = destination !== undefined && scalarAddress(destination as number | bigint, family) === did.to
  if (!isLast) return [claim('gateway-silent', 'neighbour', says, { words })]
  if (translatedAt(walk) !== undefined)
    return [
      claim('nat-backend-silent', 'neighbour', says, {
        words: { ...words, address: endText(way.question.packet, 'destination') },
        title: passedOn(
          translatedAt(walk)!,
          way,
          endText(last.packet, 'destination'),
          'which does not answer',
        ),
        remedy: `Start the host behind ${endText(last.packet, 'destination')}, or correct where ${translatedAt(walk)!.host} forwards to.`,
      }),
    ]
  return [claim('host-down', 'neighbour', says, { words })]
}

/** Translated, and passed on to somebody whom nobody sees: what is said of the address that was asked is said of that one. */
function passedBeyond(way: FarContext['way'], walk: Walk, last: Hop): readonly Claim[] {
  const translated = translatedAt(walk)
  if (translated === undefined) return []
  const [asked, to] = [endText(way.question.packet, 'destination'), endText(last.packet, 'destination')]
  const rule = translated.stages.find(({ did }) => did.kind === 'translated')?.rule?.text
  const says = `${translated.host} makes ${asked} ${to}${rule === undefined ? '' : ` (${rule})`}`
  return (
    [
      ['nat-backend-closed', 'where nobody listens', 'Start the service at'],
      ['nat-backend-silent', 'which does not answer', 'Look at'],
    ] as const
  ).map(([code, end, act]) => ({
    code,
    is: 'possible',
    because: says,
    where: { host: scalarAddress(way.question.packet.destination as number | bigint, last.packet.family) },
    title: passedOn(translated, way, to, end),
    remedy: `${act} ${to}, or correct where ${translated.host} forwards to.`,
    evidence: [{ source: `rules of ${translated.host}`, says }],
  }))
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
          words: { address: asked },
          evidence,
          title: passedOn(translated, way, to, 'where nobody listens'),
          remedy: `Start the service at ${to}, or correct where ${translated.host} forwards to.`,
        }),
      ]
    if (last.host === translated.host && !targets.has(last.host))
      return [claim('intercepted', 'dnat', says, { words: { address: asked } })]
    return []
  }
  if (targets.has(last.host) || !isTheirs(rules, targets, last.packet)) return []
  // Not the host that is looked at as the target, but one before it has the address, too.
  const says = `${last.host} has the address ${asked} itself, and takes what is for it`
  return [claim('nearer-box', 'routing', says, { words: { address: asked } })]
}

/** Who translates passes on, whoever has the address that was asked. */
const passedOn = (translated: Hop, way: FarContext['way'], to: string, end: string): string =>
  `${translated.host} passes what is for ${endText(way.question.packet, 'destination')} on to ${to}, ${end}`

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
