/** `ports platform`: the port rules of this machine, of another system, or of several side by side. */
import { SYSTEMS, type System, systemNamed } from '../../../model/space/systems/systems.ts'
import { type Platform, readPlatform } from '../../../tools/platform/platform.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { besides, type FactRow, factRows, liveRows } from '../platform/fact-rows.ts'
import { systemItem } from '../platform/system-item.ts'
import type { Column } from '../render/column.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print } from '../render/output.ts'
import type { PlatformFlags } from '../specs/platform.ts'

export default async function platform(
  this: CliContext,
  flags: PlatformFlags,
  ...names: string[]
): Promise<ExitStatus> {
  formatOf(this, flags, 'ports platform')
  const named = [...new Set(names)].map(systemNamed)
  const systems = flags.all ? besides(SYSTEMS, named) : named
  if (systems.length === 0) {
    const own = await ownPlatform(this)
    await printSystems(this, flags, {
      columns: LIVE,
      rows: liveRows(own),
      items: [systemItem(own.system, own)],
      warnings: doubts(own),
    })
    return EXIT.done
  }
  await printSystems(this, flags, {
    columns: systems.length === 1 ? ONE : columnsOf(systems),
    rows: factRows(systems),
    items: systems.map(system => systemItem(system)),
  })
  return EXIT.done
}

interface Printed {
  readonly columns: readonly Column<FactRow>[]
  readonly rows: readonly FactRow[]
  readonly items: readonly object[]
  readonly warnings?: readonly Warning[]
}

const printSystems = (context: CliContext, flags: PlatformFlags, printed: Printed): Promise<void> =>
  print(context, flags, { schema: 'platform@1', type: 'system', ...printed })

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
  truncate: 'end',
  least: 20,
  priority: 2,
}
const SOURCE: Column<FactRow> = {
  key: 'source',
  title: 'SOURCE',
  value: row => row.source,
  truncate: 'end',
  priority: 3,
}

const ONE: readonly Column<FactRow>[] = [
  FIELD,
  { key: 'value', title: 'VALUE', value: row => row.values[0]!, truncate: 'end' },
  { key: 'certainty', title: 'CERTAINTY', value: row => row.certainty, priority: 4 },
  SAYS,
  SOURCE,
]

const LIVE: readonly Column<FactRow>[] = [
  FIELD,
  { key: 'here', title: 'HERE', value: row => row.here, truncate: 'end' },
  { key: 'usual', title: 'USUAL', value: row => row.values[0]!, truncate: 'end' },
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
      truncate: 'end',
      least: 6,
    }),
  ),
]
