/**
 * Help, written from the data of the tree: what the command is for, how it is called, its flags, and three
 * examples that work as they stand.
 */
import { kebab } from './arguments.ts'
import type { AnyFlag, AnySpec, Example } from './command.ts'
import { COMMANDS, commandLine, commandsOf, GROUPS } from './commands.ts'

const ROOT_EXAMPLES: readonly [Example, Example, Example] = [
  ['ports', 'what listens here, grouped by who can reach it'],
  ['ports 3000', 'who holds port 3000'],
  ['ports ls -tl', 'listening TCP sockets and their owners'],
]

export const rootHelp = (): string =>
  page('ports: the chart of your network ports', [
    [
      'Usage',
      rows([['ports [flags]', COMMANDS.overview!.brief], ...targetRows(), ['ports <command> [flags]', '']]),
    ],
    ['Commands', rows(topLevel())],
    [
      'Flags',
      rows([
        ['-h, --help', 'Show help; after a command, its own'],
        ['-v, --version', 'Show the version'],
        ['--json', 'Print a JSON document; most commands take it'],
        ['--sim <file>', 'Before all else: on a simulated network, docs/sim.md'],
        ['--host <name>', 'After it: on which of its hosts'],
        ['--host ssh://<host>', 'Before all else: on that machine, docs/remote.md'],
      ]),
    ],
    ['Examples', rows(ROOT_EXAMPLES)],
  ])

export function commandHelp(name: string, spec: AnySpec): string {
  return page(`${commandLine(name)}: ${COMMANDS[name]!.brief}`, [
    ['Usage', [...spec.usage.map(line => `  ports ${line}`), ...about(spec)]],
    ['Flags', rows(flagRows(spec))],
    ['Examples', rows(spec.examples)],
  ])
}

const targetRows = (): Example[] => [['ports <port>... [flags]', COMMANDS.explain!.brief]]

/** Commands and groups, a group where its first command stands. */
function topLevel(): Example[] {
  const names = Object.keys(COMMANDS).filter(name => COMMANDS[name]!.hidden !== true)
  const words = [...new Set(names.map(name => name.split(' ')[0]!))]
  return words.map(word => [word, (GROUPS[word] ?? COMMANDS[word]!).brief])
}

/** `ports fw --help`: the commands of a group. */
export function groupHelp(group: string): string {
  const { brief, examples } = GROUPS[group]!
  const own = commandsOf(group).map((name): Example => [name, COMMANDS[`${group} ${name}`]!.brief])
  return page(`ports ${group}: ${brief}`, [
    ['Usage', rows([[`ports ${group} <command> [flags]`, '']])],
    ['Commands', rows(own)],
    ['Flags', rows([['-h, --help', 'Show help; after a command, its own']])],
    ['Examples', rows(examples)],
  ])
}

const about = ({ about: lines = [] }: AnySpec): string[] =>
  lines.length === 0 ? [] : ['', ...lines.map(line => `  ${line}`)]

function flagRows(spec: AnySpec): Example[] {
  const letters = new Map(Object.entries(spec.letters).map(([letter, name]) => [name, letter]))
  const flags = Object.entries(spec.parameters.flags ?? {})
  return [
    ...flags
      .filter(([, flag]) => flag.hidden !== true)
      .map(([name, flag]): Example => {
        const letter = letters.get(name)
        const value =
          flag.kind === 'boolean' ? '' : valueText(flag, spec.optionalValues?.[name] !== undefined)
        return [
          `${letter === undefined ? '    ' : `-${letter}, `}--${kebab(name)}${value}`,
          flag.brief + preset(flag),
        ]
      }),
    ['-h, --help', 'Show this help'],
  ]
}

function valueText({ placeholder = 'value' }: AnyFlag, optional: boolean): string {
  return optional ? ` [${placeholder}]` : ` <${placeholder}>`
}

const preset = ({ default: value }: AnyFlag): string =>
  typeof value === 'string' ? ` (${value} unless given)` : ''

function page(title: string, sections: readonly (readonly [string, readonly string[]])[]): string {
  return [title, ...sections.flatMap(([heading, lines]) => ['', heading, ...lines]), ''].join('\n')
}

/** Two columns; the second starts on a line of its own where the first is long. */
function rows(pairs: readonly Example[]): string[] {
  const widths = pairs.map(([left]) => left.length).filter(width => width <= 36)
  const width = Math.max(...widths, 0)
  return pairs.flatMap(([left, right]) => {
    if (right === '') return [`  ${left}`]
    if (left.length > width) return [`  ${left}`, `  ${' '.repeat(width)}  ${right}`]
    return [`  ${left.padEnd(width)}  ${right}`]
  })
}
