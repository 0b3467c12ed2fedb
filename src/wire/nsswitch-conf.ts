/** Where a host looks names up, and in which order: nsswitch.conf(5). */

export interface NameService {
  /** `files`, `dns`, `mdns4_minimal`, `resolve`, `myhostname` … */
  readonly name: string
  /** What is done after it by what it answered: `notfound` to `return`; `!` begins what is meant for all others. */
  readonly actions: ReadonlyMap<string, string>
}

/** The services of a database, in their order; undefined where it isn't named. Names and actions are lower case. */
export function parseNsswitch(text: string, database: string): readonly NameService[] | undefined {
  for (const whole of text.split('\n')) {
    const line = whole.split('#', 1)[0]!
    const colon = line.indexOf(':')
    if (colon === -1 || line.slice(0, colon).trim() !== database) continue
    const services: { name: string; actions: Map<string, string> }[] = []
    for (const [word, inside] of line.slice(colon + 1).matchAll(/\[([^\]]*)\]|[^\s[\]]+/g)) {
      if (inside === undefined) services.push({ name: word.toLowerCase(), actions: new Map() })
      else
        for (const rule of inside.trim().split(/\s+/)) {
          const [status, action] = rule.toLowerCase().split('=')
          if (status !== undefined && action !== undefined) services.at(-1)?.actions.set(status, action)
        }
    }
    return services
  }
  return undefined
}
