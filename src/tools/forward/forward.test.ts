import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { parsePrefix } from '../../model/prefix.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { forward, parseForwardRule, planForward } from './forward.ts'

const DUAL = ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 192.0.2.2/24', 'eth0 2001:db8::2/64', 'eth0 fe80::2/64']
const machine = (addresses: readonly string[] = DUAL) =>
  openMemory({ platform: 'linux', hostname: 'harbour', addresses })

const places: readonly (readonly [rule: string, addresses: readonly string[], listens: string])[] = [
  ['80:db:80', DUAL, '127.0.0.1 ::1'],
  ['80:db:80', ['lo 127.0.0.1/8'], '127.0.0.1'],
  ['localhost:80:db:80', DUAL, '127.0.0.1 ::1'],
  ['*:80:db:80', DUAL, '::'],
  ['*:80:db:80', ['lo 127.0.0.1/8', 'eth0 192.0.2.2/24'], '0.0.0.0'],
  ['0.0.0.0:80:db:80', DUAL, '0.0.0.0'],
  ['[::]:80:db:80', DUAL, '::'],
  ['192.0.2.2:80:db:80', DUAL, '192.0.2.2'],
  // Of datagrams it must be known to which address they came.
  ['*:53/udp:dns:53', DUAL, '127.0.0.1 ::1 192.0.2.2 2001:db8::2'],
  ['0.0.0.0:53/udp:dns:53', DUAL, '127.0.0.1 192.0.2.2'],
  ['[::]:53/udp:dns:53', DUAL, '127.0.0.1 ::1 192.0.2.2 2001:db8::2'],
]
for (const [text, addresses, listens] of places) {
  test(`${text} listens at ${listens} of ${addresses.length} addresses`, async () => {
    const { relay } = await planForward(machine(addresses), [parseForwardRule(text)])
    assert.equal(relay.rules[0]!.listen.map(({ address }) => address).join(' '), listens)
  })
}

const clashes: readonly (readonly [rules: string, why: RegExp])[] = [
  ['80:a:80 80:b:80', /80:a:80 and 80:b:80 both listen on tcp 127\.0\.0\.1:80/],
  ['80:a:80 127.0.0.1:80:b:80', /both listen on tcp 127\.0\.0\.1:80/],
  ['80:localhost:80', /80:localhost:80 would forward to itself/],
  ['*:80:localhost:80', /would forward to itself/],
  ['*:80:192.0.2.2:80', /would forward to itself/],
  ['[::1]:80:[::1]:80', /would forward to itself/],
]
for (const [rules, why] of clashes) {
  test(`${rules} can't be`, async () => {
    await assert.rejects(
      planForward(machine(), rules.split(' ').map(parseForwardRule)),
      error => isFault(error) && error.code === 'E_FORWARD_RULES' && why.test(error.message),
    )
  })
}

for (const rules of [
  '80:a:80 80/udp:a:80',
  '0:a:80 0:b:80',
  '127.0.0.1:80:a:80 [::1]:80:b:80',
  '80:192.0.2.2:80',
  '192.0.2.2:80:localhost:80',
  '80:localhost:81',
]) {
  test(`${rules} can be`, async () => {
    const plan = await planForward(machine(), rules.split(' ').map(parseForwardRule))
    assert.equal(plan.relay.rules.length, rules.split(' ').length)
  })
}

test('no rule at all is refused', async () => {
  await assert.rejects(planForward(machine(), []), { code: 'E_FORWARD_RULES' })
})

test('that others get there is said, unless they are named or can’t', async () => {
  const findings = async (rule: string, allow: readonly string[] = []) => {
    const options = { allow: allow.map(parsePrefix) }
    return (await planForward(machine(), [parseForwardRule(rule)], options)).findings.map(({ code }) => code)
  }
  assert.deepEqual(await findings('*:80:db:80'), ['forward-open'])
  assert.deepEqual(await findings('192.0.2.2:80:db:80'), ['forward-open'])
  assert.deepEqual(await findings('*:80:db:80', ['192.0.2.0/24']), [])
  assert.deepEqual(await findings('80:db:80'), [])
})

for (const [rule, reaches] of [
  ['*:8086:[2001:db8::9]:80', 'reaches [2001:db8::9]:80,'],
  ['[2001:db8::2]:8086:[2001:db8::9]:80', 'reaches [2001:db8::9]:80,'],
  ['*:8086:192.0.2.9:80', 'reaches 192.0.2.9:80,'],
  ['*:8086:db:80', 'reaches db:80,'],
] as const)
  test(`${rule}: whom others reach by it is written as an endpoint`, async () => {
    const { findings } = await planForward(machine(), [parseForwardRule(rule)])
    assert.equal(findings.length, 1)
    assert.ok(findings[0]!.says.includes(reaches), findings[0]!.says)
  })

test('what is not said has its measure', async () => {
  const { relay } = await planForward(machine(), [parseForwardRule('80:db:80')])
  const { rules: _, ...limits } = relay
  assert.deepEqual(limits, {
    allow: [],
    deny: [],
    atMost: 4096,
    bufferBytes: 65_536,
    tcpIdleMs: 0,
    udpIdleMs: 60_000,
    connectTimeoutMs: 10_000,
  })
})

test('a host that can’t pass on says so', async () => {
  assert.equal((await forward(machine(), ['80:db:80'])).kind, 'unsupported')
})
