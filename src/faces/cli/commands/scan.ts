/** `ports scan`: which TCP ports of whom somebody listens on. */
import { fault } from '../../../model/fault.ts'
import { parsePortSet } from '../../../model/port-set.ts'
import {
  planScan,
  type ScanPlan,
  type ScanRequest,
  ScanTally,
  scan,
  scanFindings,
} from '../../../tools/scan/scan.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { portNames } from '../port-names.ts'
import { formatOf, print } from '../render/output.ts'
import { Progress } from '../scan/progress.ts'
import { planFacts, planItem, scanColumns, scanItem, targetItem, targetLine } from '../scan/scan-item.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { ScanFlags } from '../specs/scan.ts'

const COMMAND = 'ports scan'
/** Targets that get a line of their own after the results. */
const MOST_LINES = 20

export default async function scanCommand(
  this: CliContext,
  flags: ScanFlags,
  ...targets: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  const request = requestOf(this, flags, targets)
  const os = await this.openOS()
  try {
    const { signal } = this
    const plan = await planScan(os, request, { signal })
    if (flags.dryRun) {
      await printPlan(this, flags, plan)
      return EXIT.done
    }
    const tally = new ScanTally(flags.all)
    const began = os.clock.monotonic()
    const progress = new Progress(this.stderr, plan.pairs, () => os.clock.monotonic())
    let done = 0
    try {
      for await (const result of scan(os, plan, { signal })) {
        tally.add(result)
        done++
        if (done % 64 === 0) await progress.step(done, tally.total.open)
      }
    } catch (error) {
      // What was found until it was interrupted is still worth having.
      if (!signal.aborted) throw error
    } finally {
      await progress.end()
    }
    const names = await serviceNames(this)
    const serviceOf = (port: number): string | null => names(port, 'tcp')?.name ?? null
    const results = tally.results()
    const summed = tally.targets()
    await print(this, flags, {
      schema: 'scan@1',
      type: 'port',
      columns: scanColumns(serviceOf),
      rows: results,
      item: result => scanItem(result, serviceOf),
      more: {
        plan: planItem(plan),
        elapsedMs: Math.round(os.clock.monotonic() - began),
        targets: summed.map(targetItem),
      },
      complete: tally.total.unknown === 0 && done === plan.pairs,
      warnings: scanFindings(plan, tally).map(({ code, says, remedy }) => ({
        code,
        message: says,
        ...(remedy === undefined ? {} : { hint: remedy }),
      })),
    })
    if (format === 'table' || format === 'plain') {
      for (const one of summed.slice(0, MOST_LINES)) await this.stderr.write(`ports: ${targetLine(one)}\n`)
      if (summed.length > MOST_LINES)
        await this.stderr.write(`ports: and ${summed.length - MOST_LINES} more, which --json counts\n`)
    }
    if (tally.total.open > 0) return EXIT.done
    return tally.total.unknown > 0 ? EXIT.undecided : EXIT.nothingMatched
  } finally {
    await os.close()
  }
}

function requestOf(context: CliContext, flags: ScanFlags, targets: readonly string[]): ScanRequest {
  const { ports, top, rate, targetRate, atOnce, seed, allow, source } = flags
  if (ports !== undefined && top !== undefined)
    throw fault('E_USAGE', { what: '--ports and --top can’t both be had', command: COMMAND })
  return {
    targets,
    timeoutMs: flags.timeout,
    tries: flags.tries,
    public: flags.public,
    ...(ports === undefined ? {} : { ports: parsePortSet(ports, portNames(context)) }),
    ...(top === undefined ? {} : { top }),
    ...(rate === undefined ? {} : { perSecond: rate }),
    ...(targetRate === undefined ? {} : { perSecondAndTarget: targetRate }),
    ...(atOnce === undefined ? {} : { atOnce }),
    ...(seed === undefined ? {} : { seed }),
    ...(allow === undefined ? {} : { allow: allow.flat() }),
    ...(source === undefined ? {} : { source }),
    ...(flags.interface === undefined ? {} : { device: flags.interface }),
  }
}

async function printPlan(context: CliContext, flags: ScanFlags, plan: ScanPlan): Promise<void> {
  const ports = flags.ports ?? `the ${plan.probe.ports.length} most common`
  await print(context, flags, {
    schema: 'scan-plan@1',
    type: 'scan-plan',
    columns: [
      { key: 'fact', title: 'FACT', value: ([fact]) => fact },
      { key: 'value', title: 'VALUE', value: ([, value]) => value, truncate: 'end' },
    ],
    rows: planFacts(plan, ports),
    items: [planItem(plan)],
  })
}
