/** `ports` alone: one screen of what listens here, grouped by who can reach it, most exposed first. */
import type { OS } from '../../../os/os.ts'
import { listenersOf, readTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, print, warn } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import { overviewColumns, overviewRows } from '../sockets/overview-rows.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { OverviewFlags } from '../specs/overview.ts'

export default async function overview(this: CliContext, flags: OverviewFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags)
  const os = await this.openOS()
  try {
    const netns = await namespacesOf(os, flags.netns)
    const json = format === 'json' || format === 'ndjson'
    const table = await readTable(os, {
      listening: true,
      protocols: ['tcp', 'udp', 'sctp', 'dccp'],
      owners: true,
      details: json ? ['queues', 'tcp'] : ['queues'],
      signal: this.signal,
      ...(netns === undefined ? {} : { netns }),
    })
    const known = incompleteness(table)
    if (json) {
      const { namedItems } = await import('../sockets/items.ts')
      const item = await namedItems(this, table)
      await print(this, flags, {
        schema: 'sockets@1',
        type: 'socket',
        columns: [],
        rows: table.rows,
        item,
        ...known,
      })
    } else {
      await table.facts.prepare(table.rows, { owners: true, exposure: true, userNames: true, groups: true })
      const listeners = listenersOf(table)
      const services = await serviceNames(
        this,
        listeners.map(one => one.port),
      )
      const rows = overviewRows(table, listeners, services, this.now())
      if (format === 'table') {
        const { overviewScreen } = await import('../sockets/overview-screen.ts')
        await this.stdout.write(await overviewScreen(this, flags, rows))
        await warn(this, flags, known.warnings)
      } else {
        const item = () => ({})
        await print(this, flags, {
          schema: 'sockets@1',
          type: 'socket',
          columns: overviewColumns(),
          rows,
          item,
          ...known,
        })
      }
    }
    return flags.strict && !known.complete ? EXIT.incomplete : EXIT.done
  } finally {
    await os.close()
  }
}

async function namespacesOf(os: OS, text: string | undefined): Promise<readonly number[] | undefined> {
  if (text === undefined) return undefined
  return (await import('../../../tools/sockets/sockets.ts')).whichNamespaces(os, text)
}
