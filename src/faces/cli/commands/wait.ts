/** `ports wait`: waits, says on stderr what for, and then runs a command if there is one. */
import { fault } from '../../../model/fault.ts'
import { parseWaitTarget, type TargetResult, waiting } from '../../../tools/wait/wait.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { clean } from '../render/clean.ts'
import { formatOf, print } from '../render/output.ts'
import type { WaitFlags } from '../specs/wait.ts'
import { waitColumns, waitItem } from '../wait/wait-item.ts'

export default async function wait(
  this: CliContext,
  flags: WaitFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports wait')
  const end = words.indexOf('--')
  const command = end === -1 ? [] : words.slice(end + 1)
  const targets = (end === -1 ? words : words.slice(0, end)).map(word => parseWaitTarget(word))
  if (targets.length === 0 || (end !== -1 && command.length === 0)) {
    const what = targets.length === 0 ? 'there is nothing to wait for' : 'no command stands after "--"'
    throw fault('E_USAGE', { what, command: 'ports wait' })
  }
  const results: TargetResult[] = []
  const os = await this.openOS()
  try {
    for await (const event of waiting(os, targets, optionsOf(this, flags))) {
      if (event.type === 'done') results.push(event.result)
      else if (!flags.quiet)
        await this.stderr.write(
          `ports: waiting for ${clean(event.target.text)}: ${clean(event.reason.says)}\n`,
        )
    }
  } finally {
    await os.close()
  }
  const ready = results.every(one => one.ready)
  const text = format === 'table' || format === 'plain'
  for (const { ready: came, target, reason, waitedMs } of results) {
    if (came || !text) continue
    const seconds = (waitedMs / 1000).toFixed(1)
    await this.stderr.write(
      `ports: gave up on ${clean(target.text)} after ${seconds} s: ${clean(reason.says)}\n`,
    )
  }
  // Where a command follows, stdout is the command's.
  if (command.length === 0) {
    const inOrder = targets.map(target => results.find(one => one.target === target)!)
    await print(this, flags, {
      schema: 'wait@1',
      type: 'target',
      columns: waitColumns,
      rows: inOrder,
      item: waitItem,
    })
  }
  if (!ready) return EXIT.timedOut
  if (command.length === 0) return EXIT.done
  const { runProgram } = await import('../run-program.ts')
  return (await runProgram(command, this.signal)) as ExitStatus
}

const optionsOf = ({ signal }: CliContext, { timeout, interval, stable, free }: WaitFlags) => ({
  signal,
  free,
  timeoutMs: timeout,
  intervalMs: interval,
  ...(stable === undefined ? {} : { stableMs: stable }),
})
