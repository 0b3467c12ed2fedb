import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { known, unknown } from '../../model/known.ts'
import type { Port } from '../../model/port.ts'
import { answeredFromElsewhere } from './answered-from-elsewhere.ts'
import { frame } from './scripted-host.cases.ts'

const [ASKED, OTHER, US] = ['192.0.2.2', '192.0.2.3', '198.51.100.2'].map(text => parseAddress(text)) as [
  ReturnType<typeof parseAddress>,
  ReturnType<typeof parseAddress>,
  ReturnType<typeof parseAddress>,
]
const [PORT, OURS] = [53 as Port, 40_001 as Port]
const datagram = (way: 'in' | 'out', peer: typeof ASKED, theirs: number, ours: number) => ({
  ...frame(
    way,
    peer,
    '',
    way === 'in'
      ? { sourcePort: theirs, destinationPort: ours }
      : { sourcePort: ours, destinationPort: theirs },
  ),
  protocol: 'udp' as const,
})
const LEFT = datagram('out', ASKED, PORT, OURS)

/** A connected socket takes datagrams of its peer's address and port alone (udp(7), compute_score in net/ipv4/udp.c). */
const ROWS: readonly (readonly [
  name: string,
  frames: readonly ReturnType<typeof datagram>[],
  told: boolean,
])[] = [
  ['nothing came', [LEFT], false],
  ['who was asked answers', [LEFT, datagram('in', ASKED, PORT, OURS)], false],
  ['another address answers', [LEFT, datagram('in', OTHER, PORT, OURS)], true],
  ['another address, from another port', [LEFT, datagram('in', OTHER, 54, OURS)], false],
  ['another conversation', [LEFT, datagram('in', OTHER, PORT, 40_002)], false],
]
for (const [name, frames, told] of ROWS)
  test(name, () => {
    const local = known({ address: US, port: OURS })
    const claim = answeredFromElsewhere(known(frames), { to: { address: ASKED, port: PORT }, local })
    assert.equal(claim?.is, told ? 'proven' : undefined)
    if (told) assert.match(claim!.because, /192\.0\.2\.3:53 came to 198\.51\.100\.2:40001/)
  })

test('without rights nothing is told', () =>
  assert.equal(
    answeredFromElsewhere(unknown('denied'), {
      to: { address: ASKED, port: PORT },
      local: known({ address: US, port: OURS }),
    }),
    undefined,
  ))
