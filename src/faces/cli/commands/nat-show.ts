/** `ports nat`: what this machine translates, by which rules, and whether there is room for more. */
import { fault } from '../../../model/fault.ts'
import { type NatPicture, readNat } from '../../../tools/nat/nat.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { natColumns, ruleColumns, sourceColumns } from '../nat/nat-columns.ts'
import { natItem, pictureMembers, ruleItem, sourceItem } from '../nat/nat-item.ts'
import { formatOf, print, warn, writePieces } from '../render/output.ts'
import type { NatShowFlags } from '../specs/nat-show.ts'
import type { Format } from '../specs/shared-flags.ts'

const COMMAND = 'ports nat'

export default async function natShow(
  this: CliContext,
  flags: NatShowFlags,
  ...targets: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  refuseContradictions(flags, format)
  const [target] = targets
  if (targets.length > 1)
    throw fault('E_USAGE', { what: `one target at a time, not ${targets.join(' and ')}`, command: COMMAND })
  const query =
    target === undefined ? {} : await (await import('../nat/nat-target.ts')).natTarget(this, target)
  const os = await this.openOS()
  try {
    if (flags.watch) {
      const { showChanges } = await import('../nat/watch-nat.ts')
      return await showChanges(this, os, flags, format, query)
    }
    const picture = await readNat(os, { query, all: flags.all, signal: this.signal })
    await show(this, flags, format, picture)
    return statusOf(flags, picture, target !== undefined)
  } finally {
    await os.close()
  }
}

function refuseContradictions(flags: NatShowFlags, format: Format): void {
  const refuse = (what: string) => fault('E_USAGE', { what, command: COMMAND })
  if (flags.rules && flags.sources) throw refuse('only one of --rules and --sources')
  if (!flags.watch) return
  if (flags.rules || flags.sources) throw refuse('--watch tells connections, not rules or sources')
  if (format === 'json') throw refuse('--watch doesn’t go with -o json: that is one answer; -o ndjson does')
  if (format === 'csv') throw refuse('--watch doesn’t go with -o csv; -o plain and -o ndjson do')
}

async function show(
  context: CliContext,
  flags: NatShowFlags,
  format: Format,
  picture: NatPicture,
): Promise<void> {
  const { rules, entries, sources, complete } = picture
  const warnings = picture.warnings.map(message => ({ code: 'nat-unread', message }))
  const frame = { complete, warnings }
  if (flags.rules) {
    const rows = rules.known ? rules.value : []
    const answer = { schema: 'nat-rules@1', type: 'rule', columns: ruleColumns, rows, item: ruleItem }
    return print(context, flags, { ...answer, ...frame })
  }
  if (flags.sources) {
    const answer = { schema: 'nat-sources@1', type: 'source', columns: sourceColumns, rows: sources }
    return print(context, flags, { ...answer, item: sourceItem, ...frame })
  }
  if (format === 'table') {
    const [{ natText }, { paintFor }] = await Promise.all([
      import('../nat/nat-text.ts'),
      import('../render/colour.ts'),
    ])
    const paint = paintFor(context, context.stdout, flags)
    const options = { paint, width: context.stdout.columns, header: !flags.noHeader, all: flags.all }
    await writePieces(context.stdout, natText(picture, options))
    return warn(context, flags, warnings)
  }
  await print(context, flags, {
    schema: 'nat@1',
    type: 'connection',
    columns: natColumns,
    rows: entries.known ? entries.value : [],
    item: natItem,
    more: pictureMembers(picture),
    ...frame,
  })
}

/** Findings are a no; so is nothing an answer where something was asked for. */
function statusOf(flags: NatShowFlags, picture: NatPicture, asked: boolean): ExitStatus {
  const { entries, rules, findings, complete } = picture
  if (flags.strict && !complete) return EXIT.incomplete
  if (!entries.known && !rules.known) return EXIT.undecided
  if (asked && entries.known && entries.value.length === 0) return EXIT.nothingMatched
  return findings.length > 0 ? EXIT.no : EXIT.done
}
