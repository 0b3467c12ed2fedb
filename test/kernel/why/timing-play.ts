/** Asks why three times for each row, each time by a program that has only begun. A line of JSON for each row. */
import { WhyAsker } from './ask-why.ts'
import type { Setting } from './fault.ts'
import { FAULTS } from './faults/faults.ts'
import type { Told } from './lab/told.ts'
import { Play, targetOf } from './play.ts'
import { TIMING_ROWS } from './timing-rows.ts'

export interface TimedRow {
  readonly name: string
  readonly told: readonly Told[]
}

const TIMES = 3
const HEALTHY: Setting = { name: 'healthy', changes: [] }

const wanted = new Set(process.argv.slice(2))
// One after another: they are about time.
for (const { name } of TIMING_ROWS.filter(row => wanted.size === 0 || wanted.has(row.name)))
  process.stdout.write(`${JSON.stringify(await play(FAULTS.find(one => one.name === name) ?? HEALTHY))}\n`)
process.exit(0)

async function play(setting: Setting): Promise<TimedRow> {
  const played = await Play.open(setting)
  const told: Told[] = []
  try {
    await played.inject()
    for (let i = 0; i < TIMES; i++) {
      const asker = new WhyAsker(played.lab)
      const { source } = setting
      told.push(await asker.ask({ target: targetOf(setting), ...(source !== undefined && { source }) }))
      await asker.close()
    }
    return { name: setting.name, told }
  } finally {
    await played.close()
  }
}
