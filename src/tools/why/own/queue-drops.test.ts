/** A queue that drops is the cause only where it lets nothing out. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { known, unknown } from '../../../model/known.ts'
import type { DeviceCounters } from '../../../os/os.ts'
import type { Outcome } from '../outcomes.ts'
import { queueDrops } from './queue-drops.ts'

const counted = (packets: number, drops: number | undefined): DeviceCounters => ({
  received: { packets: 0, errors: 0, drops: 0 },
  sent: { packets, errors: 0, drops: 0, carrier: 0 },
  queueDrops: drops === undefined ? unknown('denied') : known(drops),
})

type Ended = Pick<Outcome, 'left' | 'ended' | 'by'>
const unresolved: Ended = { ended: 'EHOSTUNREACH', left: false, by: 'this-host' }

const ROWS: readonly (readonly [
  name: string,
  after: readonly [sent: number, drops: number | undefined],
  outcome: Ended,
  told: readonly string[],
])[] = [
  [
    'it let nothing out: our questions were among what it dropped',
    [100, 8],
    unresolved,
    ['egress-drop proven', 'neighbour-silent excluded', 'gateway-silent excluded', 'host-down excluded'],
  ],
  [
    'it let others out: a busy queue drops what isn’t ours, and the host may be down',
    [130, 8],
    unresolved,
    ['egress-drop possible'],
  ],
  [
    'silence, and nothing left',
    [100, 8],
    { ended: 'silent', left: false, by: null },
    ['egress-drop proven', 'neighbour-silent excluded', 'gateway-silent excluded', 'host-down excluded'],
  ],
  [
    'silence, and nobody sees frames',
    [103, 8],
    { ended: 'silent', left: null, by: null },
    ['egress-drop possible'],
  ],
  ['ours has left', [100, 8], { ended: 'silent', left: true, by: null }, []],
  ['a router answered', [100, 8], { ended: 'EHOSTUNREACH', left: null, by: 'other' }, []],
  ['it dropped nothing', [100, 5], unresolved, []],
  ['nobody tells', [100, undefined], unresolved, []],
]

for (const [name, [sent, drops], outcome, told] of ROWS)
  test(name, () => {
    const moved = {
      device: 'eth0',
      before: counted(100, drops === undefined ? drops : 5),
      after: counted(sent, drops),
    }
    assert.deepEqual(
      queueDrops(moved, outcome).map(({ code, is }) => `${code} ${is}`),
      told,
    )
  })
