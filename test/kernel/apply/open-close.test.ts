/** Ports opened and closed, and tried from the other end of a cable: what was said of them is so. */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { skip } from './berth.ts'
import { Harbour, HERE } from './harbour.ts'

let harbour: Harbour
let port = 0
before(async () => {
  if (skip !== false) return
  harbour = await Harbour.open()
  port = await harbour.server()
})
after(async () => {
  if (skip === false) await harbour.close()
})

/** Whether a new connection gets through from there; what is refused or reset is not. */
async function open(): Promise<boolean> {
  const script = `const s = require('node:net').connect({ host: '${HERE}', port: ${port}, timeout: 700 })
    s.on('connect', () => { console.log('open'); s.destroy() }); s.on('timeout', () => s.destroy()); s.on('error', () => {})`
  const { out } = await harbour.there.run(process.execPath, '-e', script)
  return out === 'open\n'
}

test('closed is closed, with exceptions and without, and opened again it is as before', {
  skip,
}, async () => {
  const { here } = harbour
  assert.equal(await open(), true)
  const { status, out } = await here.fw('close', String(port), '--yes')
  assert.equal(status, 0, out)
  assert.equal(await open(), false)
  assert.equal((await here.fw('open', `tcp/${port}`, '--from', '10.77.0.0/24', '-y')).status, 0)
  assert.equal(await open(), true)
  assert.equal((await here.fw('close', String(port), '--from', '10.77.0.0/24', '-y')).status, 0)
  assert.equal(await open(), false)
  for (const from of [['--from', '10.77.0.0/24'], []])
    assert.equal((await here.fw('open', String(port), ...from, '-y')).status, 0)
  assert.equal(await open(), true)
  assert.equal(await here.own(), '')
})

test('another chain that still drops is named, and nothing is pretended', { skip }, async () => {
  const { here } = harbour
  await here.load(`table ip theirs {
	chain in { type filter hook input priority 5; policy accept; tcp dport ${port} reject; }
}
`)
  const { status, out } = await here.fw('open', String(port), '--yes')
  assert.equal(status, 1, out)
  assert.match(out, /stays closed: another rule says reject, table ip theirs, chain in: tcp dport \d+ reject/)
  assert.equal(await open(), false)
  await here.must('nft', 'delete', 'table', 'ip', 'theirs')
})

test('in a table of ours that drops, what is opened comes through', { skip }, async () => {
  const { here } = harbour
  await here.load(`table inet portolan {
	chain input {
		type filter hook input priority filter; policy drop;
		iif lo accept
	}
}
`)
  assert.equal(await open(), false)
  const trial = await here.fw('open', String(port), '--yes', '--confirm', '60s')
  assert.equal(trial.status, 0, trial.out)
  assert.match(trial.out, /on trial: open tcp\/\d+\n {2}rolled back in (?:60|59) s unless confirmed/)
  assert.equal(await open(), true)
  assert.equal((await here.fw('rollback')).status, 0)
  assert.equal(await open(), false)
  await here.unwatched()
  await here.must('nft', 'delete', 'table', 'inet', 'portolan')
})

test('a port that is passed on to a container is not the business of these rules', { skip }, async () => {
  const { here } = harbour
  const words = `iptables -t nat -A PREROUTING -p tcp --dport ${port} -j DNAT --to-destination 172.17.0.2:80`
  await here.must(...words.split(' '))
  const { status, out } = await here.fw('close', String(port), '--dry-run')
  assert.equal(status, 1, out)
  assert.match(out, /is passed on to 172\.17\.0\.2, port 80, before rules of input are asked/)
  await here.must(...words.replace('-A', '-D').split(' '))
})

test('who would cut off their own login is told so', { skip }, async () => {
  const login = await harbour.login(port)
  const { out } = await login.run(['fw', 'close', String(port), '--dry-run'])
  assert.match(out, /you are logged in through port \d+: closing it cuts you off/)
})

test('where ufw manages the machine its command is shown, and run', { skip }, async () => {
  const { here } = harbour
  await here.must('iptables', '-N', 'ufw-user-input')
  // Played by a script: what matters here is which words it gets.
  const ufw = join(here.folder, 'ufw')
  writeFileSync(ufw, `#!/bin/sh\necho "$@" >> ${here.folder}/asked\n`)
  chmodSync(ufw, 0o755)
  await here.must('sh', '-c', `mkdir -p /run/bin && mount --bind ${here.folder} /usr/local/sbin`)
  const shown = await here.fw('open', '443', '--from', '10.0.0.0/8', '-n')
  assert.equal(shown.status, 0, shown.out)
  assert.match(shown.out, /through ufw, which manages this machine:\n {2}ufw prepend allow proto tcp from 10/)
  assert.equal((await here.fw('open', '443', '--from', '10.0.0.0/8', '-y')).status, 0)
  assert.equal((await here.fw('close', '53', '--udp', '-y')).status, 0)
  assert.equal(
    readFileSync(join(here.folder, 'asked'), 'utf8'),
    'prepend allow proto tcp from 10.0.0.0/8 to any port 443\nprepend deny proto udp from any to any port 53\n',
  )
  const trial = await here.fw('open', '443', '--confirm', '10s')
  assert.equal(trial.status, 2)
  assert.match(trial.err, /--confirm works in our own table only, and ufw manages this machine/)
})
