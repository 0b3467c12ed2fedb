/** The parts of the test run that can be asked for by name, `npm test -- --only pure,replay`. */
import { globSync } from 'node:fs'
import { sep } from 'node:path'

interface Suite {
  readonly files: string
  readonly except?: readonly string[]
  readonly what: string
}

export const SUITES = {
  pure: {
    files: 'src/**/*.test.ts',
    except: ['src/os/linux/', 'src/os/replay/'],
    what: 'beside the code; needs no particular system',
  },
  replay: { files: 'src/os/replay/**/*.test.ts', what: 'recorded machines; needs no particular system' },
  linux: { files: 'src/os/linux/**/*.test.ts', what: 'beside the code that asks the kernel' },
  repo: { files: 'test/*.test.ts', what: 'the project itself: imports, documents, set-up, the package' },
  sim: {
    files: 'test/sim/**/*.test.ts',
    what: 'simulated hosts and networks, judged by the shared cases and by Node',
  },
  kernel: { files: 'test/kernel/**/*.test.ts', what: 'the shared cases, judged by the kernel in namespaces' },
  peers: { files: 'test/peers/**/*.test.ts', what: 'side by side with the tools our users know' },
} as const satisfies Record<string, Suite>

export type SuiteName = keyof typeof SUITES

export const isSuite = (name: string): name is SuiteName => Object.hasOwn(SUITES, name)

/** Test files of these suites whose path holds one of the words, or all of them when there are no words. */
export function testFiles(root: string, suites: readonly SuiteName[], words: readonly string[]): string[] {
  return suites
    .flatMap(name => filesOf(root, SUITES[name]))
    .filter(file => words.length === 0 || words.some(word => file.includes(word)))
}

function filesOf(root: string, { files, except = [] }: Suite): string[] {
  return globSync(files, { cwd: root })
    .map(file => file.replaceAll(sep, '/'))
    .filter(file => !except.some(folder => file.startsWith(folder)))
    .sort()
}
