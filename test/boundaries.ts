/** Judges the imports and words of a tree of sources by the rules of `boundary-rules.ts`. */
import { posix } from 'node:path'
import {
  FACE_BECAUSE,
  IMPORT_RULES,
  type ImportRule,
  KOFFI_IMPORTERS,
  type LateRule,
  NARROW_FACES,
  OPEN_FOLDERS,
  TOOL_ORDER,
  TOOL_ORDER_BECAUSE,
  WORD_RULES,
} from './boundary-rules.ts'
import { type Import, lineOf, readSource } from './source.ts'

const { dirname, basename, join, matchesGlob } = posix

/** Texts by path from the root of the project, with slashes. */
export type Tree = ReadonlyMap<string, string>

type Breach = readonly [line: number, what: string, because: string]

/** A line for each breach: where, what, and the reason of the rule. */
export const breaches = (tree: Tree): string[] =>
  [...tree].flatMap(([file, text]) => {
    const { imports, code } = readSource(text)
    return [...imports.flatMap(found => judgeImport(file, found)), ...judgeWords(file, code)].map(
      ([line, what, because]) => `${file}:${line} ${what}: ${because}`,
    )
  })

function judgeImport(file: string, { specifier, line }: Import): Breach[] {
  const breach = (what: string, because: string): Breach[] => [[line, what, because]]
  if (specifier === 'koffi' && !KOFFI_IMPORTERS.includes(file))
    return breach('imports koffi', ruleOf('src/os/ffi.ts')!.because)
  if (!isProduct(file)) return []
  const rule = ruleOf(file)
  if (rule === undefined)
    return breach('imports without a rule', 'every part of src/ says what it may import')
  if (!specifier.startsWith('.')) {
    const allowed = rule.packages.some(glob => matchesGlob(specifier, glob))
    return allowed ? [] : breach(`imports ${specifier}`, rule.because)
  }
  const target = join(dirname(file), specifier)
  if (!target.startsWith('src/')) return []
  const because = whyNot(file, target, rule)
  if (because !== undefined) return breach(`imports ${target}`, because)
  const face = missedFace(file, target)
  return face === undefined ? [] : breach(`imports ${target} past ${face}`, FACE_BECAUSE)
}

function whyNot(file: string, target: string, rule: ImportRule): string | undefined {
  const [from, to] = [unitOf(file), unitOf(target)]
  if (from === to && from !== 'src') return undefined
  if (from.startsWith('src/tools/') && to.startsWith('src/tools/'))
    return rankOf(to) < rankOf(from) ? undefined : TOOL_ORDER_BECAUSE
  return rule.may.some(glob => matchesGlob(target, glob)) ? undefined : rule.because
}

/** The face of the outermost folder that an import enters, if it goes to another file of that folder. */
function missedFace(file: string, target: string): string | undefined {
  const here = `${dirname(file)}/`
  const entered = ancestors(target).find(folder => !here.startsWith(`${folder}/`) && !isOpen(folder))
  if (entered === undefined) return undefined
  const face = join(entered, `${basename(entered)}.ts`)
  return face === target || NARROW_FACES.some(glob => matchesGlob(target, glob)) ? undefined : face
}

/** How an entry comes to load what it should not yet, file by file; undefined where it doesn't. */
export function loadedAtOnce(tree: Tree, { of, not }: LateRule): string | undefined {
  const by = new Map<string, string | undefined>([[of, undefined]])
  for (const file of by.keys()) {
    if (not.some(glob => matchesGlob(file, glob))) return chainTo(file, by)
    for (const { specifier, typeOnly, late } of readSource(tree.get(file) ?? '').imports) {
      const target = join(dirname(file), specifier)
      if (!typeOnly && !late && specifier.startsWith('.') && !by.has(target)) by.set(target, file)
    }
  }
  return undefined
}

const chainTo = (file: string, by: ReadonlyMap<string, string | undefined>): string => {
  const before = by.get(file)
  return before === undefined ? file : `${chainTo(before, by)} → ${file}`
}

/** The folders above a file, from the outside in. */
const ancestors = (file: string): string[] => {
  const parts = dirname(file).split('/')
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** Not to be entered through a face: it only holds other folders, or its files stand for themselves. */
const isOpen = (folder: string): boolean =>
  ['src', 'src/tools', 'src/faces', ...OPEN_FOLDERS].some(glob => matchesGlob(folder, glob))

function judgeWords(file: string, code: string): Breach[] {
  if (!isProduct(file)) return []
  const rules = WORD_RULES.filter(
    ({ of, except }) => matchesGlob(file, of) && !(except !== undefined && matchesGlob(file, except)),
  )
  return rules.flatMap(({ words, because }) =>
    [...code.matchAll(new RegExp(words, 'g'))].map(
      (match): Breach => [lineOf(code, match.index), `says ${match[0].trim()}`, because],
    ),
  )
}

/** The part of the project that a file belongs to: an adapter, a tool, a face, or a folder of `src/`. */
export const unitOf = (file: string): string =>
  /^src\/(?:(?:os|tools|faces)\/[^/]+(?=\/)|[^/]+(?=\/))/.exec(file)?.[0] ?? 'src'

export const ruleOf = (file: string): ImportRule | undefined =>
  IMPORT_RULES.find(({ of }) => matchesGlob(file, of))

/** Not a test, nor the cases of one: those may look behind every face. */
export const isProduct = (file: string): boolean =>
  file.startsWith('src/') && !/\.(?:test|cases)\.ts$/.test(file)

const rankOf = (unit: string): number => {
  const rank = TOOL_ORDER.findIndex(row => row.includes(basename(unit)))
  return rank === -1 ? Number.NaN : rank
}
