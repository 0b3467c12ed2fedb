/** What a listing was asked for, and how it ends: the same for sockets, counts, tallies and rates. */
import type { OS } from '../../../os/os.ts'
import type { TableRequest } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import type { Warning } from '../render/json.ts'
import type { LsFlags } from '../specs/ls.ts'
import type { Format } from '../specs/shared-flags.ts'

export interface Listing {
  readonly context: CliContext
  readonly flags: LsFlags
  readonly format: Format
  readonly os: OS
  readonly request: TableRequest
  /** Words of a filter were given. */
  readonly filtered: boolean
  /** Of namespaces that were to be read and may not be. */
  readonly unread: readonly Warning[]
}

/**
 * The exit status; and a word on stderr for somebody at a terminal who would else see nothing at all. Nothing matched
 * is a status of its own only where something was asked for.
 */
export async function ending(
  { context, flags, format, filtered }: Listing,
  { rows, complete }: { readonly rows: number; readonly complete: boolean },
): Promise<ExitStatus> {
  if (rows === 0 && format === 'table')
    await context.stderr.write(filtered ? 'no socket matches the filter\n' : 'no sockets\n')
  if (flags.strict && !complete) return EXIT.incomplete
  return rows === 0 && filtered ? EXIT.nothingMatched : EXIT.done
}
