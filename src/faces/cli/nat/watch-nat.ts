/** `ports nat --watch`: a line for each translated connection that comes, changes or goes. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import type { ConnectionChange, ConnectionQuery, OS } from '../../../os/os.ts'
import { formatTracked, protocolWord, watchNat } from '../../../tools/nat/nat.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { ndjsonLine } from '../render/json.ts'
import { warn } from '../render/output.ts'
import type { NatShowFlags } from '../specs/nat-show.ts'
import type { Format } from '../specs/shared-flags.ts'
import { natItem } from './nat-item.ts'
import { stateOf } from './nat-words.ts'

export async function showChanges(
  context: CliContext,
  os: OS,
  flags: NatShowFlags,
  format: Format,
  query: ConnectionQuery,
): Promise<ExitStatus> {
  let seq = 0
  for await (const change of watchNat(os, { query, all: flags.all, signal: context.signal })) {
    if (change.kind === 'unavailable') {
      const message = `changes of connections can’t be told (${UNKNOWN_SAYS[change.reason]}): ${change.says}`
      await warn(context, flags, [{ code: 'changes-unavailable', message }])
      return change.reason === 'denied' && flags.strict ? EXIT.incomplete : EXIT.undecided
    }
    const at = new Date(os.clock.now()).toISOString()
    if (format === 'ndjson') {
      await context.stdout.write(ndjsonLine(change.kind, seq++, { at, ...members(change) }))
      continue
    }
    if (change.kind === 'listening') continue
    if (change.kind === 'lost') {
      const message = 'more connections changed than could be read: some changes are missing'
      await warn(context, flags, [{ code: 'changes-lost', message }])
      continue
    }
    await context.stdout.write(`${lineOf(at, change)}\n`)
  }
  return EXIT.done
}

const members = (change: ConnectionChange): object =>
  'connection' in change
    ? { connection: natItem({ connection: change.connection, proof: { unknown: 'not-asked' } }) }
    : {}

function lineOf(
  at: string,
  { kind, connection }: Extract<ConnectionChange, { readonly connection: unknown }>,
): string {
  const { protocol, original, reply } = connection
  return [
    at,
    kind,
    protocolWord(protocol),
    stateOf(connection),
    formatTracked(original.source),
    formatTracked(original.destination),
    formatTracked(reply.destination),
    formatTracked(reply.source),
  ].join('\t')
}
