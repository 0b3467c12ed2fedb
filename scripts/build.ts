/**
 * Erases the types of src/ into dist/, with declarations beside the code: what is published is what was tested.
 * Afterwards every file that package.json promises must be there.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.ts'

rmSync(join(root, 'dist'), { recursive: true, force: true })
const built = run('tsc', ['-p', 'tsconfig.build.json'])

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object }
const missing = files(exports).filter(file => !existsSync(join(root, file)))
for (const file of missing) console.error(`package.json exports ${file}, and the build made no such file.`)
process.exitCode = built && missing.length === 0 ? 0 : 1

function files(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports]
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(files) : []
}
