/**
 * Which resolvers a host asks, and how: resolv.conf(5), as the GNU C library reads it (res_vinit of resolv/res_init.c).
 *
 * Keywords begin their line; comments begin with `;` or `#` in the first column. `domain` and `search` say the same, and the
 * last of them counts. What it leaves out: `sortlist`, and what LOCALDOMAIN and RES_OPTIONS of some program's environment say.
 */
import { type Address, isAddress, LOOPBACK_V4, parseAddress } from '../model/address.ts'

export interface ResolvConf {
  /** In the order in which they are asked, three at most. The host itself, if none is named. */
  readonly servers: readonly Address[]
  /** Whether the file names a server that can be read. */
  readonly named: boolean
  /** Domains in which a short name is looked for. */
  readonly search: readonly string[]
  /** A name with so many dots is first asked for as it stands. 0 to 15. */
  readonly ndots: number
  /** Seconds that a server has for its answer, 1 to 30. */
  readonly timeout: number
  /** How often each is asked, 1 to 5. */
  readonly attempts: number
  /** All options as they stand. */
  readonly options: readonly string[]
}

/** MAXNS of resolv.h. */
const SERVERS_MAX = 3
/** RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY of resolv/resolv-internal.h. */
const NDOTS_MAX = 15
const TIMEOUT_MAX = 30
const ATTEMPTS_MAX = 5

/** Never throws; lines that make no sense are left out, as the library does. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: Address[] = []
  const options: string[] = []
  let search: readonly string[] = []
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trimEnd().split(/[ \t]+/)
    if (keyword === 'nameserver') {
      const [server] = words
      if (server !== undefined && isAddress(server) && servers.length < SERVERS_MAX)
        servers.push(parseAddress(server))
    } else if (keyword === 'search') search = words
    else if (keyword === 'domain') search = words.slice(0, 1)
    else if (keyword === 'options') options.push(...words)
  }
  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const last = options.findLast(option => option.startsWith(`${name}:`))
    const digits = last === undefined ? null : /^\d{1,9}/.exec(last.slice(name.length + 1))
    return digits === null ? otherwise : Math.min(most, Math.max(least, Number(digits[0])))
  }
  return {
    servers: servers.length === 0 ? [LOOPBACK_V4] : servers,
    named: servers.length > 0,
    search,
    ndots: number('ndots', 1, 0, NDOTS_MAX),
    timeout: number('timeout', 5, 1, TIMEOUT_MAX),
    attempts: number('attempts', 2, 1, ATTEMPTS_MAX),
    options,
  }
}

/**
 * The names that are asked for in turn, until one has an answer: a dot at the end means that the name is whole; with as many
 * dots as `ndots` it is first tried as it stands, with fewer last (resolv.conf(5), `search` and `ndots`).
 */
export function namesToAsk(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const dots = name.split('.').length - 1
  const extended = search.map(domain => {
    const suffix = domain.replace(/^\.+|\.+$/g, '')
    return suffix === '' ? name : `${name}.${suffix}`
  })
  const all = dots >= ndots ? [name, ...extended] : [...extended, name]
  return [...new Set(all)]
}
