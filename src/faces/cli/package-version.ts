/** The version of the package that this file belongs to. */
import type { CliContext } from './context.ts'

export function packageVersion(context: CliContext): string {
  const text = context.files.read(new URL('../../../package.json', import.meta.url)) ?? '{}'
  return String((JSON.parse(text) as { version?: unknown }).version ?? 'unknown')
}
