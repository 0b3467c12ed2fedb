/**
 * The answer to what a rule of a device or of a bridge rejects: a frame that goes back as the other came, past routing and IP's own
 * chains (nft_reject_netdev_eval, nft_reject_bridge_eval). A TCP reset for what a bridge lent goes so, too (nf_send_reset).
 */
import type { RejectAnswer } from '../filter/decision.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import { answerPacket, withoutOwner } from './answer.ts'
import { outByBridge } from './bridge-way.ts'
import { Road } from './road.ts'

/** Whether it gets past what stands on the way out of the device. */
export function linkAnswerGetsOut(
  road: Road,
  answer: RejectAnswer,
  by: 'netdev' | 'bridge',
  device: string | null | undefined = road.t.surroundings.inputInterface,
): boolean {
  const { t, host, ruleset, choices, options } = road
  const { destination } = t.packet
  // At egress a rule can't reject.
  if (typeof device !== 'string' || destination === undefined) return false
  const packet = answerPacket(host, answer, t.packet, destination === undefined ? {} : { by: destination })
  if (packet === undefined) return false
  const back = new Road(
    ruleset,
    host,
    turned(packet, t.packet),
    {
      ...withoutConnection(t.surroundings),
      mark: 0,
      inputInterface: null,
      outputInterface: device,
      facts: withoutOwner(t.surroundings.facts),
    },
    choices,
    options,
    undefined,
    { setChanges: t.setChanges, marked: false },
  )
  back.t.tracked = true
  if (by === 'bridge') {
    back.t.layer = 'bridge'
    if (!back.pass('output') || !back.pass('postrouting')) return false
    back.t.layer = 'ip'
  }
  if (!back.pass('egress')) return back.stopped() === 'sent'
  const bridge = host.bridges?.get(device)
  const to = back.t.packet.fields?.get('ether daddr')
  return bridge === undefined || outByBridge(back, device, bridge, typeof to === 'number' ? to : undefined)
}

const withoutConnection = ({ conntrack: _, ...rest }: Surroundings): Surroundings => rest

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
