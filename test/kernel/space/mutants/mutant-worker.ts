/**
 * Judges mutants, one after the other: says whether what kernels have said gives each away. A mutant's modules are loaded
 * anew under addresses of their own.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { PortSpace } from '../../../../src/model/space/space.ts'
import { readCase } from '../case.ts'
import { UNJUDGED } from '../cases/unjudged.ts'
import type { OpenModel } from '../judge.ts'
import { isCertain, judgeRecorded } from '../judge-recorded.ts'
import { judgeRow } from '../judge-row.ts'
import { modelOf } from '../open-model.ts'
import { readRecordings } from '../recorded/recorded.ts'
import { erase } from './mutants.ts'

export interface MutantOrder {
  /** The URL of the module, and its text with the change. */
  readonly url: string
  readonly source: string
}

/** By what mutants are judged. */
export interface Judges {
  /** Programs that the model disagrees about as it is: they judge nothing. */
  readonly known: readonly string[]
  /** Random programs in which the kernel chose judge as well: what they notice may hang on what it chose when recorded. */
  readonly chance: boolean
}

const { known, chance } = workerData as Judges
const FOLDER = new URL('../../../../src/model/space/', import.meta.url).href
const MARK = /\?mutant=\d+$/
const erased = new Map<string, string>()
let order: MutantOrder = { url: '', source: '' }
let number = 0

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const mark = MARK.exec(context.parentURL ?? '')
    return mark !== null && found.url.startsWith(FOLDER) ? { ...found, url: `${found.url}${mark[0]}` } : found
  },
  load(url, context, next) {
    if (!url.startsWith(FOLDER) || !MARK.test(url)) return next(url, context)
    const bare = url.replace(MARK, '')
    return { format: 'module', source: bare === order.url ? order.source : textOf(bare), shortCircuit: true }
  },
})

const recordings = readRecordings().map(({ kernel, programs }) => ({
  kernel,
  programs: chance ? programs : programs.filter(one => isCertain(modelOf(kernel), one)),
}))
/** What no kernel has judged, the sources judge. */
const unjudged = UNJUDGED.flatMap(({ release, tables }) =>
  Object.entries(tables).flatMap(([table, cases]) =>
    cases.map(one => ({ name: `${table}: ${one.name}`, release, row: readCase(one) })),
  ),
)

parentPort!.on('message', (next: MutantOrder) => {
  order = next
  void catcher().then(name => parentPort!.postMessage(name))
})

/** The name of the program that gives it away, or null. */
async function catcher(): Promise<string | null> {
  try {
    const mark = `?mutant=${++number}`
    const space = (await import(`${FOLDER}space.ts${mark}`)) as {
      PortSpace: new (...given: ConstructorParameters<typeof PortSpace>) => PortSpace
    }
    const { linuxDialect } = await import(`${FOLDER}dialect.ts${mark}`)
    const modelAs = (release: string): OpenModel => {
      const dialect = linuxDialect(release)
      return surroundings => new space.PortSpace(dialect, surroundings)
    }
    for (const { name, release, row } of unjudged)
      if (isCaught(() => judgeRow(modelAs(release), row))) return name
    for (const { kernel, programs } of recordings) {
      const openModel = modelAs(kernel)
      for (const one of programs)
        if (!known.includes(one[0]) && isCaught(() => judgeRecorded(openModel, one))) return one[0]
    }
    return null
  } catch {
    return 'its loading'
  }
}

/** One that breaks down is caught. */
function isCaught(judge: () => string | null): boolean {
  try {
    return judge() !== null
  } catch {
    return true
  }
}

function textOf(url: string): string {
  const text = erased.get(url) ?? erase(readFileSync(fileURLToPath(url), 'utf8'))
  erased.set(url, text)
  return text
}
