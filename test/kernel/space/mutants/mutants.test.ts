import assert from 'node:assert/strict'
import test from 'node:test'
import { applied, erase, mutantsOf } from './mutants.ts'

const mutated = (source: string): string[] => mutantsOf(source).map(mutant => applied(source, mutant))

const ROWS: readonly (readonly [name: string, source: string, ...mutants: string[]])[] = [
  ['a condition is negated', 'if (a) b', 'if (!(a)) b', 'if (a) ;'],
  ['an operator is swapped', 'export default a && b', 'export default (a) || (b)'],
  ['a number is off by one', 'export default 7', 'export default 8'],
  ['a truth is turned', 'export default true', 'export default false'],
  ['a negation goes', 'export default !a', 'export default (a)'],
  ['a statement goes', 'a()', ';'],
  ['what is returned goes', 'export default () => a', 'export default () => undefined'],
  ['an errno is another', "export default 'EINVAL'", "export default 'EMUTANT'"],
  ['other texts stay', "export default 'listen'"],
]
for (const [name, source, ...wanted] of ROWS) test(name, () => assert.deepEqual(mutated(source), wanted))

test('types go and leave every position as it was', () => {
  const source = 'const a: number = 1'
  const [mutant] = mutantsOf(erase(source))
  assert.equal(source.slice(mutant!.start, mutant!.end), '1')
})
