/** A store that is read-only or full, as the kernel makes it so: in a mount namespace that ends with the test. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PORTS, runToEnd } from './own-folder.ts'

const skip =
  process.platform !== 'linux'
    ? 'there is no Linux kernel here'
    : process.getuid!() !== 0
      ? 'only root may make network namespaces'
      : spawnSync('unshare', ['-V']).error !== undefined && 'unshare is not installed'

for (const [what, options, words] of [
  ['read-only', 'ro,mode=1777', /EROFS|read-only file system[\s\S]*mount it writable/i],
  // Room for the folder itself and nothing in it.
  ['full', 'nr_inodes=1,mode=1777', /ENOSPC[\s\S]*free space or inodes/],
] as const) {
  test(`a store that is ${what} is said to be, and nothing is leased`, { skip }, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'pt-leases-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const script = `mount -t tmpfs -o ${options} none "$1" && exec "$2" "$3" "$1" lease web`
    const shell = ['-m', 'sh', '-c', script, 'sh', folder, process.execPath, PORTS]
    const { status, out, err } = await runToEnd('unshare', shell)
    assert.equal(out, '')
    assert.match(err, words)
    assert.ok(err.includes(folder))
    assert.equal(status, 6)
  })
}
