/** Asks why in each healthy network, by the client's view and with all views. A line of JSON for each. */
import { WhyAsker } from './ask-why.ts'
import { CONTROLS, type Control } from './controls.ts'
import type { DiagnosedControl } from './diagnosed-control.ts'
import { authority } from './lab/certificates.ts'
import { AT_ONCE, inTime, inTurns } from './lab/in-turns.ts'
import { isRouter, Play, targetOf } from './play.ts'

type Row = { -readonly [key in keyof DiagnosedControl]: DiagnosedControl[key] }

const PATIENCE = 300_000

const wanted = new Set(process.argv.slice(2))
const rows = CONTROLS.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, AT_ONCE, async control => {
  const row: Row = { name: control.name }
  await inTime(PATIENCE, play(control, row)).catch(error => {
    row.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(row)}\n`)
})
process.exit(0)

async function play(control: Control, row: Row): Promise<void> {
  const played = await Play.open(control)
  const { protocol, source } = control
  const target = targetOf(control)
  const asker = new WhyAsker(played.lab, { trusted: target.startsWith('https:') ? authority() : undefined })
  const asked = {
    target,
    ...(protocol !== undefined && { protocol }),
    ...(source !== undefined && { source }),
  }
  const from = [...played.lab.hosts.filter(isRouter).map(({ name }) => name), 'server']
  try {
    await played.inject()
    row.client = await asker.ask(asked)
    row.withAll = await asker.ask({ ...asked, from })
  } finally {
    await asker.close()
    await played.close()
  }
}
