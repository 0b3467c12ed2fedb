/** What a stage did, in words. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { NeighbourState } from '../../../model/route.ts'
import type { Receiver, Trace, TraceStage } from '../../../tools/trace/trace.ts'

export function stageWords({ stage, did, packet }: TraceStage, { from }: Pick<Trace, 'from'>): string {
  switch (did.kind) {
    case 'untranslated':
      return 'not translated'
    case 'open':
      return 'no chain stands here'
    case 'passed':
      return did.policyOf === undefined ? 'passes' : `passes by policy of ${did.policyOf}`
    case 'dropped':
      return did.policyOf === undefined ? 'dropped' : `dropped by policy of ${did.policyOf}`
    case 'rejected':
      return 'rejected'
    case 'handed-on':
      return 'handed to another device'
    case 'translated':
      return did.stored ? 'translated as its connection is' : 'translated'
    case 'tracked':
      return trackedWords(did.conntrack)
    case 'checked':
      return CHECKED[did.answer](from ?? 'lo')
    case 'routed':
      return routeWords(did.route, packet)
    case 'received':
      return receiverWords(did.receiver)
    case 'sent':
      return sentWords(did)
    case 'mapped':
      return stage === 'dnat' && !did.turns ? 'by its mapping' : mappedWords(did)
    case 'unmapped':
      return `dropped by its NAT: ${UNMAPPED[did.why]}`
  }
}

function mappedWords({ mapping, turns }: Extract<TraceStage['did'], { kind: 'mapped' }>): string {
  const { isNew, externalPort } = mapping
  const how = !isNew
    ? 'mapped as before'
    : externalPort === undefined
      ? 'mapped anew, with a port that chance chooses'
      : 'mapped anew'
  return turns ? `${how}, and back inside` : how
}

const UNMAPPED: Readonly<Record<Extract<TraceStage['did'], { kind: 'unmapped' }>['why'], string>> = {
  protocol: 'it has no ports to translate',
  'no-mapping': 'it belongs to no mapping',
  filtered: 'whoever sends it may not use the mapping',
  hairpin: 'it turns nothing back inside',
  quota: 'its host has as many mappings as it may',
  full: 'no port is left',
}

function trackedWords(conntrack: Extract<TraceStage['did'], { kind: 'tracked' }>['conntrack']): string {
  if (conntrack === undefined) return 'not known'
  const { state, direction } = conntrack
  return direction === 'reply' ? `${state}, an answer` : state
}

const CHECKED: Readonly<
  Record<Extract<TraceStage['did'], { kind: 'checked' }>['answer'], (device: string) => string>
> = {
  passed: () => 'may come from there',
  martian: device => `dropped: no such address can be on ${device}`,
  own: () => 'dropped: it comes from an address of this machine',
  'other-way': device => `dropped: the way back doesn’t lead by ${device} (rp_filter 1)`,
  'no-way': () => 'dropped: no way leads back to its source (rp_filter)',
}

const address = (scalar: Packet['source'], { family }: Packet): string =>
  scalar === undefined ? '?' : scalarAddress(scalar as number | bigint, family)

function routeWords(
  { kind, device, gateway }: Extract<TraceStage['did'], { kind: 'routed' }>['route'],
  packet: Packet,
): string {
  if (kind === 'local') return 'to this machine'
  if (kind === 'none') return 'no route leads there'
  const by = device === undefined ? '' : ` by ${device}`
  const via = gateway === undefined ? '' : `, via ${address(gateway, packet)}`
  return kind === 'unicast' ? `on${by}${via}` : `${kind}${by}${via}`
}

export function receiverWords(receiver: Receiver): string {
  if (receiver.kind === 'host') return 'the system itself'
  if (receiver.kind === 'asker') return 'whoever asked'
  if (receiver.kind === 'nobody') return 'nobody: the sender is told that the port is closed'
  const { socket, oneOf } = receiver
  const { local, owners } = socket
  const at =
    'path' in local
      ? local.path
      : local.address.includes(':')
        ? `[${local.address}]:${local.port}`
        : `${local.address}:${local.port}`
  const who =
    owners === null || owners.length === 0
      ? 'a process that can’t be named'
      : owners.map(({ name, pid }) => `${name ?? '?'} (pid ${pid})`).join(', ')
  return `${who} at ${at}${oneOf > 1 ? `, or another of ${oneOf} that share it` : ''}`
}

const answers = (state: NeighbourState): boolean => state !== 'failed' && state !== 'incomplete'

/** It is sent to somebody who was asked for, and is silent. */
export const isUnanswered = (stage: TraceStage | undefined): boolean =>
  stage?.did.kind === 'sent' && stage.did.neighbour != null && !answers(stage.did.neighbour.state)

function sentWords({ device, to, neighbour, arrives }: Extract<TraceStage['did'], { kind: 'sent' }>): string {
  if (arrives === null) return `to ${to ?? '?'} on ${device}: nobody on that link has the address`
  if (arrives !== undefined) return `to ${to ?? '?'} on ${device}: ${arrives.host}`
  if (to === undefined) return `sent by ${device}`
  if (neighbour === undefined) return `to ${to} on ${device}`
  if (neighbour === null) return `to ${to} on ${device}, whose link address has yet to be asked for`
  const { state, hardware } = neighbour
  if (!answers(state)) return `to ${to} on ${device}, which doesn’t answer (${state})`
  return `to ${to} on ${device}${hardware === undefined ? '' : ` at ${hardware}`} (${state})`
}
