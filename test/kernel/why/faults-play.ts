/** Injects each row's fault, tries as a plain program would, mends it and tries again; says what came, a line for each row. */

import type { Fault } from './fault.ts'
import { FAULTS } from './faults/faults.ts'
import { inTime, inTurns } from './lab/in-turns.ts'
import { Play } from './play.ts'
import type { PlayedFault } from './played-fault.ts'

type Told = { -readonly [key in keyof PlayedFault]: PlayedFault[key] }

/** Milliseconds for one row. */
const PATIENCE = 60_000

const wanted = new Set(process.argv.slice(2))
const rows = FAULTS.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, 10, async ({ name, ...fault }) => {
  const told: Told = { name }
  await inTime(PATIENCE, play({ name, ...fault }, told)).catch(error => {
    told.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(told)}\n`)
})
process.exit(0)

async function play(fault: Fault, told: Told): Promise<void> {
  const played = await Play.open(fault)
  try {
    await played.inject()
    told.symptom = await played.plain()
    if (fault.plain.tls !== undefined) told.tls = await played.opensslSays()
    await played.undo()
    told.mended = await played.plainMended()
  } finally {
    await played.close()
  }
}
