/** The rules that a command of `fw` is asked about: this machine's, with its addresses and routes, or a file's. */
import { fault } from '../../../model/fault.ts'
import type { Table } from '../../../model/filter/ruleset.ts'
import type { OS } from '../../../os/os.ts'
import type { Judged, LiveRuleset, UnreadPart } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { readText } from '../read-text.ts'
import type { Warning } from '../render/json.ts'
import type { RulesFlags } from '../specs/fw-flags.ts'

export interface Subject extends Judged {
  /** What they are called in an answer. */
  readonly name: string
  readonly warnings: readonly Warning[]
  /** False where something that may decide could not be read. */
  readonly complete: boolean
  /** Of this machine: all that was read. */
  readonly live?: LiveRuleset
}

/** Reads the rules, asks about them, and lets go of the host. With `strict`, part of an answer is none. */
export async function withSubject(
  context: CliContext,
  { rules, strict }: RulesFlags,
  ask: (subject: Subject, os: OS | undefined) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  if (rules !== undefined) return ask(await fileSubject(context, rules), undefined)
  const os = await context.openOS()
  try {
    const subject = await liveSubject(os, context.signal)
    const status = await ask(subject, os)
    return strict && !subject.complete ? EXIT.incomplete : status
  } finally {
    await os.close()
  }
}

export async function fileSubject(context: CliContext, path: string): Promise<Subject> {
  const [text, { neighbourChains, neighbourText, rulesetFromText }] = await Promise.all([
    readText(context, path),
    import('../../../tools/firewall/firewall.ts'),
  ])
  const name = path === '-' ? 'standard input' : path
  const { ruleset, warnings } = rulesetFromText(text, {
    name,
    include: file => context.files.read(file) ?? undefined,
  })
  const told = [
    ...warnings,
    ...neighbourChains(ruleset).map(neighbourText),
    ...(ruleset.tables.some(hasBridgeChain) ? [BRIDGES_OF_A_FILE] : []),
  ]
  return { name, ruleset, warnings: told.map(message => ({ code: 'rules', message })), complete: true }
}

const BRIDGES_OF_A_FILE =
  'chains of bridge tables are not asked: a file doesn’t tell which interfaces are ports of a bridge; on the machine itself they are'

const hasBridgeChain = ({ family, dormant, chains }: Table): boolean =>
  family === 'bridge' && !dormant && chains.some(({ base }) => base !== undefined)

/** Throws `E_RULES_UNREADABLE` where not one listing could be had: no rules and unknown rules are different things. */
export async function liveSubject(os: OS, signal: AbortSignal): Promise<Subject> {
  const [{ neighbourChains, neighbourText, readHost, readRuleset, unreadParts }, { finishLeftTrial }] =
    await Promise.all([
      import('../../../tools/firewall/firewall.ts'),
      import('../../../tools/apply/apply.ts'),
    ])
  const left = await finishLeftTrial(os)
  const live = await readRuleset(os, { signal })
  if (live.ruleset.tables.length === 0 && live.missing.some(({ view }) => view.startsWith('nft'))) {
    throw fault('E_RULES_UNREADABLE', { why: live.missing.map(({ says }) => says).join('; ') })
  }
  const host = await readHost(os)
  const outside = Object.values(live.outside).flatMap(told => (told.known ? told.value : []))
  const unread = unreadParts(live)
  const warnings = [
    ...(left === null ? [] : [LEFT]),
    ...(host.known ? host.value.leftOut : []).map(message => ({ code: 'routing-left-out', message })),
    ...live.warnings.map(message => ({ code: 'rules', message })),
    ...unread.map(unreadWarning),
    ...neighbourChains(live.ruleset).map(one => ({ code: 'rules', message: neighbourText(one) })),
  ]
  return {
    name: 'this machine',
    ruleset: live.ruleset,
    ...(host.known ? { host: host.value } : {}),
    outside,
    warnings,
    complete: unread.length === 0,
    live,
  }
}

export const unreadWarning = ({ code, says, remedy }: UnreadPart): Warning => ({
  code,
  message: says,
  ...(remedy === undefined ? {} : { hint: remedy }),
})

const LEFT: Warning = {
  code: 'trial-left',
  message: 'a change of the rules was on trial, and nothing watched over it any more: it was rolled back',
  hint: 'See "ports fw status".',
}
