/**
 * The answer to what a rule of a device or of a bridge rejects: a frame that goes back as the other came, past routing and IP's own
 * chains (nft_reject_netdev_eval, nft_reject_bridge_eval).
 */
import type { RejectAnswer } from '../filter/decision.ts'
import type { Packet } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import { newTraversal, walkHook } from '../filter/walk/walk.ts'
import { answerPacket, withoutOwner } from './answer.ts'
import type { Road } from './road.ts'

/** Whether it gets past what stands on the way out of the device. */
export function linkAnswerGetsOut(road: Road, answer: RejectAnswer, by: 'netdev' | 'bridge'): boolean {
  const { t, host, ruleset, choices, options } = road
  const { inputInterface } = t.surroundings
  const { destination } = t.packet
  // At egress a rule can't reject.
  if (typeof inputInterface !== 'string' || destination === undefined) return false
  const packet = answerPacket(host, answer, t.packet, destination)
  if (packet === undefined) return false
  const back = newTraversal(
    ruleset,
    'output',
    turned(packet, t.packet),
    {
      ...t.surroundings,
      mark: 0,
      inputInterface: null,
      outputInterface: inputInterface,
      facts: withoutOwner(t.surroundings.facts),
    },
    choices,
    options,
  )
  delete (back.surroundings as { conntrack?: unknown }).conntrack
  back.tracked = true
  for (const hook of by === 'bridge' ? BY_BRIDGE : BY_DEVICE) {
    back.hook = hook
    back.layer = hook === 'egress' ? 'ip' : 'bridge'
    const { kind, handedTo } = walkHook(back)
    if (kind !== 'accept') return false
    if (handedTo !== undefined) return true
  }
  return true
}

const BY_BRIDGE = ['output', 'postrouting', 'egress'] as const
const BY_DEVICE = ['egress'] as const

/** Its frame is the other's, turned round. */
function turned(answer: Packet, rejected: Packet): Packet {
  const fields = new Map<string, Scalar>(answer.fields)
  const [to, from] = ['ether saddr', 'ether daddr'].map(key => rejected.fields?.get(key))
  if (to !== undefined) fields.set('ether daddr', to)
  if (from !== undefined) fields.set('ether saddr', from)
  const type = rejected.fields?.get('ether type')
  if (type !== undefined) fields.set('ether type', type)
  return { ...answer, fields }
}
