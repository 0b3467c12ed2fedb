/** What ssh is told, and what its end comes to: words as OpenSSH 9 writes them (ssh.c, sshconnect.c, sshconnect2.c, readconf.c). */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { FaultCode } from '../../model/faults.ts'
import { parseSshTarget } from '../../model/ssh-target.ts'
import { explainSsh, sshCommand } from './ssh.ts'
import { quoted, startScript } from './start-script.ts'
import { openSubprocess } from './subprocess-link.ts'

const OPTIONS = { connectSeconds: 10, interactive: false, more: [] }

test('ssh is never asked for a terminal or a password, forwards nothing, and gets the host after its options', () => {
  const words = sshCommand(parseSshTarget('ssh://ops@web:2222'), { ...OPTIONS, more: ['-F', 'x'] })
  assert.equal(words[0], 'ssh')
  assert.deepEqual(words.slice(-2), ['web', 'sh'])
  const line = words.join(' ')
  for (const part of [
    '-o BatchMode=yes',
    '-o ConnectTimeout=10',
    '-F x',
    '-T -a -x',
    '-l ops -p 2222 -- web',
  ])
    assert.ok(line.includes(part), `${part} in ${line}`)
})

test('where somebody sits at a terminal, ssh may ask', () => {
  const words = sshCommand(parseSshTarget('ssh://web'), { ...OPTIONS, interactive: true })
  assert.ok(words.includes('BatchMode=no'))
  assert.ok(!words.includes('-l') && !words.includes('-p'))
})

const ENDS: readonly (readonly [said: string, status: number | string, code: FaultCode, why: RegExp])[] = [
  [
    'ssh: connect to host web port 22: Connection refused',
    255,
    'E_REMOTE_UNREACHABLE',
    /: Connection refused$/,
  ],
  ['ssh: connect to host web port 22: No route to host', 255, 'E_REMOTE_UNREACHABLE', /No route/],
  [
    'ssh: connect to host web port 22: Connection timed out',
    255,
    'E_REMOTE_UNREACHABLE',
    /nothing came back/,
  ],
  [
    'ssh: Could not resolve hostname web: Name or service not known',
    255,
    'E_REMOTE_UNREACHABLE',
    /name is not known/,
  ],
  [
    'kex_exchange_identification: read: Connection reset by peer',
    255,
    'E_REMOTE_UNREACHABLE',
    /Connection reset/,
  ],
  ['ops@web: Permission denied (publickey,password).', 255, 'E_REMOTE_DENIED', /publickey,password/],
  ['Received disconnect: Too many authentication failures', 255, 'E_REMOTE_DENIED', /Too many/],
  [
    'No ED25519 host key is known for web and you have requested strict checking.\nHost key verification failed.',
    255,
    'E_REMOTE_HOST_KEY',
    /not known here/,
  ],
  [
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
    255,
    'E_REMOTE_HOST_KEY',
    /another than/,
  ],
  ['Bad configuration option: nonsense', 255, 'E_REMOTE_UNREACHABLE', /nonsense/],
  ['', 255, 'E_REMOTE_UNREACHABLE', /does not say why/],
  ['This account is currently not available.', 1, 'E_REMOTE_AGENT', /not available.*ended with 1/],
  ['', 'SIGKILL', 'E_REMOTE_AGENT', /ended by SIGKILL/],
]
for (const [said, status, code, why] of ENDS)
  test(`${status} with "${said.split('\n')[0]}" is ${code}`, () => {
    const told = explainSsh(parseSshTarget('ssh://web'), { status, said }, false)
    assert.equal(told.code, code)
    assert.match(told.message, why)
  })

test('once somebody had greeted, an end is a loss', () => {
  const target = parseSshTarget('ssh://web')
  for (const [status, said, why] of [
    [255, 'Timeout, server web not responding.', /not responding/],
    [255, '', /says no more/],
    [137, '', /agent there has ended/],
  ] as const) {
    const told = explainSsh(target, { status, said }, true)
    assert.equal(told.code, 'E_REMOTE_LOST')
    assert.match(told.message, why)
  }
})

test('without the program there is no link, and the reason is the system’s', async () => {
  const explain = () => assert.fail('it never ran')
  const link = await openSubprocess(['/nonexistent/ssh'], { place: 'ssh://web', login: 'web', explain })
  link.write('x')
  const chunks: unknown[] = []
  for await (const chunk of link.input) chunks.push(chunk)
  assert.deepEqual(chunks, [])
  assert.equal((await link.why(false)).code, 'E_REMOTE_CLIENT')
  await link.close()
  await link.close()
})

test('a word of sh is quoted, whatever is in it', () => {
  assert.equal(quoted("it's $(x)"), `'it'\\''s $(x)'`)
  assert.match(
    startScript({ nonce: 'n', agentCommand: ['sudo', "o'x"] }),
    /^\{\nexec 'sudo' 'o'\\''x' 'agent' '--stdio'\n\}\n$/,
  )
})
