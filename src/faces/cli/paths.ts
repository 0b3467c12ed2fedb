/** The folders of the XDG base directory specification, for this program. */
import type { CliContext } from './context.ts'

/** What the user has set; null where there is no home either. */
export const configFolder = (context: CliContext): string | null =>
  folder(context, 'XDG_CONFIG_HOME', '.config')

/** What is kept from one run to the next and could be fetched again. */
export const stateFolder = (context: CliContext): string | null =>
  folder(context, 'XDG_STATE_HOME', '.local/state')

/** A relative path in the variable is to be ignored, says the specification. */
function folder({ env }: CliContext, variable: string, fallback: string): string | null {
  const set = env[variable]
  if (set !== undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(set)) return `${set}/portolan`
  const home = env.HOME ?? env.USERPROFILE
  return home === undefined || home === '' ? null : `${home}/${fallback}/portolan`
}
