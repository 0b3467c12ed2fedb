/** Names that a program has addresses of, and nobody else: a hosts file of its own, in a mount namespace of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Names {
  /** A program that is run by these words has them. */
  readonly words: readonly string[]
  end(): Promise<void>
}

export function namesOf(hosts: string): Names {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-names-'))
  const file = join(folder, 'hosts')
  writeFileSync(file, hosts)
  const child = fileURLToPath(new URL('./names-child.ts', import.meta.url))
  return {
    words: ['unshare', '--mount', process.execPath, child, file],
    async end() {
      rmSync(folder, { recursive: true })
    },
  }
}
