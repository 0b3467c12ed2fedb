import assert from 'node:assert/strict'
import test from 'node:test'
import { plainComment, readPolicy } from './policy.ts'

const read = (value: unknown) => readPolicy(value, 'p.yaml', path => ` at ${path.join('.')}`)

test('a number, a range and a list are ports; families of sources are kept apart', () => {
  const policy = read({
    allow: [{ port: [22, '8000-8999'], protocol: ['tcp', 'udp'], from: ['10.0.0.0/8', '2001:db8::1'] }],
    otherwise: 'reject',
  })
  assert.equal(policy.otherwise, 'reject')
  assert.equal(policy.ping, true)
  assert.deepEqual(
    policy.allow.map(({ protocol, family, from, ports }) => [protocol, family, from, ports]),
    ['tcp', 'udp'].flatMap(protocol => [
      [
        protocol,
        'ipv4',
        ['10.0.0.0/8'],
        [
          [22, 22],
          [8000, 8999],
        ],
      ],
      [
        protocol,
        'ipv6',
        ['2001:db8::1/128'],
        [
          [22, 22],
          [8000, 8999],
        ],
      ],
    ]),
  )
})

const WRONG: readonly (readonly [value: unknown, place: string, why: RegExp])[] = [
  [null, '', /null stands where/],
  [[], '', /stands where/],
  [{}, 'allow', /"allow" is needed/],
  [{ allow: [], deny: [] }, 'deny', /"deny" is not one of allow, ping, otherwise/],
  [{ allow: [], ping: 'yes' }, 'ping', /true or false/],
  [{ allow: [], otherwise: 'accept' }, 'otherwise', /drop or reject, not "accept"/],
  [{ allow: [22] }, 'allow.0', /22 stands where/],
  [{ allow: [{}] }, 'allow.0', /"port" is needed/],
  [{ allow: [{ port: 0 }] }, 'allow.0.port', /0 is not a port/],
  [{ allow: [{ port: 65_536 }] }, 'allow.0.port', /65536 is not a port/],
  [{ allow: [{ port: '9-8' }] }, 'allow.0.port', /"9-8" is not a port/],
  [{ allow: [{ port: 'ssh' }] }, 'allow.0.port', /"ssh" is not a port/],
  [{ allow: [{ port: 1 }, { port: 1, prot: 'udp' }] }, 'allow.1.prot', /"prot" is not one of/],
  [{ allow: [{ port: 1, protocol: 'sctp' }] }, 'allow.0.protocol', /not "sctp"/],
  [{ allow: [{ port: 1, from: '10.0.0.1/8' }] }, 'allow.0.from', /10\.0\.0\.1\/8/],
  [{ allow: [{ port: 1, from: 7 }] }, 'allow.0.from', /7 is not an address/],
  [{ allow: [{ port: 1, from: '10.0.0.0/8', to: '::1' }] }, 'allow.0', /different families/],
  [{ allow: [{ port: 1, interface: 'a b' }] }, 'allow.0.interface', /"a b" is not the name/],
  [{ allow: [{ port: 1, comment: 1 }] }, 'allow.0.comment', /"comment" is a text/],
]
for (const [value, place, why] of WRONG) {
  test(`wrong: ${JSON.stringify(value)}`, () => {
    assert.throws(() => read(value), { code: 'E_POLICY_SYNTAX', message: why })
    assert.throws(() => read(value), { message: new RegExp(`^p\\.yaml at ${place}:`) })
  })
}

test('a comment is one plain line', () => {
  assert.equal(plainComment('say "hi"\n$(rm) `x` \\ ü'), 'say hi (rm) x')
  assert.equal(plainComment('x'.repeat(500)).length, 100)
})
