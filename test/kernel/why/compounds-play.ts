/** Makes two faults at once and asks why with all views; mends the first and asks again; mends the second and asks again. */
import { WhyAsker } from './ask-why.ts'
import { COMPOUNDS, type Compound } from './compounds.ts'
import type { DiagnosedCompound } from './diagnosed-compound.ts'
import { AT_ONCE, inTime, inTurns } from './lab/in-turns.ts'
import { isRouter, Play, targetOf } from './play.ts'

type Row = { -readonly [key in keyof DiagnosedCompound]: DiagnosedCompound[key] }

const PATIENCE = 300_000

const wanted = new Set(process.argv.slice(2))
const rows = COMPOUNDS.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, AT_ONCE, async compound => {
  const row: Row = { name: compound.name }
  await inTime(PATIENCE, play(compound, row)).catch(error => {
    row.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(row)}\n`)
})
process.exit(0)

async function play({ first, second }: Compound, row: Row): Promise<void> {
  const played = await Play.open(first)
  const asker = new WhyAsker(played.lab)
  const target = targetOf(first)
  const from = [...played.lab.hosts.filter(isRouter).map(({ name }) => name), 'server']
  try {
    // The second first: what a fault takes away must not be needed to make the other.
    await played.inject(second)
    await played.inject(first)
    row.both = await asker.ask({ target, from })
    await played.undo(first)
    row.second = await asker.ask({ target, from })
    await played.undo(second)
    row.mended = await asker.ask({ target })
  } finally {
    await asker.close()
    await played.close()
  }
}
