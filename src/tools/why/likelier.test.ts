/** How far packets came orders what fits a silence, and takes nothing out. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { known } from '../../model/known.ts'
import type { Facts } from './facts.ts'
import { likelier, reachOf } from './likelier.ts'
import type { Outcome } from './outcomes.ts'
import { SILENCE } from './outcomes-silent.ts'
import { rank } from './rank.ts'
import { type Claim, Suspects } from './suspects.ts'

const [TARGET, GATEWAY] = [parseAddress('192.0.2.1'), parseAddress('198.51.100.1')]
const silent = { ended: 'silent' } as Outcome
const routed: Facts = { route: known({ kind: 'unicast', device: 'eth0', gateway: GATEWAY }), outcome: silent }
const linked: Facts = { route: known({ kind: 'unicast', device: 'eth0' }), outcome: silent }

/** As the row of silence raises them. */
function all(): Suspects {
  const suspects = new Suspects()
  const hosts = { here: 'this host', way: 'on the way', target: TARGET, sender: GATEWAY }
  for (const { code, is, at, leg } of SILENCE) {
    const claim: Claim = { code, is, because: 'it is silent', where: { host: hosts[at] } }
    suspects.claim('outcome', { ...claim, ...(leg === undefined ? {} : { leg }) }, TARGET)
  }
  return suspects
}

const ROWS: readonly {
  readonly name: string
  readonly facts: Facts
  readonly first: readonly string[]
  /** What one port alone suffers from comes behind what the whole host does. */
  readonly portLast: boolean
}[] = [
  {
    name: 'not even the first router says that time ran out: it comes first, and what it may do',
    facts: { ...routed, heard: false, hops: [] },
    first: ['forwarding-off on the way', 'filter-drop on the way', 'route-blackhole on the way'],
    portLast: true,
  },
  {
    name: 'the first router does, and nobody behind it is heard: the way back and the whole host',
    facts: { ...routed, heard: false, hops: [GATEWAY] },
    first: ['filter-drop on the way', 'way-drops on the way', 'no-return-route 192.0.2.1'],
    portLast: true,
  },
  {
    name: 'the host answers to something else: its filter and its program',
    facts: { ...routed, heard: true, hops: [GATEWAY] },
    first: [
      'filter-drop 192.0.2.1',
      'filter-drop on the way',
      'way-drops on the way',
      'accept-queue-full 192.0.2.1',
    ],
    portLast: false,
  },
  {
    name: 'the host answers, and packets for this port don’t come to the first router: before it',
    facts: { ...routed, heard: true, hops: [] },
    first: ['filter-drop on the way', 'way-drops on the way', 'filter-drop 192.0.2.1'],
    portLast: false,
  },
  {
    name: 'on the link, and nothing is heard: its filter, which ARP doesn’t meet',
    facts: { ...linked, heard: false },
    first: ['filter-drop 192.0.2.1', 'reverse-path on the way', 'no-return-route 192.0.2.1'],
    portLast: true,
  },
  {
    name: 'nothing was searched: as it was raised',
    facts: routed,
    first: [
      'filter-drop 192.0.2.1',
      'filter-drop on the way',
      'way-drops on the way',
      'accept-queue-full 192.0.2.1',
    ],
    portLast: false,
  },
  {
    name: 'somebody answered after all: nothing is ordered',
    facts: { ...routed, heard: false, hops: [], outcome: { ended: 'ECONNREFUSED' } as Outcome },
    first: ['filter-drop 192.0.2.1', 'filter-drop on the way'],
    portLast: false,
  },
]

for (const { name, facts, first, portLast } of ROWS)
  test(name, () => {
    const { left } = all()
    const told = rank(left, undefined, reachOf(facts)).map(({ code, where: { host } }) => `${code} ${host}`)
    assert.deepEqual(told.slice(0, first.length), first, told.join('\n'))
    assert.deepEqual(told.toSorted(), left.map(({ code, where: { host } }) => `${code} ${host}`).toSorted())
    const [port, host] = ['accept-queue-full', 'host-down'].map(code => told.indexOf(`${code} ${TARGET}`))
    assert.equal(port! > host!, portLast)
  })

test('an own filter that nobody could read stands before all others where packets end before the first router', () => {
  const suspects = all()
  suspects.claim(
    'outcome',
    { code: 'filter-drop', is: 'possible', because: 'untold', where: { host: 'this host', stage: 'output' } },
    TARGET,
  )
  const [first] = suspects.left.toSorted(likelier('here'))
  assert.equal(first!.where.host, 'this host')
})
