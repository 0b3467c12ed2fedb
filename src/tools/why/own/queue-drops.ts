/**
 * What drops of an interface's queue say of an attempt of which nothing was seen to leave. Pure.
 *
 * A queue counts for everybody. Only one that let nothing out at all has surely dropped ours, and our questions to neighbours with it.
 */
import type { DeviceCounters } from '../../../os/os.ts'
import type { Outcome } from '../outcomes.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export interface QueueMoved {
  readonly device: string
  readonly before: DeviceCounters
  readonly after: DeviceCounters
}

export function queueDrops(
  { device, before, after }: QueueMoved,
  outcome: Pick<Outcome, 'left' | 'ended' | 'by'> | undefined,
): readonly Claim[] {
  if (!before.queueDrops.known || !after.queueDrops.known) return []
  const drops = after.queueDrops.value - before.queueDrops.value
  // What left, or was answered by somebody else, has passed the queue.
  if (drops <= 0 || outcome?.left === true || outcome?.by === 'other' || outcome?.by === 'target') return []
  const passed = after.sent.packets - before.sent.packets
  const nothingLeft = outcome?.left === false || outcome?.ended === 'EHOSTUNREACH'
  const sure = nothingLeft && passed === 0
  const dropped = `the queue of ${device} dropped ${drops} packets during the attempt`
  const because = passed === 0 ? `${dropped}, and let none out` : `${dropped}, and let ${passed} out`
  const egress: Claim = {
    code: 'egress-drop',
    is: sure ? 'proven' : 'possible',
    because,
    where: { host: THIS_HOST, stage: 'egress' },
    words: { device },
    evidence: [{ source: `queue of ${device}`, says: because }],
  }
  if (!sure) return [egress]
  return [
    egress,
    ...(['neighbour-silent', 'gateway-silent', 'host-down'] as const).map(
      (code): Claim => ({
        code,
        is: 'excluded',
        because: `${because}: no question to a neighbour left`,
      }),
    ),
  ]
}
