/** `ports forward`: listens, passes on, and at the end waits for those who are there. */
import type { OS } from '../../../os/os.ts'
import {
  type ForwardPlan,
  type ForwardStart,
  parseForwardRule,
  planForward,
  type Relay,
  startForwarding,
} from '../../../tools/forward/forward.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { type ForwardEvent, forwardLook } from '../forward/forward-events.ts'
import { printPlan } from '../forward/forward-plan.ts'
import { ForwardTally } from '../forward/forward-tally.ts'
import { clean } from '../render/clean.ts'
import { counted } from '../render/counted.ts'
import { eventWriter } from '../render/event-writer.ts'
import { formatOf } from '../render/output.ts'
import { sayReasons } from '../render/say-reasons.ts'
import type { ForwardFlags } from '../specs/forward.ts'
import type { Format } from '../specs/shared-flags.ts'

export default async function forward(
  this: CliContext,
  flags: ForwardFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports forward')
  const rules = words.map(parseForwardRule)
  const os = await this.openOS()
  try {
    const plan = await planForward(os, rules, optionsOf(flags))
    if (flags.dryRun) {
      await printPlan(this, flags, plan)
      return EXIT.done
    }
    const start = await startForwarding(os, plan)
    if (start.kind !== 'running') return await explain(this, start)
    return await passOn(this, os, flags, format, plan, start.relay)
  } finally {
    await os.close()
  }
}

const optionsOf = ({ allow, deny, max, buffer, idle, udpIdle, connectTimeout }: ForwardFlags) => ({
  allow: allow?.flat() ?? [],
  deny: deny?.flat() ?? [],
  atMost: max,
  bufferBytes: buffer,
  ...(idle === undefined ? {} : { tcpIdleMs: idle }),
  udpIdleMs: udpIdle,
  connectTimeoutMs: connectTimeout,
})

async function explain(
  { stderr }: CliContext,
  start: Exclude<ForwardStart, { readonly kind: 'running' }>,
): Promise<ExitStatus> {
  if (start.kind === 'unsupported') {
    await stderr.write(`ports: ${clean(start.says)}\n`)
    return EXIT.undecided
  }
  await sayReasons(stderr, start.rule.protocol, start.at, start.reasons)
  return EXIT.no
}

async function passOn(
  context: CliContext,
  { clock }: OS,
  flags: ForwardFlags,
  format: Format,
  plan: ForwardPlan,
  relay: Relay,
): Promise<ExitStatus> {
  const { stderr, signal, again } = context
  const text = format === 'table' || format === 'plain'
  const write = await eventWriter<ForwardEvent>(context, flags, format, forwardLook(plan.rules))
  const tally = new ForwardTally()
  let ended: Promise<void> | undefined
  const stop = (): void => {
    ended ??= end({ stderr, again }, clock, flags, relay, text ? tally : null)
  }
  for (const { says } of text ? plan.findings : []) await stderr.write(`ports: ${clean(says)}\n`)
  try {
    for (const [rule, at] of relay.listening.entries())
      await write({ kind: 'listening', rule, at, atMs: clock.now() })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    for await (const event of relay.events) {
      tally.count(event)
      if (flags.log) await write(event)
    }
    await ended
    if (text) await stderr.write(`ports: ${tally.says}\n`)
    return EXIT.done
  } catch (error) {
    // Nobody reads what we say any more: that ends it, as it ends every command.
    await relay.drain({ signal: AbortSignal.abort() })
    throw error
  }
}

/** Waits for those who are there, until a second signal or for so long as was asked; then they are cut. */
async function end(
  { stderr, again }: Pick<CliContext, 'stderr' | 'again'>,
  clock: OS['clock'],
  { drain }: ForwardFlags,
  relay: Relay,
  tally: ForwardTally | null,
): Promise<void> {
  const over = new AbortController()
  const limit = new AbortController()
  if (drain !== undefined)
    clock.sleep(drain, over.signal).then(
      () => limit.abort(),
      () => {}, // all had gone before
    )
  if (tally !== null && tally.open > 0)
    await stderr.write(
      `ports: waiting for ${counted(tally.open, 'connection')} to end; once more, and they are cut\n`,
    )
  await relay.drain({ signal: AbortSignal.any([again, limit.signal]) })
  over.abort()
}
