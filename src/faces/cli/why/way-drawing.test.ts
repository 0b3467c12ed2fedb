/** Where the way is drawn as broken. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import { known } from '../../../model/known.ts'
import {
  CAUSES,
  type CauseCode,
  type DiagnosedCause,
  type Diagnosis,
  type Leg,
} from '../../../tools/why/why.ts'
import { wayDrawing } from './way-drawing.ts'

const TARGET = parseAddress('192.0.2.7')
const [GATEWAY, FAR] = [parseAddress('198.51.100.1'), parseAddress('198.51.100.9')]

type Followed = NonNullable<Diagnosis['addresses'][number]['facts']['followed']>
interface Seen {
  readonly hops?: readonly (typeof TARGET)[]
  /** Hosts that are seen, the client first. */
  readonly hosts?: readonly string[]
  readonly targets?: readonly string[]
  readonly leaps?: Followed['leaps']
}

const seen = ({ hosts = [], targets = [], leaps = [] }: Seen): Followed =>
  ({ trace: { hops: hosts.map(host => ({ host })) }, targets, leaps }) as unknown as Followed

function drawn(cause: Partial<DiagnosedCause> & { code: CauseCode }, facts: Seen = {}): string {
  const { code, certainty = 'proven', where = { host: TARGET }, leg = CAUSES[code].leg as Leg } = cause
  const about = {
    address: TARGET,
    verdict: 'unreachable',
    suspects: [],
    facts: {
      route: known({ kind: 'unicast', device: 'eth0', gateway: GATEWAY }),
      ...(facts.hops === undefined ? {} : { hops: facts.hops }),
      ...(facts.hosts === undefined ? {} : { followed: seen(facts) }),
    },
  }
  const diagnosis = {
    target: { port: 80, host: TARGET },
    verdict: 'unreachable',
    causes: [{ code, certainty, where, leg }],
    addresses: [about],
  }
  return wayDrawing(diagnosis as unknown as Diagnosis, text => text, 200).join('')
}

const WAY = { host: 'on the way' }
const ROUTED = { hosts: ['this host', 'ro', 'sv'], targets: ['sv'] }

const ROWS: readonly (readonly [name: string, drawing: string, expected: string])[] = [
  [
    'this host itself',
    drawn({ code: 'no-route', where: { host: 'this host' } }),
    'this host ─╳─ eth0 ── 198.51.100.1 ── 192.0.2.7:80',
  ],
  [
    'a gateway that says nothing',
    drawn({ code: 'gateway-silent', where: { host: 'this host', stage: 'neighbour' } }),
    'this host ── eth0 ─╳─ 198.51.100.1 ── 192.0.2.7:80',
  ],
  [
    'somebody behind the last router that was heard',
    drawn({ code: 'way-drops', where: WAY }, { hops: [GATEWAY, FAR] }),
    'this host ── eth0 ── 198.51.100.1 ── 198.51.100.9 ─╳─ 192.0.2.7:80',
  ],
  [
    'no router was heard: the first is drawn all the same',
    drawn({ code: 'forwarding-off', where: WAY, certainty: 'possible' }, { hops: [] }),
    'this host ── eth0 ── 198.51.100.1 ─?─ 192.0.2.7:80',
  ],
  [
    'a router that says no',
    drawn({ code: 'filter-reject', where: { host: GATEWAY }, leg: 'way' }),
    'this host ── eth0 ── 198.51.100.1 ─╳─ 192.0.2.7:80',
  ],
  [
    'the target itself',
    drawn({ code: 'nobody-listens' }),
    'this host ── eth0 ── 198.51.100.1 ── 192.0.2.7:80 ╳',
  ],
  [
    'perhaps the target itself',
    drawn({ code: 'filter-drop', leg: 'far', certainty: 'possible' }),
    'this host ── eth0 ── 198.51.100.1 ── 192.0.2.7:80 ?',
  ],
  [
    'a router that is seen',
    drawn({ code: 'filter-drop', where: { host: 'ro', stage: 'forward' }, leg: 'way' }, ROUTED),
    'this host ── eth0 ── ro ─╳─ 192.0.2.7:80 (sv)',
  ],
  [
    'a router that is seen drops the answer',
    drawn({ code: 'filter-drop', where: { host: 'ro', stage: 'forward' }, leg: 'way-back' }, ROUTED),
    'this host ── eth0 ── ro ─╳─ 192.0.2.7:80 (sv)',
  ],
  [
    'the target that is seen has nothing behind it',
    drawn({ code: 'filter-drop', where: { host: 'sv', stage: 'input' }, leg: 'far' }, ROUTED),
    'this host ── eth0 ── ro ── 192.0.2.7:80 (sv) ╳',
  ],
  [
    'the target is seen, and what is lost is lost before it',
    drawn({ code: 'way-drops', where: WAY }, ROUTED),
    'this host ── eth0 ── ro ─╳─ 192.0.2.7:80 (sv)',
  ],
  [
    'a router that nobody sees stands before the target that is seen',
    drawn(
      { code: 'nobody-listens', where: { host: 'sv' } },
      {
        hosts: ['this host', 'sv'],
        targets: ['sv'],
        leaps: [{ from: 'this host', over: GATEWAY, to: 'sv' }],
      },
    ),
    'this host ── eth0 ── 198.51.100.1 ── 192.0.2.7:80 (sv) ╳',
  ],
  [
    'large packets, of which the connection tells',
    drawn({ code: 'mtu-black-hole' }),
    'this host ── eth0 ── 198.51.100.1 ─╳─ 192.0.2.7:80',
  ],
  [
    'an answer that comes from another address: it is who sends it',
    drawn({ code: 'reply-from-elsewhere' }),
    'this host ── eth0 ── 198.51.100.1 ── 192.0.2.7:80 ╳',
  ],
  [
    'our own filter, which the answer meets',
    drawn({ code: 'filter-drop', where: { host: 'this host', stage: 'input' }, leg: 'here-back' }),
    'this host ─╳─ eth0 ── 198.51.100.1 ── 192.0.2.7:80',
  ],
]

for (const [name, drawing, expected] of ROWS) test(name, () => assert.equal(drawing, expected))
