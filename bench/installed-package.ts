/** The package as its users have it: built, packed, and installed from the tarball into a folder of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

export interface InstalledPackage {
  /** The launcher, to be run by Node. */
  readonly program: string
  readonly tarball: string
  remove(): void
}

/** Builds and installs; `root` is the checkout. Throws with what the tools said when they fail. */
export function installPackage(root: string): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'pt-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    run(process.execPath, [join(root, 'scripts', 'build.ts')], root)
    run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root)
    const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))
    if (tarball === undefined) throw new Error('npm pack made no tarball')
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--silent']
    run('npm', ['install', '--prefix', folder, '--prefer-offline', ...quiet, join(folder, tarball)], folder)
    return { program: join(folder, 'node_modules', 'portolan', 'bin', 'ports.js'), tarball, remove }
  } catch (error) {
    remove()
    throw error
  }
}
