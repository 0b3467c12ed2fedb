/**
 * The registry as it stands on this machine: IANA's data as built in or as last fetched, whichever is newer,
 * under the system's services(5) file and the user's own.
 */
import { isFault } from '../../model/fault.ts'
import {
  builtInRegistry,
  type DatedIndex,
  parseServices,
  type Registry,
  readIndexFile,
  registryFrom,
  type ServicesFile,
} from '../../model/registry/registry.ts'
import type { CliContext } from './context.ts'
import type { Warning } from './render/json.ts'

export interface LocalRegistry {
  readonly registry: Registry
  /** Where IANA's data comes from: a path, or null for what is built in. */
  readonly ianaPath: string | null
  /** The services files that were read. */
  readonly files: readonly string[]
  readonly warnings: readonly Warning[]
}

/** `about`: what the questions will be about. Lines of the system's file that don't mention it aren't read. */
export function localRegistry(context: CliContext, about?: readonly string[]): LocalRegistry {
  const warnings: Warning[] = []
  const saved = savedIndex(context, warnings)
  const services = servicesFile(context, systemServices(context), about)
  const user = servicesFile(context, userServices(context))
  for (const { subject, says } of user?.notes ?? []) {
    warnings.push({ code: 'services-line-unread', message: `${subject}: ${says}` })
  }
  return {
    registry: registryFrom({
      ...(saved === null ? {} : { iana: saved.index }),
      ...(services === undefined ? {} : { services }),
      ...(user === undefined ? {} : { user }),
    }),
    ianaPath: saved?.path ?? null,
    files: [services, user].flatMap(file => (file === undefined ? [] : [file.path])),
    warnings,
  }
}

/** Where `ports name --update` keeps what it fetched. */
export function indexPath(context: CliContext): string | null {
  const folder = stateFolder(context)
  return folder === null ? null : `${folder}/registry.txt`
}

function savedIndex(context: CliContext, warnings: Warning[]): { path: string; index: DatedIndex } | null {
  const path = indexPath(context)
  const text = path === null ? null : context.files.read(path)
  if (path === null || text === null) return null
  try {
    const index = readIndexFile(text)
    return index.date < builtInRegistry().date ? null : { path, index }
  } catch (error) {
    if (!isFault(error)) throw error
    const message = `${path} can't be used, so the registry is the one built in: ${error.message}`
    warnings.push({
      code: 'registry-unreadable',
      message,
      hint: 'Run "ports name --update" to fetch it again.',
    })
    return null
  }
}

function servicesFile(
  context: CliContext,
  path: string | null,
  about?: readonly string[],
): ServicesFile | undefined {
  const text = path === null ? null : context.files.read(path)
  if (path === null || text === null) return undefined
  if (about === undefined) return parseServices(text, path)
  const mentions = (line: string) => about.some(word => line.includes(word))
  return parseServices(text.split('\n').filter(mentions).join('\n'), path)
}

const systemServices = ({ platform, env }: CliContext): string =>
  platform === 'win32'
    ? `${env.SystemRoot ?? 'C:\\Windows'}\\System32\\drivers\\etc\\services`
    : '/etc/services'

function userServices(context: CliContext): string | null {
  const folder = configFolder(context)
  return folder === null ? null : `${folder}/services`
}

/** What the user has set, by the XDG base directory specification; null where there is no home either. */
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
