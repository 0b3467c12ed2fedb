/** A table of rows, by the kernel and by the model. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { judge } from './judge.ts'
import { openNatKernel } from './kernel.ts'
import { programOf, type Row, unlike } from './row.ts'

export async function judgeRows(t: TestContext, rows: readonly Row[]): Promise<void> {
  const kernel = await openNatKernel()
  try {
    const programs = rows.map(programOf)
    const runs = await kernel.run(programs.map(({ program }) => program))
    for (const [i, row] of rows.entries()) {
      await t.test(row.name, () => {
        const run = runs[i]!
        assert.equal(run.refused, undefined)
        const { program, expected } = programs[i]!
        const wrong = expected.flatMap((one, step) => unlike(one, run.observations[step]!))
        assert.equal(wrong.join('\n'), '', 'the kernel')
        assert.equal(judge(program, run).disagreement?.why, undefined, 'the model')
      })
    }
  } finally {
    await kernel.close()
  }
}
