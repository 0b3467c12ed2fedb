/** The filter that the words of a command line make, service names read by the registry. */
import { readFilter, type SocketFilter } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'

export async function filterOf(context: CliContext, words: readonly string[]): Promise<SocketFilter> {
  const text = words.join(' ')
  // The registry is large: it is opened only where a word could be a service's name.
  if (!/[a-z]/i.test(text)) return readFilter(text)
  const { portNames } = await import('../port-names.ts')
  return readFilter(text, { names: await portNames(context) })
}
