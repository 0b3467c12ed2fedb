/** NATs that are imitated in a few lines, and what has to be found out about each, on a clock that is turned by hand. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import { DEPENDENCES } from '../../../model/nat/behaviour.ts'
import { type MachineDescription, openMemory } from '../../../os/memory/memory.ts'
import { portChoice } from './collision-tests.ts'
import { A1, type Imitation, imitate } from './imitated-nat.cases.ts'
import { meaningOf } from './meaning.ts'
import { NAT_NAMES, type NatType } from './nat-type.ts'
import { type NatTypeRequest, natType } from './type.ts'

const ONE: MachineDescription = { addresses: ['lo 127.0.0.1/8', 'eth0 192.168.1.20/24'] }
const TWO: MachineDescription = { addresses: [...ONE.addresses!, 'eth0 192.168.1.21/24'] }

async function find(
  imitation: Imitation,
  description = ONE,
  request: Partial<NatTypeRequest> = {},
): Promise<{ found: NatType; seconds: number }> {
  const os = openMemory(description)
  os.machine.onDatagram.add(imitate(imitation, () => os.clock.now()))
  let seed = 1
  const random = (): number => {
    seed = (seed * 48_271) % 0x7fffffff
    return seed / 0x7fffffff
  }
  const began = os.clock.monotonic()
  const asking = natType(os, { server: A1, random, ...request })
  let done = false
  const end = (): void => {
    done = true
  }
  asking.then(end, end)
  while (!done) {
    if (os.clock.sleepers > 0) await os.clock.advance(50)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { found: await asking, seconds: (os.clock.monotonic() - began) / 1000 }
}

const value = <T>(told: { known: true; value: T } | { known: false; why: string }): T | string =>
  told.known ? told.value : told.why

for (const mapping of DEPENDENCES)
  for (const filtering of DEPENDENCES)
    test(`mapping ${mapping}, filtering ${filtering}`, async () => {
      const { found, seconds } = await find({ mapping, filtering })
      assert.equal(value(found.mapping), mapping)
      assert.equal(value(found.filtering), filtering)
      const cones = {
        'endpoint-independent': 'full-cone',
        'address-dependent': 'address-restricted',
        'address-and-port-dependent': 'port-restricted',
      }
      assert.equal(found.name, mapping === 'endpoint-independent' ? cones[filtering] : 'symmetric')
      assert.ok(seconds < 6, `it took ${seconds} s`)
    })

const CONE: Imitation = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' }
const ROWS: readonly (readonly [
  name: string,
  imitation: Imitation,
  expected: Readonly<Record<string, unknown>>,
  description?: MachineDescription,
  request?: Partial<NatTypeRequest>,
])[] = [
  [
    'no NAT',
    { mapping: 'endpoint-independent', filtering: 'endpoint-independent', transparent: true },
    { name: 'none', translated: false, hairpin: 'no-nat' },
  ],
  ['a firewall', { ...CONE, transparent: true }, { name: 'firewall', translated: false }],
  ['hairpin, outside source', { ...CONE, hairpin: 'external-source' }, { hairpin: 'external-source' }],
  ['hairpin, inside source', { ...CONE, hairpin: 'internal-source' }, { hairpin: 'internal-source' }],
  ['no hairpin', CONE, { hairpin: 'none' }],
  [
    'what came in first has the port',
    { ...CONE, poisoned: true },
    {
      name: 'linux',
      mappingAtFirst: 'endpoint-independent',
      mapping: 'address-and-port-dependent',
      inboundFirst: 'changes-port',
    },
  ],
  ['inbound first does no harm', CONE, { inboundFirst: 'keeps-port', name: 'port-restricted' }],
  [
    'two machines inside, one port for both',
    { ...CONE, overloads: true },
    {
      name: 'linux',
      mapping: 'address-and-port-dependent',
      collision: { mapping: 'changes-mapping', overloads: true },
    },
    TWO,
  ],
  [
    'two machines inside, a port for each',
    CONE,
    { name: 'port-restricted', collision: { mapping: 'keeps-mapping', overloads: false } },
    TWO,
  ],
  ['one machine inside can’t tell', { ...CONE, overloads: true }, { collision: 'one-source' }],
  [
    'a server with one address',
    { ...CONE, server: 'one-address' },
    {
      name: 'unknown',
      mapping: 'one-address',
      filtering: 'one-address',
      inboundFirst: 'one-address',
      translated: true,
    },
  ],
  [
    'a server that answers from where it was asked',
    { ...CONE, server: 'no-change' },
    { name: 'cone', filtering: 'no-change', mapping: 'endpoint-independent' },
  ],
  ['a gateway that rewrites', { ...CONE, server: 'rewritten' }, { rewritesPayload: true, translated: true }],
  ['nothing rewrites', CONE, { rewritesPayload: false }],
  [
    'an error is no answer',
    { ...CONE, server: 'error' },
    { name: 'unknown', mapped: null, mapping: 'no-answer' },
  ],
  [
    'nobody answers',
    { ...CONE, loses: () => true },
    { name: 'unknown', mapped: null, filtering: 'no-answer' },
  ],
  [
    'a datagram in five is lost',
    { ...CONE, loses: turn => turn % 5 === 0 },
    { name: 'port-restricted', mapping: 'endpoint-independent' },
  ],
  [
    'a NAT behind the router',
    CONE,
    { carrierGrade: true },
    ONE,
    { routerAddress: parseAddress('100.64.0.2') },
  ],
  [
    'the router’s address is the one outside',
    CONE,
    { carrierGrade: false },
    ONE,
    { routerAddress: parseAddress('198.51.100.1') },
  ],
  ['an address of a carrier', CONE, { carrierGrade: true }, { addresses: ['eth0 100.64.0.2/10'] }],
]
for (const [name, imitation, expected, description, request] of ROWS)
  test(name, async () => {
    const { found } = await find(imitation, description, request)
    const told = Object.fromEntries(
      Object.keys(expected).map(key => {
        const fact = found[key as keyof NatType]
        return [
          key,
          typeof fact === 'object' && fact !== null && 'known' in fact ? value(fact as never) : fact,
        ]
      }),
    )
    assert.deepEqual(told, expected)
  })

test('no question is asked of anybody but the server', async () => {
  const os = openMemory(ONE)
  const asked = new Set<string>()
  const nat = imitate(CONE)
  os.machine.onDatagram.add(sent => {
    asked.add(sent.to.address)
    return nat(sent)
  })
  const asking = natType(os, { server: A1 })
  let done = false
  void asking.finally(() => {
    done = true
  })
  while (!done) {
    if (os.clock.sleepers > 0) await os.clock.advance(50)
    await new Promise(resolve => setImmediate(resolve))
  }
  // Its two addresses, and our own outside one, for the hairpin.
  assert.deepEqual([...asked].toSorted(), ['198.51.100.1', '203.0.113.7', '203.0.113.8'])
})

test('an unanswered question takes its time and no more', async () => {
  const { seconds } = await find({ ...CONE, loses: () => true }, ONE, { timeoutMs: 3000 })
  assert.ok(seconds >= 3 && seconds < 3.2, `${seconds} s`)
})

test('where no socket can be had, that is a fault', async () => {
  await assert.rejects(find(CONE, { addresses: ['lo 127.0.0.1/8'] }), { code: 'E_DATAGRAMS' })
})

const CHOICES: readonly (readonly [
  samples: readonly (readonly [number, number])[],
  preservation: string,
  step?: number,
])[] = [
  [
    [
      [1, 1],
      [5, 5],
      [9, 9],
    ],
    'always',
  ],
  [
    [
      [1, 1],
      [5, 6],
      [9, 9],
    ],
    'sometimes',
  ],
  [
    [
      [1, 100],
      [5, 101],
      [9, 102],
    ],
    'never',
    1,
  ],
  [
    [
      [1, 100],
      [5, 98],
      [9, 96],
    ],
    'never',
    -2,
  ],
  [
    [
      [1, 100],
      [5, 101],
      [9, 103],
    ],
    'never',
  ],
  [
    [
      [1, 100],
      [5, 101],
    ],
    'never',
  ],
]
for (const [samples, preservation, step] of CHOICES)
  test(`ports ${samples.map(([local, external]) => `${local}→${external}`).join(' ')}`, () => {
    const choice = portChoice(samples.map(([local, external]) => ({ local, external })))
    assert.deepEqual([choice.preservation, choice.step], [preservation, step])
  })

test('a step is found out', async () => {
  const { found } = await find({ ...CONE, step: 2 })
  assert.ok(found.ports.known)
  assert.equal(found.ports.value.step, 2)
  assert.equal(found.ports.value.samples.length, 5)
})

const LIFETIMES: readonly (readonly [name: string, imitation: Imitation, lifetime: unknown])[] = [
  ['30 s, as of Linux', { ...CONE, lastsMs: 30_000 }, { atLeast: 29, below: 35 }],
  ['two minutes, as RFC 4787 asks', { ...CONE, lastsMs: 120_000 }, { atLeast: 115, below: 125 }],
  ['gone at once', { ...CONE, lastsMs: 900 }, { atLeast: 0, below: 1 }],
  ['longer than anybody looks', CONE, { atLeast: 125 }],
  [
    'a server that answers to the port that asked',
    { ...CONE, server: 'no-response-port' },
    'no-response-port',
  ],
]
for (const [name, imitation, lifetime] of LIFETIMES)
  test(`a mapping lasts: ${name}`, async () => {
    const { found, seconds } = await find(imitation, ONE, { lifetimeMs: 130_000 })
    assert.deepEqual(value(found.lifetime), lifetime)
    assert.ok(seconds < 136, `it took ${seconds} s`)
  })

test('how long a mapping lasts is not looked at unasked', async () => {
  const { found } = await find(CONE)
  assert.equal(value(found.lifetime), 'not-asked')
})

test('every name has a meaning', () => {
  for (const name of NAT_NAMES)
    for (const sentence of Object.values(meaningOf(name))) assert.match(sentence, /^[A-Z].*\.$/)
})
