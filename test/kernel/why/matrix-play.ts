/**
 * Injects each row's fault and asks why, from each point of view that the row has; does what is advised where the cause is proven, or takes
 * the fault back, and asks again. A line for each row.
 */

import { WhyAsker } from './ask-why.ts'
import { carryOut } from './carry-out.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults/faults.ts'
import { NOT_CARRIED_OUT } from './kept-as-they-are.ts'
import { authority } from './lab/certificates.ts'
import { AT_ONCE, inTime, inTurns } from './lab/in-turns.ts'
import type { ToldCause } from './lab/told.ts'
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
  const trusted = /server\.test/.test(targetOf(fault)) ? authority() : undefined
  const asker = new WhyAsker(played.lab, { trusted })
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
    const advice = adviceFor(fault, row)
    if (advice !== undefined) {
      const [followed, ...beside] = advice
      row.followed = followed!
      const asks = await carryOut(followed!, beside, played.stage)
      // What is tracked is no matter of time: whoever is told to do something about it does it.
      await played.lab.forget({ connections: false })
      row.through = await played.plainAsked(asks)
      row.mended = await asker.ask({ ...asked, ...asks })
      await played.clear()
      return
    }
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

/** What is told by who sees most, of those who have proven what comes first; undefined where nobody proves one, or the row has a reason. */
function adviceFor(
  { name }: Fault,
  { withRouter, withTarget, client }: Row,
): readonly ToldCause[] | undefined {
  if (Object.hasOwn(NOT_CARRIED_OUT, name)) return undefined
  const views = [withRouter, withTarget, client].map(told => told?.causes ?? [])
  return views.find(([first]) => first?.certainty === 'proven')
}
