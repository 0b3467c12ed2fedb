/** Where ufw manages the machine: the real one does what it is told, and the port is tried from the other end of a cable. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import test from 'node:test'
import { skip as skipHere } from './berth.ts'
import { Harbour, HERE } from './harbour.ts'

const skip = skipHere !== false ? skipHere : existsSync('/usr/sbin/ufw') ? false : 'ufw is not installed'

test('ufw is found, its command is shown and run, and the port opens and closes', { skip }, async () => {
  const harbour = await Harbour.open()
  const { here, there } = harbour
  try {
    const port = await harbour.server()
    // Its settings are copies, in this mount namespace alone.
    await here.must('sh', '-c', 'cp -a /etc/ufw /run/ufw-settings && mount --bind /run/ufw-settings /etc/ufw')
    await here.must('ufw', '--force', 'enable')
    const dial = async (): Promise<boolean> => {
      const script = `const s = require('node:net').connect({ host: '${HERE}', port: ${port}, timeout: 700 })
        s.on('connect', () => { console.log('open'); s.destroy() }); s.on('timeout', () => s.destroy()); s.on('error', () => {})`
      return (await there.run(process.execPath, '-e', script)).out === 'open\n'
    }
    assert.equal(await dial(), false)
    const shown = await here.fw('open', String(port), '--from', '10.77.0.0/24', '-n')
    assert.equal(shown.status, 0, shown.err)
    assert.match(
      shown.out,
      /through ufw, which manages this machine:\n {2}ufw prepend allow proto tcp from 10\.77/,
    )
    assert.equal(await dial(), false)
    assert.equal((await here.fw('open', String(port), '--from', '10.77.0.0/24', '-y')).status, 0)
    assert.equal(await dial(), true)
    assert.equal((await here.fw('close', String(port), '-y')).status, 0)
    assert.equal(await dial(), false)
    assert.match((await here.run('ufw', 'status')).out, new RegExp(`${port}/tcp +DENY +Anywhere`))
    // Rules for a policy, as its own commands.
    const policy = here.file('policy.json', JSON.stringify({ allow: [{ port, from: '10.77.0.2' }] }))
    await here.must('ufw', '--force', 'reset')
    const generated = await here.fw('generate', '--policy', policy, '--for', 'ufw')
    await here.must('sh', here.file('ufw.sh', generated.out))
    assert.equal(await dial(), true)
    assert.equal(await here.own(), '')
  } finally {
    await harbour.close()
  }
})
