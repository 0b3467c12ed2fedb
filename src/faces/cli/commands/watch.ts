/** `ports watch`: a line for each socket that opens, closes or changes hands. */
import type { OS } from '../../../os/os.ts'
import { type WatchEvent, type WatchRequest, watch as watchSockets } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, warn } from '../render/output.ts'
import { serviceNames } from '../sockets/service-names.ts'
import { eventWriter } from '../sockets/watch-lines.ts'
import type { WatchFlags } from '../specs/watch.ts'

export default async function watch(
  this: CliContext,
  flags: WatchFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports watch')
  const os = await this.openOS()
  const stop = new AbortController()
  const limit = new AbortController()
  try {
    if (flags.timeout !== undefined) {
      os.clock.sleep(flags.timeout, stop.signal).then(
        () => limit.abort(),
        () => {}, // the watch ended before its time
      )
    }
    const request: WatchRequest = {
      ...(await wanted(this, flags, words, os)),
      interval: flags.interval,
      services: await serviceNames(this),
      signal: AbortSignal.any([this.signal, stop.signal, limit.signal]),
    }
    const write = await eventWriter(this, flags, format)
    for await (const event of watchSockets(os, request)) {
      await write(event)
      if (reached(event, flags.until)) return EXIT.done
    }
    return limit.signal.aborted ? EXIT.timedOut : EXIT.done
  } finally {
    stop.abort()
    await os.close()
  }
}

const reached = (event: WatchEvent, until: WatchFlags['until']): boolean =>
  (event.type === 'watching' || event.type === 'looked') &&
  ((until === 'open' && event.count > 0) || (until === 'closed' && event.count === 0))

/**
 * Without a filter, listeners. With one, whatever it accepts; but to wait until a port opens is to wait for a listener,
 * unless the filter speaks of states itself.
 */
async function wanted(context: CliContext, flags: WatchFlags, words: readonly string[], os: OS) {
  const netns = flags.netns === undefined ? {} : await namespacesFor(context, flags, flags.netns, os)
  if (words.length === 0) return { ...netns, listening: true }
  const { filterOf } = await import('../sockets/filter-words.ts')
  const filter = await filterOf(context, words)
  return {
    ...netns,
    filter,
    ...(flags.until === undefined || filter.speaksOf.states ? {} : { listening: true }),
  }
}

async function namespacesFor(context: CliContext, flags: WatchFlags, text: string, os: OS) {
  const { namespacesOf } = await import('../sockets/namespaces.ts')
  const { inodes, unread } = await namespacesOf(os, text)
  await warn(context, flags, unread)
  return { netns: inodes }
}
