import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, parseAddress } from '../../model/address.ts'
import { nextSteps, type StepFacts } from './next-steps.ts'

type Listener = NonNullable<StepFacts['listener']>

const at = (address: string, rest: Partial<Listener> = {}): Listener => ({
  protocol: 'tcp',
  address: parseAddress(address),
  programs: [],
  ...rest,
})

/** The service's own tool: the first step where nothing is hidden. */
const TOOLS: readonly [port: number, listener: Listener, line: string][] = [
  [5432, at('0.0.0.0'), 'pg_isready -h 127.0.0.1 -p 5432'],
  [5432, at('::'), 'pg_isready -h ::1 -p 5432'],
  [5433, at('10.0.0.5', { programs: ['postgres'] }), 'pg_isready -h 10.0.0.5 -p 5433'],
  [6379, at('127.0.0.1'), 'redis-cli -h 127.0.0.1 -p 6379 ping'],
  [7000, at('127.0.0.1', { programs: ['redis-server'] }), 'redis-cli -h 127.0.0.1 -p 7000 ping'],
  [3306, at('127.0.0.1'), 'mysqladmin -h 127.0.0.1 -P 3306 ping'],
  [27017, at('127.0.0.1'), "mongosh --host 127.0.0.1 --port 27017 --eval 'db.hello()'"],
  [9200, at('::1'), "curl -sS 'http://[::1]:9200/_cluster/health'"],
  [2379, at('127.0.0.1'), 'etcdctl --endpoints=http://127.0.0.1:2379 endpoint health'],
  [5672, at('127.0.0.1'), 'rabbitmq-diagnostics listeners'],
  [11211, at('127.0.0.1'), 'memcstat --servers=127.0.0.1:11211'],
  [1883, at('127.0.0.1'), "mosquitto_sub -h 127.0.0.1 -p 1883 -t '$SYS/broker/version' -C 1 -W 5"],
  [22, at('0.0.0.0'), 'ssh -v -p 22 127.0.0.1'],
  [25, at('0.0.0.0'), 'openssl s_client -connect 127.0.0.1:25 -starttls smtp'],
  [587, at('0.0.0.0'), 'openssl s_client -connect 127.0.0.1:587 -starttls smtp'],
  [443, at('0.0.0.0'), 'openssl s_client -connect 127.0.0.1:443 -servername localhost'],
  [443, at('::', { programs: ['nginx'] }), "openssl s_client -connect '[::1]:443' -servername localhost"],
  [443, at('203.0.113.7'), 'openssl s_client -connect 203.0.113.7:443'],
  [
    443,
    at('203.0.113.7', { serverName: 'example.org' }),
    'openssl s_client -connect 203.0.113.7:443 -servername example.org',
  ],
  [80, at('0.0.0.0'), 'curl -I http://127.0.0.1:80/'],
  [3000, at('::ffff:127.0.0.1'), 'curl -I http://127.0.0.1:3000/'],
  [3999, at('::', { programs: ['server.js'] }), "curl -I 'http://[::1]:3999/'"],
  [3999, at('fe80::1%eth0', { programs: ['node'] }), "curl -I 'http://[fe80::1%25eth0]:3999/'"],
  [5432, at('127.0.0.1', { programs: ['node'] }), 'pg_isready -h 127.0.0.1 -p 5432'],
  [53, at('127.0.0.53', { protocol: 'udp' }), 'dig @127.0.0.53 -p 53 localhost'],
  [53, at('127.0.0.53'), 'dig @127.0.0.53 -p 53 localhost +tcp'],
]

for (const [port, listener, line] of TOOLS) {
  test(`${listener.protocol} ${listener.address} ${port} ${listener.programs.join()}: ${line}`, () => {
    assert.equal(nextSteps({ port, listener, ownersHidden: false, again: [] })[0]!.line, line)
  })
}

const ID = 'a'.repeat(64)
const STEPS: readonly [name: string, facts: Partial<StepFacts>, lines: readonly string[]][] = [
  ['nobody listens', { listener: null }, ['ports watch sport = :3999 --until open']],
  ['no tool known', {}, ['ports stop 3999', 'ports watch sport = :3999']],
  [
    'no tool for datagrams',
    { listener: at('0.0.0.0', { protocol: 'udp', programs: ['node'] }) },
    ['ports stop udp/3999', 'ports watch sport = :3999'],
  ],
  [
    'owners hidden',
    { ownersHidden: true },
    ["sudo '/opt/my node/bin/node' ports 3999", 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'a unit',
    { listener: at('::1', { unit: 'shop.service' }) },
    ['systemctl status shop.service', 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'a unit that looks like a flag',
    { listener: at('::1', { unit: '-x.service' }) },
    ['systemctl status -- -x.service', 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'a unit with odd characters',
    { listener: at('::1', { unit: 'a\\x2db;c.service' }) },
    ["systemctl status 'a\\x2db;c.service'", 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'a listener in another namespace',
    { listener: at('0.0.0.0', { programs: ['node'], elsewhere: true }), within: ['--netns', 'blue'] },
    ['ports watch sport = :3999 --netns blue'],
  ],
  [
    'nobody in another namespace',
    { listener: null, within: ['--netns', 'blue'] },
    ['ports watch sport = :3999 --until open --netns blue'],
  ],
  [
    'a session',
    { listener: at('::1', { unit: 'session-2.scope' }) },
    ['ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'the user manager',
    { listener: at('::1', { unit: 'user@1000.service' }) },
    ['ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'docker',
    { listener: at('::1', { container: { runtime: 'docker', id: ID } }) },
    ['docker logs --tail 50 aaaaaaaaaaaa', 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'lxc',
    { listener: at('::1', { container: { runtime: 'lxc', id: 'web' } }) },
    ['lxc-info -n web', 'ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'a runtime that nobody knows',
    { listener: at('::1', { container: { runtime: 'constructor', id: 'x' } }) },
    ['ports stop 3999', 'ports watch sport = :3999'],
  ],
  [
    'all at once: five',
    {
      ownersHidden: true,
      listener: at('::1', {
        programs: ['node'],
        unit: 'a.service',
        container: { runtime: 'podman', id: 'web' },
      }),
    },
    [
      "sudo '/opt/my node/bin/node' ports 3999",
      "curl -I 'http://[::1]:3999/'",
      'podman logs --tail 50 web',
      'systemctl status a.service',
      'ports stop 3999',
    ],
  ],
]

for (const [name, facts, lines] of STEPS) {
  test(name, () => {
    const steps = nextSteps({
      port: 3999,
      listener: at('0.0.0.0'),
      ownersHidden: false,
      again: ['/opt/my node/bin/node', 'ports', '3999'],
      ...facts,
    })
    assert.deepEqual(
      steps.map(({ line }) => line),
      lines,
    )
    for (const { why } of steps) assert.match(why, /^[a-zA-Z]+ .*[^.]$/)
  })
}

test('law: whatever a system calls its units and containers, at most five lines without control characters come out', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, text, fc.nat({ max: 65535 }), (unit, id, program, port) => {
      const listener = at('::1' as Address, {
        unit: `${unit}.service`,
        container: { runtime: 'docker', id },
        programs: [program],
      })
      const steps = nextSteps({ port, listener, ownersHidden: true, again: ['ports'] })
      assert.ok(steps.length >= 2 && steps.length <= 5)
      for (const { line } of steps) assert.doesNotMatch(line, /\p{Cc}/u)
    }),
  )
})
