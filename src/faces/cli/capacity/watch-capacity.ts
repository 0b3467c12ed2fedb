/** `ports capacity --watch`: the pools after every look, with what was used before as a line of blocks. */
import { fault } from '../../../model/fault.ts'
import type { OS } from '../../../os/os.ts'
import { type CapacityRequest, watchCapacity } from '../../../tools/capacity/capacity.ts'
import type { CapacityFormat } from '../commands/capacity.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { ndjsonLine } from '../render/json.ts'
import type { CapacityFlags } from '../specs/capacity.ts'
import { poolItem } from './pool-item.ts'
import { showCapacity } from './show-capacity.ts'

/** So many looks are remembered. */
const REMEMBERED = 20

export async function watch(
  context: CliContext,
  os: OS,
  flags: CapacityFlags,
  format: CapacityFormat,
  request: CapacityRequest,
): Promise<ExitStatus> {
  if (format === 'json' || format === 'prom')
    throw fault('E_USAGE', {
      what: `--watch doesn’t go with -o ${format}: that is one answer`,
      command: 'ports capacity',
    })
  const history = new Map<string, number[]>()
  let seq = 0
  try {
    for await (const capacity of watchCapacity(os, request)) {
      for (const { pool, used } of capacity.pools)
        history.set(pool, [...(history.get(pool) ?? []), used].slice(-REMEMBERED))
      const at = new Date(capacity.at).toISOString()
      if (format === 'ndjson') {
        const lines = capacity.pools.map(pool => ndjsonLine('pool', seq++, poolItem(pool, capacity.at)))
        await context.stdout.write(lines.join(''))
      } else {
        if (format === 'table') await context.stdout.write(`${seq === 0 ? '' : '\n'}${at}\n`)
        const noHeader = flags.noHeader || (format !== 'table' && seq > 0)
        await showCapacity(context, { ...flags, noHeader }, format, capacity, history)
        seq++
      }
    }
  } catch (error) {
    // To be interrupted is how a watch ends.
    if (request.signal?.aborted !== true) throw error
  }
  return EXIT.done
}
