/**
 * Makes words as people type them into words that the parser takes: clusters of one-character flags
 * (`-tlan4`, `-ojson`) become long flags, and a flag whose value was left out gets the one that stands for it.
 *
 * Stricli knows letters only and would take `-4` for an argument. Words after `--` are left alone.
 */
import { fault } from '../../model/fault.ts'
import type { AnySpec } from './command.ts'

/** Throws `E_USAGE` for a letter that the command doesn't have. `command` is its name for the message. */
export function expandArguments(words: readonly string[], spec: AnySpec, command: string): string[] {
  const expanded: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '--') return [...expanded, ...words.slice(at)]
    const flags = isCluster(word, spec) ? expandCluster(word, spec, command) : [word]
    const last = flags.pop()!
    expanded.push(...flags)

    const name = last.startsWith('--') && !last.includes('=') ? camel(last.slice(2)) : undefined
    const optional = name === undefined ? undefined : spec.optionalValues?.[name]
    if (optional !== undefined && !optional.looks.test(words[at + 1] ?? '')) {
      expanded.push(`${last}=${optional.otherwise}`)
    } else {
      expanded.push(last)
      if (name !== undefined && takesValue(spec, name) && at + 1 < words.length) expanded.push(words[++at]!)
    }
  }
  return expanded
}

/** `-x…`, but for `-5` where no flag is a digit: that is a port somebody got wrong. */
const isCluster = (word: string, spec: AnySpec): boolean =>
  /^-[^-]/.test(word) && (!/^-\d/.test(word) || word[1]! in spec.letters)

function expandCluster(word: string, spec: AnySpec, command: string): string[] {
  const flags: string[] = []
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]!
    const name =
      letter === 'h' ? 'help' : Object.hasOwn(spec.letters, letter) ? spec.letters[letter] : undefined
    if (name === undefined) {
      const among = word.length === 2 ? '' : ` (in ${word})`
      const instead = command === 'ports' ? `; to list sockets write "ports ls ${word}"` : ''
      throw fault('E_USAGE', { what: `"${command}" has no flag -${letter}${among}${instead}`, command })
    }
    const rest = word.slice(at + 1).replace(/^=/, '')
    if (takesValue(spec, name) && rest !== '') return [...flags, `--${kebab(name)}=${rest}`]
    flags.push(`--${kebab(name)}`)
  }
  return flags
}

function takesValue(spec: AnySpec, name: string): boolean {
  const kind = spec.parameters.flags?.[name]?.kind
  return kind === 'enum' || kind === 'parsed'
}

/** `count-by` to `countBy` and back: specs name flags as JavaScript does, people type them with hyphens. */
export const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
export const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
