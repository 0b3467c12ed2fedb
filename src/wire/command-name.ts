/**
 * What a command line is called: its program, and for an interpreter what that runs, since four rows that all say
 * `node` help nobody. `node server.js`, `python -m http.server`, `java shop.jar`; an installed script goes by its own
 * name, `gunicorn`.
 */
import { type Interpreter, interpreterOf } from './interpreters.ts'

/** `argv` has at least one word. Empty where the program has no name. */
export function commandName(argv: readonly string[]): string {
  const program = baseName(argv[0]!).replace(/^-/, '')
  if (/^ld(-linux|-musl|\.so)/.test(program)) {
    const at = operand(argv, 1, LOADER_OPTIONS)
    return at < argv.length ? commandName(argv.slice(at)) : program
  }
  const interpreter = interpreterOf(program)
  if (interpreter === null) return program
  const { name, entry } = interpreter
  return entry.words === undefined
    ? interpretedName(name, entry, argv)
    : [name, ...operands(argv, entry.valued ?? []).slice(0, entry.words)].join(' ')
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** ld.so(8): options with a value. */
const LOADER_OPTIONS = ['--library-path', '--preload', '--argv0', '--inhibit-rpath', '--audit']

function interpretedName(name: string, entry: Interpreter, argv: readonly string[]): string {
  const { valued = [], inline = [], module = [], file = [], subcommands = [] } = entry
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]!
    const next = argv[at + 1] ?? ''
    if (inline.includes(word)) return `${name} ${word}`
    if (module.includes(word)) return `${name} ${word} ${next}`.trimEnd()
    if (file.includes(word)) return `${name} ${fileName(next)}`.trimEnd()
    const attached = module.find(option => option.length === 2 && word.startsWith(option))
    if (attached !== undefined) return `${name} ${attached} ${word.slice(2)}`
    if (valued.includes(word)) at++
    else if (word !== '' && !isOption(word)) {
      return subcommands.includes(word)
        ? subcommandName(name, word, argv, operand(argv, at + 1, valued))
        : scriptName(name, argv, at)
    }
  }
  return name
}

const isOption = (word: string): boolean => /^[-+]./.test(word)

/** The place of the first argument from `at` on that is neither an option nor an option's value. */
function operand(argv: readonly string[], at: number, valued: readonly string[]): number {
  let place = at
  while (place < argv.length && isOption(argv[place]!)) place += valued.includes(argv[place]!) ? 2 : 1
  return place
}

function operands(argv: readonly string[], valued: readonly string[]): string[] {
  const found: string[] = []
  for (let at = operand(argv, 1, valued); at < argv.length; at = operand(argv, at + 1, valued))
    found.push(argv[at]!)
  return found
}

function subcommandName(name: string, subcommand: string, argv: readonly string[], at: number): string {
  const what = argv[at] ?? ''
  return /[./]/.test(what) ? scriptName(name, argv, at) : `${name} ${subcommand} ${what}`.trimEnd()
}

/** The name of a script: alone where it is installed as a program, else behind its interpreter. */
function scriptName(interpreter: string, argv: readonly string[], at: number): string {
  const path = argv[at]!
  if (/^\/(dev|proc)\//.test(path)) return interpreter // a descriptor: `bash /dev/fd/3`
  const parts = partsOf(path)
  const stem = (parts.at(-1) ?? '').replace(/(-cli)?\.[cm]?[jt]s$|\.(py|rb|pl|php|sh)$/, '')
  if (PROGRAM_FOLDERS.has(parts.at(-2) ?? '') && stem !== '' && !EVERYBODYS.has(stem)) {
    return commandName([stem, ...argv.slice(at + 1)])
  }
  const modules = parts.lastIndexOf('node_modules')
  if (modules >= 0 && modules + 2 < parts.length) {
    const scoped = parts[modules + 1]!.startsWith('@')
    return parts.slice(modules + 1, modules + (scoped ? 3 : 2)).join('/')
  }
  return `${interpreter} ${fileName(path)}`
}

const PROGRAM_FOLDERS: ReadonlySet<string> = new Set(['bin', '.bin', 'sbin', 'libexec'])

/** A path's last part; where that is what everybody calls their file, with the folders that tell it apart. */
function fileName(path: string): string {
  const parts = partsOf(path)
  const last = parts.length - 1
  let from = Math.max(last, 0)
  while (from > 0 && from > last - 3 && EVERYBODYS.has(parts[from]!.replace(/\.\w+$/, ''))) from--
  return parts.slice(from).join('/') || path
}

const partsOf = (path: string): string[] => path.split('/').filter(part => !['', '.', '..'].includes(part))

const EVERYBODYS: ReadonlySet<string> = new Set([
  ...['index', 'main', '__main__', 'server', 'app', 'start', 'run', 'cli', 'worker', 'entrypoint', 'www'],
  ...['src', 'dist', 'build', 'lib', 'out', 'bin', 'current', 'release'],
])
