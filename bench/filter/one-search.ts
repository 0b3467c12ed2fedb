/**
 * The first search of a process: reads synthetic rules of the kind that is named, asks once, and prints how many milliseconds
 * the question took. Nothing of the search has run before, nor been compiled.
 */
import type { Kind } from '../../src/model/filter/search/synthetic.cases.ts'
import { syntheticLines } from '../../src/model/filter/search/synthetic.cases.ts'
import { rulesOf, search } from './questions.ts'

const [kind, count] = process.argv.slice(2)
const ruleset = rulesOf(syntheticLines(Number(count), kind as Kind))
const start = performance.now()
search(ruleset)
process.stdout.write(String(performance.now() - start))
