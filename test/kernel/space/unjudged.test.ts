/**
 * SCTP and DCCP: the rows judge the model everywhere, by what kernels' sources say; and a kernel that has the protocol judges
 * the rows.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { PROTOCOL_RULES } from '../../../src/model/space/protocol-rules.ts'
import { whyNoStage } from '../stage/stage.ts'
import { readCase, unlike } from './case.ts'
import { UNJUDGED } from './cases/unjudged.ts'
import { judgeRow } from './judge-row.ts'
import { openKernel } from './kernel.ts'
import { modelOf } from './open-model.ts'

for (const { protocol, release, tables } of UNJUDGED) {
  test(`${protocol} says that it is unjudged`, () => assert.notEqual(PROTOCOL_RULES[protocol].unjudged, null))
  for (const [table, cases] of Object.entries(tables)) {
    test(`${table}: no name is used twice`, () => {
      assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
    })
    for (const one of cases) {
      test(`${table}: ${one.name}, says the model of Linux ${release}`, () =>
        assert.equal(judgeRow(modelOf(release), readCase(one)), null))
    }
  }

  test(`${protocol}, by a kernel that has it`, { skip: await whyNot(protocol) }, async t => {
    const kernel = await openKernel()
    try {
      for (const [table, cases] of Object.entries(tables)) {
        const read = cases.map(readCase)
        const runs = await kernel.run(
          read.map(({ program }) => program),
          false,
        )
        for (const [i, { name, lines }] of read.entries()) {
          await t.test(`${table}: ${name}, says the kernel`, () => {
            assert.equal(runs[i]!.steps.length, lines.length, 'every action was done')
            assert.deepEqual(
              lines.flatMap((line, j) => unlike(line, runs[i]!.steps[j]!.outcome) ?? []),
              [],
            )
          })
        }
      }
    } finally {
      await kernel.close()
    }
  })
}

async function whyNot(protocol: (typeof UNJUDGED)[number]['protocol']): Promise<string | false> {
  const why = whyNoStage()
  if (why !== null) return why
  const { kernelHas } = await import('./calls.ts')
  return kernelHas(protocol) ? false : `the kernel has no ${protocol.toUpperCase()}`
}
