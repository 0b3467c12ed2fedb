/** Asks the reverse question at the server of each row, as root and as nobody; mends it and asks again. A line of JSON for each. */
import { WhyAsker } from './ask-why.ts'
import { BINDS, type BindRow } from './binds.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { inTime, inTurns } from './lab/in-turns.ts'
import { Play } from './play.ts'

type Row = { -readonly [key in keyof DiagnosedRow]: DiagnosedRow[key] }

const PATIENCE = 120_000

const wanted = new Set(process.argv.slice(2))
const rows = BINDS.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, 3, async bind => {
  const row: Row = { name: bind.name }
  await inTime(PATIENCE, play(bind, row)).catch(error => {
    row.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(row)}\n`)
})
process.exit(0)

async function play(bind: BindRow, row: Row): Promise<void> {
  const played = await Play.open(bind)
  const asker = new WhyAsker(played.lab, { at: 'server' })
  const { what = '8080', protocol } = bind
  const asked = { target: what, reverse: true, ...(protocol !== undefined && { protocol }) } as const
  try {
    await played.inject()
    row.client = await asker.ask(asked)
    row.unprivileged = await asker.ask({ ...asked, as: 'nobody' })
    await played.undo()
    row.mended = await asker.ask(asked)
  } finally {
    await asker.close()
    await played.close()
  }
}
