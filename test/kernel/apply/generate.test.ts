/** What `ports fw generate` prints is loaded by the real programs, and tried from the other end of a cable. */
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { skip } from './berth.ts'
import { Harbour, HERE } from './harbour.ts'

const HERE6 = 'fd77::1'
let harbour: Harbour
let allowed = 0
let other = 0
before(async () => {
  if (skip !== false) return
  harbour = await Harbour.open()
  // nodad: an address is used at once, without first asking whether somebody has it (RFC 4862, section 5.4).
  await harbour.here.must(...`ip addr add ${HERE6}/64 dev v0 nodad`.split(' '))
  await harbour.there.must(...'ip addr add fd77::2/64 dev v1 nodad'.split(' '))
  allowed = await harbour.server('::')
  other = await harbour.server('::')
})
after(async () => {
  if (skip === false) await harbour.close()
})

/**
 * How a connection from there ends: `open`, an error, or `silence`. On a cable between namespaces the first refusal comes
 * while connect() still holds the socket, and only the one of the second attempt, a second later, counts (tcp_v4_err).
 */
async function dial(host: string, port: number): Promise<string> {
  const script = `const s = require('node:net').connect({ host: '${host}', port: ${port}, timeout: 2500 })
    const say = what => { console.log(what); process.exit() }
    s.on('connect', () => say('open')); s.on('timeout', () => say('silence')); s.on('error', e => say(e.code))`
  return (await harbour.there.run(process.execPath, '-e', script)).out.trim()
}

const policy = (otherwise: string) =>
  JSON.stringify({ allow: [{ port: allowed, comment: 'the "one"' }], otherwise }, null, 1)

/** Neighbours are asked anew, so that neighbour discovery must pass the rules. */
async function forgetNeighbours(): Promise<void> {
  for (const berth of [harbour.here, harbour.there]) await berth.must('ip', 'neigh', 'flush', 'all')
}

async function judge(otherwise: 'drop' | 'reject'): Promise<void> {
  await forgetNeighbours()
  const refused = otherwise === 'drop' ? 'silence' : /EHOSTUNREACH|EACCES|ENETUNREACH/
  for (const host of [HERE, HERE6]) {
    assert.equal(await dial(host, allowed), 'open', host)
    const answer = await dial(host, other)
    if (typeof refused === 'string') assert.equal(answer, refused)
    else assert.match(answer, refused)
  }
  // Out, and over loopback, all goes.
  const self = await harbour.here.run(
    process.execPath,
    '-e',
    `require('node:net').connect(${other}, '127.0.0.1', () => { console.log('open'); process.exit() })`,
  )
  assert.equal(self.out, 'open\n')
}

for (const otherwise of ['drop', 'reject'] as const) {
  test(`nft, ${otherwise} the rest`, { skip }, async () => {
    const { here } = harbour
    const file = here.file('policy.json', policy(otherwise))
    const generated = await here.fw('generate', '--policy', file)
    assert.equal(generated.status, 0, generated.err)
    // As `ports fw apply` takes it.
    const rules = here.file('rules.nft', generated.out)
    const checked = await here.fw('apply', rules, '--dry-run')
    assert.equal(checked.status, 0, checked.err)
    await here.must('nft', '-f', rules)
    await judge(otherwise)
    await here.must('nft', 'delete', 'table', 'inet', 'portolan')
  })

  for (const backend of ['nft', 'legacy']) {
    test(`iptables-${backend}, ${otherwise} the rest`, { skip }, async () => {
      const { here } = harbour
      const file = here.file('policy.json', policy(otherwise))
      const written = await here.fw(
        'generate',
        '--policy',
        file,
        '--for',
        'iptables',
        '--folder',
        here.folder,
      )
      assert.equal(written.status, 0, written.err)
      for (const [version, program] of [
        ['v4', 'iptables'],
        ['v6', 'ip6tables'],
      ] as const) {
        await here.must(`${program}-${backend}`, '-N', 'THEIRS')
        await here.must(`${program}-${backend}-restore`, '--noflush', `${here.folder}/rules.${version}`)
        assert.match(await here.must(`${program}-${backend}-save`), /:THEIRS/)
      }
      await judge(otherwise)
      for (const program of ['iptables', 'ip6tables']) {
        for (const words of ['-F INPUT', '-F PORTOLAN', '-X PORTOLAN', '-X THEIRS'])
          await here.must(`${program}-${backend}`, ...words.split(' '))
      }
    })
  }
}

test('for what listens: servers that others reach, and no more', { skip }, async () => {
  const { here } = harbour
  const local = await harbour.server('127.0.0.1')
  const { status, out, err } = await here.fw('generate')
  assert.equal(status, 0)
  const ports = [...out.matchAll(/tcp dport (\d+) accept/g)].map(([, port]) => Number(port))
  assert.deepEqual(
    ports,
    [allowed, other].toSorted((a, b) => a - b),
  )
  assert.match(err, new RegExp(`left out: tcp/${local} at 127\\.0\\.0\\.1: only this machine reaches it`))
  const login = await harbour.login(allowed)
  const used = await here.fw('generate', '--used')
  assert.deepEqual(
    [...used.out.matchAll(/tcp dport (\d+) accept comment "(.*)"/g)].map(([, port, comment]) => [
      port,
      comment,
    ]),
    [[String(allowed), 'node login-server.ts, 1 connected']],
  )
  assert.equal((await login.run(['--version'])).status, 0)
})
