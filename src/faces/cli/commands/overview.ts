/** `ports` alone: one screen of what listens here, grouped by who can reach it, most exposed first. */
import { listenersOf, readTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, print, warn } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import { overviewColumns, overviewRows, screenColumns } from '../sockets/overview-rows.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { OverviewFlags } from '../specs/overview.ts'

export default async function overview(this: CliContext, flags: OverviewFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags)
  const os = await this.openOS()
  try {
    const namespaces =
      flags.netns === undefined
        ? undefined
        : await (await import('../sockets/namespaces.ts')).namespacesOf(os, flags.netns)
    const json = format === 'json' || format === 'ndjson'
    const table = await readTable(os, {
      listening: true,
      protocols: ['tcp', 'udp', 'sctp', 'dccp'],
      owners: true,
      details: json ? ['queues', 'tcp'] : ['queues'],
      signal: this.signal,
      ...(namespaces === undefined ? {} : { netns: namespaces.inodes }),
    })
    const inEffect = await (await import('../sockets/exposure-in-effect.ts')).exposureInEffect(this, os)
    if (inEffect.judge !== undefined) table.facts.judgeExposure(inEffect.judge)
    const { complete, warnings } = incompleteness(table, namespaces?.unread)
    const known = {
      complete: complete && inEffect.complete,
      warnings: [...warnings, ...inEffect.warnings],
    }
    const shared = { schema: 'sockets@1', type: 'socket', ...known }
    if (json) {
      const { namedItems } = await import('../sockets/items.ts')
      const item = await namedItems(this, table)
      await print(this, flags, { ...shared, columns: [], rows: table.rows, item })
    } else {
      await table.facts.prepare(table.rows, {
        owners: true,
        exposure: true,
        userNames: true,
        groups: true,
        namespaces: namespaces !== undefined,
      })
      const listeners = listenersOf(table)
      const services = await serviceNames(
        this,
        listeners.map(one => one.port),
      )
      const rows = overviewRows(table, listeners, services)
      if (format === 'table') {
        const { overviewScreen } = await import('../sockets/overview-screen.ts')
        const columns = screenColumns(namespaces !== undefined, this.now())
        await this.stdout.write(await overviewScreen(this, flags, columns, rows))
        await warn(this, flags, known.warnings)
      } else {
        await print(this, flags, {
          ...shared,
          columns: overviewColumns(namespaces !== undefined),
          rows,
          item: () => ({}),
        })
      }
    }
    return flags.strict && !known.complete ? EXIT.incomplete : EXIT.done
  } finally {
    await os.close()
  }
}
