/**
 * Programs that run other programs, and where in their arguments the one they run is named.
 *
 * Source: each program's manual page. An option that isn't listed is taken to stand alone.
 */
export interface Interpreter {
  /** Called so, with or without a version behind: `python`, `python3`, `python3.11`. */
  readonly names: readonly string[]
  /** Options whose value is the next argument, and doesn't name the program. */
  readonly valued?: readonly string[]
  /** Options after which there is no file: the code is in the arguments, or the option says what it does. */
  readonly inline?: readonly string[]
  /** Options whose value is what is run, and that belong to its name: `-m http.server`. */
  readonly module?: readonly string[]
  /** The same, where the option needs no telling: `-jar x.jar`. */
  readonly file?: readonly string[]
  /** First words that are not a file; the word behind them belongs to the name. */
  readonly subcommands?: readonly string[]
  /** How many words after the options make up the name, where none of them is a file. */
  readonly words?: number
}

export const INTERPRETERS: readonly Interpreter[] = [
  {
    names: ['node', 'nodejs'],
    valued: [
      '-r',
      '--require',
      '--import',
      '--loader',
      '--experimental-loader',
      '-C',
      '--conditions',
      '--title',
    ],
    inline: ['-e', '--eval', '-p', '--print', '-pe', '--test', '-i', '--interactive'],
    module: ['--run'],
  },
  {
    names: ['python', 'pypy'],
    valued: ['-W', '-X', '--check-hash-based-pycs'],
    inline: ['-c', '-i'],
    module: ['-m'],
  },
  { names: ['ruby', 'jruby'], valued: ['-I', '-r', '-C', '-E'], inline: ['-e'] },
  { names: ['perl'], valued: ['-I'], inline: ['-e', '-E'] },
  { names: ['php'], valued: ['-c', '-d', '-t', '-z'], inline: ['-S', '-r', '-R', '-B', '-a'], file: ['-f'] },
  {
    names: ['java'],
    valued: [
      ...[
        '-cp',
        '-classpath',
        '--class-path',
        '-p',
        '--module-path',
        '--upgrade-module-path',
        '--patch-module',
      ],
      ...['--add-modules', '--add-opens', '--add-exports', '--add-reads', '--limit-modules', '--source'],
    ],
    file: ['-jar', '-m', '--module'],
  },
  {
    names: ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'fish'],
    valued: ['-o', '+o', '-O', '+O', '--rcfile', '--init-file'],
    inline: ['-c', '-lc', '-ec', '-xc', '-ic', '-lic', '-exc', '-euc'],
  },
  {
    names: ['deno'],
    valued: ['-c', '--config', '--import-map', '--port', '--host', '-L', '--log-level', '--cert', '-r'],
    inline: ['eval', 'repl', 'lsp', 'jupyter'],
    subcommands: ['run', 'serve', 'task', 'test', 'x'],
  },
  {
    names: ['bun'],
    valued: ['-r', '--preload', '--port', '--cwd', '-c', '--config'],
    inline: ['-e', '--eval', '-p', '--print'],
    subcommands: ['run', 'x', 'test', 'exec'],
  },
  {
    names: ['dotnet'],
    valued: [
      '--project',
      '--urls',
      '--launch-profile',
      '-c',
      '--configuration',
      '-f',
      '--framework',
      '--fx-version',
    ],
    subcommands: ['run', 'watch', 'exec', 'test'],
  },
  {
    names: ['lua', 'luajit', 'tclsh', 'Rscript', 'osascript', 'pwsh', 'escript', 'mono'],
    inline: ['-e', '-c'],
  },
  {
    names: ['npm', 'pnpm', 'yarn'],
    valued: ['--prefix', '-C', '--cwd', '-w', '--workspace', '-F', '--filter'],
    words: 2,
  },
  {
    names: ['npx', 'bunx', 'uvx', 'pipx', 'busybox', 'toybox'],
    valued: ['-p', '--package', '--from'],
    words: 1,
  },
  {
    names: ['uv', 'poetry', 'pipenv', 'bundle', 'cargo', 'go'],
    valued: ['--project', '--directory'],
    words: 2,
  },
]

/** The entry for a program's name, and the name without its version; null for what is no interpreter. */
export function interpreterOf(
  program: string,
): { readonly name: string; readonly entry: Interpreter } | null {
  const name = program.replace(/[-.\d]+$/, '')
  const entry = INTERPRETERS.find(({ names }) => names.includes(name))
  return entry === undefined ? null : { name, entry }
}
