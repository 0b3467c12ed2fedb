/** Injects each row's fault and asks why, from each point of view that the row has; mends it and asks again. A line for each row. */

import { WhyAsker } from './ask-why.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults/faults.ts'
import { authority } from './lab/certificates.ts'
import { AT_ONCE, inTime, inTurns } from './lab/in-turns.ts'
import { isRouter, mendedTarget, Play, targetOf } from './play.ts'

type Row = { -readonly [key in keyof DiagnosedRow]: DiagnosedRow[key] }

/** Milliseconds for one row, which is asked up to five times. */
const PATIENCE = 300_000

const wanted = new Set(process.argv.slice(2))
const rows = FAULTS.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, AT_ONCE, async fault => {
  const row: Row = { name: fault.name }
  await inTime(PATIENCE, play(fault, row)).catch(error => {
    row.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(row)}\n`)
})
process.exit(0)

async function play(fault: Fault, row: Row): Promise<void> {
  const played = await Play.open(fault)
  const asker = new WhyAsker(played.lab, fault.plain.tls === undefined ? undefined : authority())
  const { protocol, source, mended } = fault
  const asked = {
    target: targetOf(fault),
    ...(protocol !== undefined && { protocol }),
    ...(source !== undefined && { source }),
  }
  const routers = played.lab.hosts.filter(isRouter).map(({ name }) => name)
  try {
    await played.inject()
    row.client = await asker.ask(asked)
    if (fault.withTarget !== undefined) row.withTarget = await asker.ask({ ...asked, from: ['server'] })
    if (fault.withRouter !== undefined)
      row.withRouter = await asker.ask({ ...asked, from: [...routers, 'server'] })
    row.unprivileged = await asker.ask({ ...asked, as: 'nobody' })
    await played.undo()
    row.mended = await asker.ask({
      ...(protocol !== undefined && { protocol }),
      ...((mended?.source ?? (mended === undefined && source)) && { source: mended?.source ?? source! }),
      target: mendedTarget(fault),
    })
  } finally {
    await asker.close()
    await played.close()
  }
}
