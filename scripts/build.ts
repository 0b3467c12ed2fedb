/**
 * Erases the types of src/ into dist/: what is published is what was tested. Declarations are kept of what can be imported,
 * and of what these mention. Afterwards every file that package.json promises must be there.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { needlessDeclarations } from './needless-declarations.ts'
import { root, run } from './run.ts'

rmSync(join(root, 'dist'), { recursive: true, force: true })
const built = run('tsc', ['-p', 'tsconfig.build.json'])

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object }
const promised = files(exports)
const missing = promised.filter(file => !existsSync(join(root, file)))
for (const file of missing) console.error(`package.json exports ${file}, and the build made no such file.`)
if (missing.length === 0) {
  const declared = promised.filter(file => file.endsWith('.d.ts')).map(file => join(root, file))
  for (const file of needlessDeclarations(join(root, 'dist'), declared)) rmSync(file)
}
process.exitCode = built && missing.length === 0 ? 0 : 1

function files(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports]
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(files) : []
}
