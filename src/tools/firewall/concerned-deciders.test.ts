import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision } from '../../model/filter/decision.ts'
import type { Decider, DeciderKind } from '../../os/os.ts'
import { concernedDeciders, type DecidedPacket, heedDeciders } from './concerned-deciders.ts'

const TCP = 6
const IN: DecidedPacket = { way: 'in', family: 'ipv4', protocol: TCP }
const OUT: DecidedPacket = { ...IN, way: 'out' }
const THROUGH: DecidedPacket = { ...IN, way: 'through' }
const HERE: DecidedPacket = { ...OUT, local: true }
const of = (kind: DeciderKind, more: Partial<Decider> = {}): Decider => ({
  kind,
  place: 'eth0',
  says: 'as described',
  ...more,
})

/** Where the kernel asks: Documentation/bpf, and the order in `concerned-deciders.ts`. */
const ROWS: readonly [name: string, decider: Decider, meets: string][] = [
  ['XDP', of('xdp', { direction: 'ingress' }), 'in through'],
  ['XDP on loopback', of('xdp', { direction: 'ingress', place: 'lo' }), 'in through here'],
  ['tc of what leaves', of('tc', { direction: 'egress' }), 'out through'],
  ['tcx on loopback', of('tcx', { direction: 'egress', place: 'lo' }), 'out through here'],
  ['netfilter at prerouting', of('netfilter', { hook: 'prerouting' }), 'in through here'],
  ['netfilter at input', of('netfilter', { hook: 'input' }), 'in here'],
  ['netfilter at forward', of('netfilter', { hook: 'forward' }), 'through'],
  ['netfilter at output', of('netfilter', { hook: 'output' }), 'out here'],
  ['netfilter at postrouting', of('netfilter', { hook: 'postrouting' }), 'out through here'],
  ['of the other family', of('netfilter', { hook: 'input', family: 'ipv6' }), ''],
  ['of another transport', of('cgroup', { protocols: ['udp'] }), ''],
  ['of this transport', of('sk-lookup', { direction: 'ingress', protocols: ['tcp', 'udp'] }), 'in here'],
  ['a group’s packets that arrive', of('cgroup', { direction: 'ingress' }), 'in here'],
  ['a group’s packets that leave', of('cgroup', { direction: 'egress' }), 'out here'],
  ['a unit’s list', of('systemd'), 'in out here'],
]
for (const [name, decider, meets] of ROWS) {
  test(`${name} meets packets: ${meets || 'none of these'}`, () => {
    const ways = { in: IN, out: OUT, through: THROUGH, here: HERE }
    const found = Object.entries(ways).filter(([, packet]) => concernedDeciders([decider], packet).length > 0)
    assert.deepEqual(found.map(([way]) => way).sort(), meets.split(' ').filter(Boolean).sort())
  })
}

const decision = (kind: Decision['kind']): Decision => ({
  kind,
  walk: [],
  unknown: [],
  ...(kind === 'reject' ? { rejectWith: { kind: 'tcp reset' } } : {}),
})
const XDP = of('xdp', { direction: 'ingress' })
const GROUP = of('cgroup', { direction: 'ingress' })
const LOOKUP = of('sk-lookup', { direction: 'ingress' })

const VERDICTS: readonly [
  name: string,
  kind: Decision['kind'],
  decider: Decider,
  packet: DecidedPacket,
  outcomes: string,
][] = [
  ['an accept depends', 'accept', XDP, IN, 'depends: accept or drop'],
  ['an accept that it never meets', 'accept', XDP, OUT, 'accept'],
  ['a drop stays one, whatever comes before', 'drop', XDP, IN, 'drop'],
  ['a reject that the packet may never come to', 'reject', XDP, IN, 'depends: reject or drop'],
  ['a reject that comes first', 'reject', GROUP, IN, 'reject'],
  ['without a socket it is refused as a closed port', 'accept', LOOKUP, IN, 'depends: accept or reject'],
  ['what depends already', 'depends', XDP, IN, 'depends'],
  ['what isn’t understood', 'unsupported', XDP, IN, 'unsupported'],
]
for (const [name, kind, decider, packet, outcomes] of VERDICTS) {
  test(`${name}: ${outcomes}`, () => {
    const { kind: found, unknown, rejectWith } = heedDeciders(decision(kind), [decider], packet)
    const ends = unknown.map(({ ifTrue, ifFalse }) => `: ${ifTrue} or ${ifFalse}`).join()
    assert.equal(`${found}${ends}`, outcomes)
    assert.equal(rejectWith !== undefined, found === 'reject')
  })
}
