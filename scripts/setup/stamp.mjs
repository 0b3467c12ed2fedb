/**
 * Is everything there? The question that every `npm start` and `npm test` asks, so it must cost nothing: two small
 * files are hashed, and the folders of the direct dependencies are looked up. The stamp in node_modules remembers
 * for which lock file, dependencies and platform the last set-up ran through.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A set-up that can't go on, with a sentence that says what to do. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError'
}

/** @param {string} root */
export function packagesAreReady(root) {
  try {
    if (readFileSync(stampFile(root), 'utf8') !== stampFor(root)) return false
  } catch {
    return false
  }
  if (!existsSync(pinnedNode(root))) return false
  const { dependencies, devDependencies } = manifest(root)
  return Object.keys({ ...dependencies, ...devDependencies }).every(name =>
    existsSync(join(root, 'node_modules', name, 'package.json')),
  )
}

/** @param {string} root */
export const writeStamp = root => writeFileSync(stampFile(root), stampFor(root))

/**
 * @param {string} root
 * @returns {{ dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string> }}
 */
export const manifest = root => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * Where the pinned Node is, once it has been put in place.
 *
 * @param {string} root
 */
export function pinnedNode(root) {
  const modules = join(root, 'node_modules')
  if (process.platform !== 'win32') return join(modules, 'node', 'bin', 'node')
  const byUs = join(modules, '.bin', 'node.exe')
  return existsSync(byUs) ? byUs : join(modules, 'node', 'bin', 'node.exe')
}

/** @param {string} root */
const stampFile = root => join(root, 'node_modules', '.portolan-setup')

/** @param {string} root */
function stampFor(root) {
  const { dependencies, devDependencies, optionalDependencies } = manifest(root)
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies]))
  return `${process.platform}-${process.arch} ${hash.digest('hex')}\n`
}
