/** Asks why from within each sandbox, as root and as nobody, and once more from outside of it. A line of JSON for each. */
import { fileURLToPath } from 'node:url'
import { WhyAsker } from './ask-why.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { DenyingGroup } from './lab/denying-group.ts'
import { inTime, inTurns } from './lab/in-turns.ts'
import { Play } from './play.ts'
import { SANDBOXES, type SandboxRow } from './sandboxes.ts'

type Row = { -readonly [key in keyof DiagnosedRow]: DiagnosedRow[key] }

const PATIENCE = 120_000
const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const HEALTHY = [
  { port: 8080, behaviour: 'http' },
  { port: 9000, behaviour: 'datagrams' },
] as const

const wanted = new Set(process.argv.slice(2))
const rows = SANDBOXES.filter(({ name }) => wanted.size === 0 || wanted.has(name))

await inTurns(rows, 3, async sandbox => {
  const row: Row = { name: sandbox.name }
  await inTime(PATIENCE, play(sandbox, row)).catch(error => {
    row.error = String((error as Error).stack)
  })
  process.stdout.write(`${JSON.stringify(row)}\n`)
})
process.exit(0)

async function play({ name, way, protocol = 'tcp' }: SandboxRow, row: Row): Promise<void> {
  const played = await Play.open({ name, healthy: HEALTHY, changes: [] })
  const group =
    way === 'group'
      ? await DenyingGroup.open(name, 'connect')
      : way === 'group-egress'
        ? await DenyingGroup.open(name, 'egress')
        : undefined
  const around = group !== undefined ? [] : [process.execPath, at('./lab/sandboxed.ts'), way]
  const inside = new WhyAsker(played.lab, { around, onStart: pid => group?.take(pid) })
  const outside = new WhyAsker(played.lab)
  const asked = { target: protocol === 'tcp' ? '10.0.2.2:8080' : '10.0.2.2:9000', protocol }
  try {
    row.client = await inside.ask(asked)
    row.unprivileged = await inside.ask({ ...asked, as: 'nobody' })
    row.mended = await outside.ask(asked)
  } finally {
    await inside.close()
    await outside.close()
    await played.close()
    await group?.close()
  }
}
