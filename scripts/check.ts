/** Format, lint and types: what can be said about the code without running it. */
import { run } from './run.ts'

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['biome', ['check', '--error-on-warnings']],
  ['tsc', ['-p', 'tsconfig.json']],
]
const passed = steps.map(([tool, args]) => run(tool, args))
process.exitCode = passed.every(Boolean) ? 0 : 1
