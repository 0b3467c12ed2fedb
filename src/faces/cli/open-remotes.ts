/** Opens hosts on other machines, several at once: `--host ssh://web`, and `--at ssh://db --at ssh://router`. */
import type { RemoteHost } from '../../os/open.ts'
import type { CliContext } from './context.ts'
import { clean } from './render/clean.ts'

export interface OpenedRemote {
  /** As it was asked for. */
  readonly url: string
  /** Who opened closes. */
  readonly os: RemoteHost
}

/**
 * In the order of the URLs. Where one can't be opened, none is: throws its `E_REMOTE_` fault. Says on stderr where a machine
 * has no agent.
 */
export async function openRemotes(
  context: CliContext,
  urls: readonly string[],
): Promise<readonly OpenedRemote[]> {
  const { agentCommand } = context
  const options = {
    signal: context.signal,
    interactive: context.prompt !== null,
    ...(agentCommand === undefined ? {} : { agentCommand: wordsOf(agentCommand) }),
  }
  // ssh asks one thing at a time at a terminal.
  const opening = urls.map(url => () => context.openRemote(url, options))
  const results = options.interactive
    ? await inTurn(opening)
    : await Promise.allSettled(opening.map(open => open()))
  const failed = results.find(result => result.status === 'rejected')
  if (failed !== undefined) {
    for (const result of results) if (result.status === 'fulfilled') await result.value.close()
    throw failed.reason
  }
  const opened = results.flatMap((result, i) =>
    result.status === 'fulfilled' ? [{ url: urls[i]!, os: result.value }] : [],
  )
  for (const { os } of opened)
    if (os.through.kind === 'shell')
      await context.stderr.write(
        `${os.place} is read by a shell, which tells less: ${clean(os.through.why)}\n`,
      )
  return opened
}

async function inTurn<T>(work: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  const results: PromiseSettledResult<T>[] = []
  for (const one of work) results.push(...(await Promise.allSettled([one()])))
  return results
}

/** Words are what spaces keep apart; a space in one is written with quotes around it. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare!,
  )
