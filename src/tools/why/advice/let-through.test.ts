/** Which rules have to give way: the one that stopped it, and those of the same host that would stop the answer. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import { addressScalar } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Host } from '../../../model/path/host.ts'
import { type Judged, rulesetFromText } from '../../firewall/firewall.ts'
import type { Barrier } from './accept-rule.ts'
import { letThrough } from './let-through.ts'
import { tooBigHeard } from './too-big-heard.ts'

const scalar = (text: string) => addressScalar(parseAddress(text))
const [CLIENT, SERVER] = ['10.0.1.2', '10.0.2.2']

/** Between both networks. */
const ROUTER: Host = {
  addresses: [
    { family: 'ipv4', address: scalar('10.0.1.1'), prefixLength: 24, device: 'lan' },
    { family: 'ipv4', address: scalar('10.0.2.1'), prefixLength: 24, device: 'wan' },
  ],
  routes: ['lan 10.0.1.0', 'wan 10.0.2.0'].map(words => {
    const [device = '', network = ''] = words.split(' ')
    const destination = scalar(network)
    return { family: 'ipv4', kind: 'unicast', destination, prefixLength: 24, device, metric: 0, table: 254 }
  }),
  forwards: { ipv4: true, ipv6: false },
}

/** As nft lists it with handles in its JSON. */
const judged = (hook: string, policy: string, rules: readonly object[][]): Judged => ({
  host: ROUTER,
  ruleset: rulesetFromText(
    JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6', json_schema_version: 1 } },
        { table: { family: 'inet', name: 'guard', handle: 1 } },
        {
          chain: {
            ...{ family: 'inet', table: 'guard', name: 'at', handle: 1 },
            ...{ type: 'filter', hook, prio: 0, policy },
          },
        },
        ...rules.map((expr, i) => ({
          rule: { family: 'inet', table: 'guard', chain: 'at', handle: 5 + i, expr },
        })),
      ],
    }),
  ).ruleset,
})
const port = (field: string, value: number): object => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field } }, right: value },
})
const established = {
  match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] },
}

const SYN: Packet = {
  family: 'ipv4',
  protocol: 6,
  source: scalar(CLIENT),
  destination: scalar(SERVER),
  sourcePort: 50_000,
  destinationPort: 8080,
  tcpFlags: 2,
}
const FIRST: Barrier = { family: 'inet', table: 'guard', chain: 'at', handle: 5, index: 0 }
const POLICY: Barrier = { family: 'inet', table: 'guard', chain: 'at' }
const THERE = `ip saddr ${CLIENT} ip daddr ${SERVER} tcp dport 8080 accept`
const BACK = `ip saddr ${SERVER} ip daddr ${CLIENT} tcp sport 8080 tcp flags ack accept`

interface Row {
  readonly name: string
  readonly judged: Judged
  readonly barrier?: Barrier
  readonly remedy: string
  readonly commands: readonly string[] | undefined
}

const ROWS: readonly Row[] = [
  {
    name: 'a rule for that port lets the answer through',
    judged: judged('forward', 'accept', [[port('dport', 8080), { drop: null }]]),
    barrier: FIRST,
    remedy: 'Change the rule, or put one before it that accepts it.',
    commands: [`nft insert rule inet guard at handle 5 ${THERE}`],
  },
  {
    name: 'a policy stops both directions',
    judged: judged('forward', 'drop', []),
    barrier: POLICY,
    remedy: 'Add a rule that accepts it, and its answers.',
    commands: [`nft add rule inet guard at ${THERE}`, `nft add rule inet guard at ${BACK}`],
  },
  {
    name: 'a policy with a rule for what is established stops the first packet alone',
    judged: judged('forward', 'drop', [[established, { accept: null }]]),
    barrier: POLICY,
    remedy: 'Add a rule that accepts it.',
    commands: [`nft add rule inet guard at ${THERE}`],
  },
  {
    name: 'another rule stops the answer',
    judged: judged('forward', 'accept', [
      [port('dport', 8080), { drop: null }],
      [port('sport', 8080), { drop: null }],
    ]),
    barrier: FIRST,
    remedy: 'Change the rule, or put one before it that accepts it, and its answers.',
    commands: [
      `nft insert rule inet guard at handle 5 ${THERE}`,
      `nft insert rule inet guard at handle 6 ${BACK}`,
    ],
  },
  {
    name: 'nobody knows which rule it is',
    judged: judged('forward', 'accept', []),
    remedy: 'Change the rules so that they accept it.',
    commands: undefined,
  },
]

for (const { name, judged, barrier, remedy, commands } of ROWS)
  test(name, () => {
    const barred = { packet: SYN, ...(barrier === undefined ? {} : { barrier }) }
    const advice = letThrough(barred, judged, { answer: false, tracked: true })
    assert.equal(advice.remedy, remedy)
    assert.deepEqual(
      advice.commands?.map(argv => argv.join(' ')),
      commands,
    )
  })

test('a router is let say that packets are too large', () => {
  const rules = judged('output', 'accept', [
    [
      { match: { op: '==', left: { payload: { protocol: 'icmp', field: 'type' } }, right: 3 } },
      { drop: null },
    ],
  ])
  assert.deepEqual(tooBigHeard(rules, parseAddress(CLIENT)).commands, [
    [
      ...['nft', 'insert', 'rule', 'inet', 'guard', 'at', 'handle', '5'],
      ...['icmp', 'type', 'destination-unreachable', 'icmp', 'code', 'frag-needed', 'accept'],
    ],
  ])
})

test('where it may, somebody else keeps it back', () => {
  assert.deepEqual(tooBigHeard(judged('output', 'accept', []), parseAddress(CLIENT)), {})
})
