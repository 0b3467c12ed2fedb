import assert from 'node:assert/strict'
import test from 'node:test'
import { isSshTarget, parseSshTarget, type SshTarget, sshLogin } from './ssh-target.ts'

const READ: readonly (readonly [text: string, target: SshTarget, login: string])[] = [
  ['ssh://web', { url: 'ssh://web', host: 'web' }, 'web'],
  ['ssh://web/', { url: 'ssh://web', host: 'web' }, 'web'],
  ['SSH://Web', { url: 'ssh://Web', host: 'Web' }, 'Web'],
  [
    'ssh://ops@web:2222',
    { url: 'ssh://ops@web:2222', user: 'ops', host: 'web', port: 2222 },
    '-p 2222 ops@web',
  ],
  ['ssh://192.0.2.7', { url: 'ssh://192.0.2.7', host: '192.0.2.7' }, '192.0.2.7'],
  [
    'ssh://[2001:db8::7]:22',
    { url: 'ssh://[2001:db8::7]:22', host: '2001:db8::7', port: 22 },
    '-p 22 2001:db8::7',
  ],
  ['ssh://[fe80::1%eth0]', { url: 'ssh://[fe80::1%eth0]', host: 'fe80::1%eth0' }, 'fe80::1%eth0'],
  ['ssh://DOM\\ana@web', { url: 'ssh://DOM\\ana@web', user: 'DOM\\ana', host: 'web' }, 'DOM\\ana@web'],
  [
    'ssh://svc-x@my_alias',
    { url: 'ssh://svc-x@my_alias', user: 'svc-x', host: 'my_alias' },
    'svc-x@my_alias',
  ],
]
for (const [text, target, login] of READ)
  test(`${text} is a host to log in to`, () => {
    const read = parseSshTarget(text)
    assert.deepEqual(read, target)
    assert.equal(sshLogin(read), login)
    assert.deepEqual(parseSshTarget(read.url), target)
  })

const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  ['web', /begin with ssh:/],
  ['ssh:web', /begin with ssh:/],
  ['ssh://', /no host/],
  ['ssh://ops@', /no host/],
  ['ssh://@web', /no user/],
  ['ssh://ops:secret@web', /password/],
  ['ssh://web:0', /port 0/],
  ['ssh://web:', /not a port/],
  ['ssh://web:70000', /not a port/],
  ['ssh://web:ssh', /not a port/],
  ['ssh://web/etc', /path/],
  ['ssh://web:22/etc', /path/],
  ['ssh://-oProxyCommand=reboot', /no name of a host/],
  ['ssh://-web', /hyphen/],
  ['ssh://-l@web', /no name of a user/],
  ['ssh://[web]', /IPv6/],
  ['ssh://2001:db8::7', /no place|not a port/],
  ['ssh://a b', /no name of a host/],
  ['ssh://web\n', /no name of a host/],
  ['ssh://a@b@c', /taken apart|no place|no name/],
]
for (const [text, why] of REFUSED)
  test(`${JSON.stringify(text)} is none`, () => {
    assert.throws(
      () => parseSshTarget(text),
      (error: Error & { code?: string }) => {
        assert.match(String(error.code), /^E_REMOTE_TARGET$|^E_PORT_SYNTAX$/)
        assert.match(error.message, why)
        return true
      },
    )
  })

test('what begins with ssh: wants to be one', () => {
  assert.deepEqual(['ssh://x', 'SSH:x', 'sshd', 'web'].map(isSshTarget), [true, true, false, false])
})
