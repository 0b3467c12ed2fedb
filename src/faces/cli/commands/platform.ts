/** `ports platform`: the port rules of this machine, of another system, or of several side by side. */
import { SYSTEMS, type System, systemNamed } from '../../../model/space/systems/systems.ts'
import { type Platform, readPlatform } from '../../../tools/platform/platform.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { eachOnce, type FactRow, factRows, liveRows } from '../platform/fact-rows.ts'
import { systemItem } from '../platform/system-item.ts'
import type { Column } from '../render/column.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print } from '../render/output.ts'
import { wrapTable } from '../render/wrapped-table.ts'
import type { PlatformFlags } from '../specs/platform.ts'

export default async function platform(
  this: CliContext,
  flags: PlatformFlags,
  ...names: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports platform')
  const systems = eachOnce([...(flags.all ? SYSTEMS : []), ...names.map(systemNamed)])
  if (systems.length === 0) {
    const own = await ownPlatform(this)
    const items = [systemItem(own.system, own)]
    await printTable(this, flags, { columns: LIVE, rows: liveRows(own), items, warnings: doubts(own) })
  } else if (systems.length === 1) {
    const items = systems.map(system => systemItem(system))
    await printTable(this, flags, { columns: ONE, rows: factRows(systems), items })
  } else {
    const groups = format === 'table' ? abreast(systems, this.stdout.columns) : [systems]
    for (const [at, group] of groups.entries()) {
      if (at > 0) await this.stdout.write('\n')
      const items = group.map(system => systemItem(system))
      await printTable(this, flags, { columns: columnsOf(group), rows: factRows(group), items })
    }
  }
  return EXIT.done
}

interface Printed {
  readonly columns: readonly Column<FactRow>[]
  readonly rows: readonly FactRow[]
  readonly items: readonly object[]
  readonly warnings?: readonly Warning[]
}

function printTable(context: CliContext, flags: PlatformFlags, printed: Printed): Promise<void> {
  const shared = { schema: 'platform@1', type: 'system' }
  const { columns: width } = context.stdout
  if (formatOf(context, flags) !== 'table' || width === Number.POSITIVE_INFINITY)
    return print(context, flags, { ...shared, ...printed })
  return print(context, flags, { ...shared, ...printed, ...wrapTable(printed.columns, printed.rows, width) })
}

/** As many systems side by side as there is room for, the others below. */
function abreast(systems: readonly System[], width: number): readonly (readonly System[])[] {
  const room = Math.max(1, Math.min(systems.length, Math.floor((width - 21) / 17)))
  const groups = Math.ceil(systems.length / room)
  const each = Math.ceil(systems.length / groups)
  return Array.from({ length: groups }, (_, i) => systems.slice(i * each, (i + 1) * each))
}

async function ownPlatform(context: CliContext): Promise<Platform> {
  const os = await context.openOS()
  try {
    return await readPlatform(os)
  } finally {
    await os.close()
  }
}

/** The rules are those of a version; without it they may be others. */
const doubts = ({ system, release }: Platform): readonly Warning[] =>
  release.known || system.kind !== 'linux'
    ? []
    : [
        {
          code: 'release-unknown',
          message: 'the version of this kernel is not known: the rules are those of the newest',
          hint: 'Name it: ports platform linux-6.1',
        },
      ]

const FIELD: Column<FactRow> = { key: 'field', title: 'WHAT', value: row => row.field }
const SAYS: Column<FactRow> = {
  key: 'says',
  title: 'MEANS',
  value: row => row.says,
  least: 24,
  priority: 2,
}
const SOURCE: Column<FactRow> = {
  key: 'source',
  title: 'SOURCE',
  value: row => row.source,
  least: 24,
  priority: 3,
}

const ONE: readonly Column<FactRow>[] = [
  FIELD,
  { key: 'value', title: 'VALUE', value: row => row.values[0]! },
  SAYS,
  SOURCE,
]

const LIVE: readonly Column<FactRow>[] = [
  FIELD,
  { key: 'here', title: 'HERE', value: row => row.here },
  { key: 'usual', title: 'USUAL', value: row => row.values[0]! },
  SAYS,
  SOURCE,
]

const columnsOf = (systems: readonly System[]): readonly Column<FactRow>[] => [
  FIELD,
  ...systems.map(
    ({ name }, i): Column<FactRow> => ({
      key: name,
      title: name.toUpperCase(),
      value: row => row.values[i]!,
    }),
  ),
]
