/**
 * Help, written from the data of the tree: what the command is for, how it is called, its flags, and three
 * examples that work as they stand.
 */
import { kebab } from './arguments.ts'
import type { AnyFlag, AnySpec, Example } from './command.ts'
import { COMMANDS, commandLine } from './commands.ts'

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
    ['Commands', rows(visible().map(name => [name, COMMANDS[name]!.brief]))],
    [
      'Flags',
      rows([
        ['-h, --help', 'Show help; after a command, its own'],
        ['-v, --version', 'Show the version'],
        ['--json', 'Print a JSON document; most commands take it'],
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

const visible = (): string[] => Object.keys(COMMANDS).filter(name => COMMANDS[name]!.hidden !== true)

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
