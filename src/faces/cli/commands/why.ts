/** `ports why`: what is in the way of a connection, from which evidence, and what to do about it. */
import { isAddress, parseAddress } from '../../../model/address.ts'
import { fault } from '../../../model/fault.ts'
import type { OS } from '../../../os/os.ts'
import { type AnyView, type Diagnosis, parseTarget, type WhyOptions } from '../../../tools/why/why.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf } from '../render/output.ts'
import type { WhyFlags } from '../specs/why.ts'
import { askAbout, show } from '../why/ask-and-show.ts'

const COMMAND = 'ports why'

export default async function why(
  this: CliContext,
  flags: WhyFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  if (flags.bind !== undefined) {
    const { whyOthersCant } = await import('../why/why-others-cant.ts')
    return statusOf([await whyOthersCant(this, flags, flags.bind, words, format)])
  }
  if (words.length === 0)
    throw fault('E_USAGE', { what: 'it needs a target, or --bind and a port', command: COMMAND })
  const targets = words.map(word => parseTarget(word, flags.udp ? 'udp' : undefined))
  const asked = optionsOf(this, flags)
  const os = await this.openOS()
  const others: AnyView[] = []
  try {
    await knowsInterface(os, flags.interface)
    others.push(...(await viewsAt(this, flags.at ?? [])))
    const options = { ...asked, at: others }
    if (flags.watch) {
      const { watchTargets } = await import('../why/watch-targets.ts')
      return await watchTargets(this, flags, os, targets, options, format)
    }
    const diagnoses: Diagnosis[] = []
    for (const target of targets) diagnoses.push(await askAbout(this, os, target, options))
    await show(this, flags, diagnoses, format)
    return statusOf(diagnoses)
  } finally {
    await Promise.all([os, ...others.map(view => view.os)].map(one => one.close()))
  }
}

/** One that can't be reached decides; then one that nobody can tell of. */
function statusOf(diagnoses: readonly Diagnosis[]): ExitStatus {
  if (diagnoses.some(({ verdict }) => verdict === 'unreachable')) return EXIT.no
  return diagnoses.some(({ verdict }) => verdict === 'unknown') ? EXIT.undecided : EXIT.done
}

async function knowsInterface(os: OS, device: string | undefined): Promise<void> {
  if (device === undefined) return
  const routing = await os.routes()
  if (routing.known && !routing.value.interfaces.some(({ name }) => name === device))
    throw fault('E_USAGE', { what: `there is no interface "${device}" here`, command: COMMAND })
}

/** Hosts on other machines, each called by the host of its URL. */
async function viewsAt(context: CliContext, urls: readonly string[]): Promise<readonly AnyView[]> {
  if (urls.length === 0) return []
  const { openRemotes } = await import('../open-remotes.ts')
  const opened = await openRemotes(context, urls)
  return opened.map(({ url, os }) => ({ label: URL.parse(url)?.hostname ?? url, os }))
}

function optionsOf({ signal }: CliContext, { source, interface: device, timeout }: WhyFlags): WhyOptions {
  if (source !== undefined && !isAddress(source))
    throw fault('E_USAGE', {
      what: `--source is one of our own addresses, and "${source}" is none`,
      command: COMMAND,
    })
  if (timeout !== undefined && (timeout < 100 || timeout > 60_000))
    throw fault('E_USAGE', { what: '--timeout is from 100ms to 1m', command: COMMAND })
  return {
    signal,
    ...(source === undefined ? {} : { source: parseAddress(source) }),
    ...(device === undefined ? {} : { device }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  }
}
