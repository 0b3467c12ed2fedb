/** Each thing that keeps others out of a port of this host is named, by what the host knows of itself; mended, nothing is. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Asked, BINDS } from './binds.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { judgeTold, summary } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'
import type { Told } from './lab/told.ts'

const why = whyNoLab()
const diagnosed =
  why === null
    ? playAll<DiagnosedRow>(
        '../binds-play.ts',
        BINDS.map(({ name }) => name),
      )
    : null

for (const { name, root, nobody } of BINDS) {
  test(name, { skip: why ?? false }, async () => {
    const { error, client, unprivileged, mended } = await diagnosed!(name)
    assert.equal(error, undefined, error)
    judge('root', root, client!)
    judge('nobody', nobody, unprivileged!)
    assert.equal(mended!.verdict, 'reachable', summary(mended!))
  })
}

function judge(who: string, expected: Asked, told: Told): void {
  const [culprit = 'nothing'] = [expected.first ?? []].flat()
  assert.deepEqual(judgeTold(who, expected, culprit, told), [])
  const said = [...told.evidence, ...told.steps.map(({ says }) => says)].join('\n')
  if (expected.says !== undefined) assert.match(said, expected.says)
}
