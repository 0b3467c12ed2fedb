/** `ports fw open` and `ports fw close`: shows the plan, asks, does it, and says what it came to. */
import { parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import type { OS } from '../../../os/os.ts'
import {
  type ApplyResult,
  carryOutPort,
  type PortPlan,
  type PortRequest,
  planPort,
  portWhat,
} from '../../../tools/apply/apply.ts'
import { readRuleset, unreadParts } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { clean } from '../render/clean.ts'
import { formatOf } from '../render/output.ts'
import type { FwPortFlags } from '../specs/fw-port-flags.ts'
import { applyLines, findingLines, keptLines, text } from './change-text.ts'
import { showChange } from './show-change.ts'
import { startWatchdog } from './start-watchdog.ts'
import { unreadWarning } from './subject.ts'

export async function changePortRules(
  context: CliContext,
  flags: FwPortFlags,
  action: 'open' | 'close',
  word: string,
): Promise<ExitStatus> {
  const format = formatOf(context, flags, `ports fw ${action}`)
  const request = requestOf(flags, action, word)
  const words = format === 'table' || format === 'plain'
  const os = await context.openOS()
  try {
    const live = await readRuleset(os)
    const unread = unreadParts(live)
    const known = { complete: unread.length === 0, warnings: unread.map(unreadWarning) }
    const plan = await planPort(os, request, live, { persist: flags.persist })
    if (plan.manager !== null && flags.confirm !== undefined)
      throw fault('E_USAGE', {
        what: `--confirm works in our own table only, and ${plan.manager} manages this machine`,
        command: `ports fw ${action}`,
      })
    const blind = unread.map(({ says }) => `  not judged: ${says}`)
    if (words) await context.stdout.write(planText(plan) + (blind.length === 0 ? '' : text(blind)))
    const willDo = plan.steps.length > 0 && !flags.dryRun
    if (willDo && !flags.yes && !(await agreed(context, words, portWhat(request)))) return EXIT.no
    const result = await carryOutPort(os, plan, {
      windowMs: flags.confirm ?? null,
      persist: flags.persist,
      dryRun: flags.dryRun,
      startWatchdog: startWatchdog(context),
    })
    return await finish(context, os, flags, plan, result, known)
  } finally {
    await os.close()
  }
}

/** Throws `E_PORT_SYNTAX`, `E_ENDPOINT_SYNTAX`, `E_USAGE`. */
function requestOf({ udp, from }: FwPortFlags, action: PortRequest['action'], word: string): PortRequest {
  const { host, port, protocol = udp ? 'udp' : 'tcp' } = parseEndpoint(word)
  const wrong = (what: string) => fault('E_USAGE', { what, command: `ports fw ${action}` })
  if (host !== undefined)
    throw wrong(`"${word}" names an address: give the port alone, and sources with --from`)
  if (port === 0) throw fault('E_PORT_ZERO')
  if (protocol !== 'tcp' && protocol !== 'udp') throw wrong(`only ports of tcp and udp, not of ${protocol}`)
  if (udp && protocol === 'tcp') throw wrong(`"${word}" is of tcp, and --udp says otherwise`)
  return { action, port, protocol, from: from ?? null }
}

function planText({ request, manager, steps, findings }: PortPlan): string {
  const through =
    manager === null ? 'in the table inet portolan' : `through ${manager}, which manages this machine`
  const lines =
    steps.length === 0
      ? [`${portWhat(request)}: nothing to do ${through}`]
      : [`would ${portWhat(request)}, ${through}:`, ...steps.map(step => `  ${step}`)]
  return text([...lines, ...findings.flatMap(findingLines)])
}

async function finish(
  context: CliContext,
  os: OS,
  flags: FwPortFlags,
  plan: PortPlan,
  result: ApplyResult,
  known: Parameters<typeof showChange>[5],
): Promise<ExitStatus> {
  const all = { ...result, findings: [...plan.findings, ...result.findings] }
  const shown = result.verdict === 'planned' || result.verdict === 'unchanged'
  const said = shown
    ? linesText([...keptLines(result), ...result.findings.flatMap(findingLines)])
    : applyLines(os, result, flags.confirm ?? null)
  await showChange(context, os, flags, [all], said, known)
  return result.verdict === 'refused' ? EXIT.no : statusOf(plan)
}

const linesText = (lines: readonly string[]): string => (lines.length === 0 ? '' : text(lines))

/** What it comes to: closed in spite of it is a clear no, and what depends is undecided. */
function statusOf({ findings }: PortPlan): ExitStatus {
  const codes = new Set(findings.map(({ code }) => code))
  if (['still-closed', 'still-open', 'passed-on'].some(code => codes.has(code))) return EXIT.no
  return codes.has('perhaps-closed') ? EXIT.undecided : EXIT.done
}

/** Throws `E_FW_UNCONFIRMED` where there is nobody to ask, or the answer is for a program to read. */
async function agreed({ prompt, stderr }: CliContext, words: boolean, what: string): Promise<boolean> {
  if (prompt === null || !words) throw fault('E_FW_UNCONFIRMED')
  if (/^y(es)?$/i.test((await prompt(`${clean(what)}? [y/N] `)).trim())) return true
  await stderr.write('ports: nothing was changed\n')
  return false
}
