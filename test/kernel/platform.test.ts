/** `ports platform` in a network namespace of its own, where every setting is as the kernel makes it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from './stage/stage.ts'

const skip = whyNoStage() ?? false
const PORTS = fileURLToPath(new URL('../../bin/ports.js', import.meta.url))

interface Setting {
  readonly name: string
  readonly value: string | null
  readonly usual: string | null
}

/** What it says after these settings were written, `net.ipv4.tcp_tw_reuse=1`. */
function settingsAfter(...written: readonly string[]): ReadonlyMap<string, Setting> {
  const script = `
    import { execFileSync } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    for (const one of ${JSON.stringify(written)}) {
      const [name, value] = one.split('=')
      writeFileSync('/proc/sys/' + name.replaceAll('.', '/'), value)
    }
    process.stdout.write(execFileSync(process.execPath, [${JSON.stringify(PORTS)}, 'platform', '--json']))`
  const argv = ['--net', process.execPath, '--input-type=module', '--eval', script]
  const { stdout, stderr, status } = spawnSync('unshare', argv, { encoding: 'utf8', timeout: 30_000 })
  assert.equal(status, 0, stderr)
  const [system] = JSON.parse(stdout).items as [{ readonly settings: readonly Setting[] }]
  return new Map(system.settings.map(setting => [setting.name, setting]))
}

test('what is called usual is what a new namespace has', { skip }, () => {
  const wrong = [...settingsAfter().values()].filter(
    ({ value, usual }) => value !== null && usual !== null && value.replace(/\s+/, ' ') !== usual,
  )
  assert.deepEqual(wrong, [])
})

test('what is set in the namespace is what is shown', { skip }, () => {
  const settings = settingsAfter(
    'net.ipv4.ip_local_port_range=20000 20099',
    'net.ipv4.ip_local_reserved_ports=8080,9148-9150',
    'net.ipv4.tcp_tw_reuse=1',
  )
  assert.match(settings.get('net.ipv4.ip_local_port_range')!.value!, /^20000\s20099$/)
  assert.equal(settings.get('net.ipv4.ip_local_reserved_ports')!.value, '8080,9148-9150')
  assert.equal(settings.get('net.ipv4.tcp_tw_reuse')!.value, '1')
})
