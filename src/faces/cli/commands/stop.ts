/** `ports stop`: shows who would be ended and how, asks, does it, and says who has the port now. */
import { parseEndpoint } from '../../../model/endpoint.ts'
import type { OS } from '../../../os/os.ts'
import {
  carryOut,
  nobodyHolds,
  planStop,
  type StopOptions,
  type StopPlan,
  type StopResult,
} from '../../../tools/stop/stop.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { clean } from '../render/clean.ts'
import { formatOf, print } from '../render/output.ts'
import type { Format } from '../specs/shared-flags.ts'
import type { StopFlags } from '../specs/stop.ts'
import { confirmed } from '../stop/confirmed.ts'
import { stopColumns, stopItem } from '../stop/stop-item.ts'
import { planLines, resultLines } from '../stop/stop-text.ts'

export default async function stop(
  this: CliContext,
  flags: StopFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports stop')
  if (flags.connection)
    return (await import('../stop/stop-connections.ts')).stopConnections(this, flags, format, words)
  const asked = words.map(word => parseEndpoint(word))
  const os = await this.openOS()
  try {
    const plans: StopPlan[] = []
    for (const one of asked) plans.push(await planStop(os, one, optionsOf(this, flags)))
    return await decide(this, os, flags, format, plans)
  } finally {
    await os.close()
  }
}

async function decide(
  context: CliContext,
  os: OS,
  flags: StopFlags,
  format: Format,
  plans: readonly StopPlan[],
): Promise<ExitStatus> {
  const text = format === 'table' || format === 'plain'
  if (text) for (const plan of plans) await context.stdout.write(planLines(plan, flags))
  if (flags.dryRun) {
    if (!text) await write(context, flags, plans)
    if (plans.every(nobodyHolds)) return EXIT.nothingMatched
    return plans.some(({ steps }) => steps.length > 0) ? EXIT.done : EXIT.no
  }
  const steps = plans.flatMap(plan => plan.steps)
  if (steps.length > 0 && !(await confirmed(context, flags, text, plans))) return EXIT.no
  const results: StopResult[] = []
  for (const plan of plans) {
    const result = await carryOut(os, plan, optionsOf(context, flags))
    results.push(result)
    if (text) await context.stdout.write(resultLines(result, flags))
  }
  if (!text) await write(context, flags, results)
  return statusOf(results)
}

function statusOf(results: readonly StopResult[]): ExitStatus {
  if (results.some(({ verdict }) => verdict === 'held' || verdict === 'taken-over')) return EXIT.no
  return results.some(({ verdict }) => verdict === 'freed') ? EXIT.done : EXIT.nothingMatched
}

const write = (
  context: CliContext,
  flags: StopFlags,
  rows: readonly (StopPlan | StopResult)[],
): Promise<void> =>
  print(context, flags, { schema: 'stop@1', type: 'stop', columns: stopColumns, rows, item: stopItem })

function optionsOf(context: CliContext, flags: StopFlags): StopOptions & Parameters<typeof planStop>[2] {
  const { env, prompt, signal } = context
  const { SSH_CONNECTION: login, PATH: path } = env
  return {
    signal,
    timeoutMs: flags.timeout,
    send: `SIG${flags.signal ?? 'TERM'}`,
    processesOnly: flags.process,
    ...(login === undefined ? {} : { login }),
    ...(path === undefined || path === '' ? {} : { path }),
    kill:
      flags.force || prompt === null || flags.yes
        ? flags.force
        : async ({ holder: { process } }) => {
            const who = `${clean(process.name)} (pid ${process.pid})`
            return /^y(es)?$/i.test((await prompt(`${who} still runs. Kill it? [y/N] `)).trim())
          },
  }
}
