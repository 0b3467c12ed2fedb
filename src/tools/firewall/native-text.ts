/**
 * The text of `nft list ruleset` without the tables that iptables keeps: there nft shows what libxtables makes of
 * extensions, which isn't always its own language, nor always right.
 */

/** Lines stay where they are: what is left out is empty. */
export function nativeText(text: string, isKept: (family: string, name: string) => boolean): string {
  let inside = false
  return text
    .split('\n')
    .map(line => {
      const head = /^table (?:(\S+) )?(\S+) \{/.exec(line)
      if (head !== null) inside = isKept(head[1] ?? 'ip', head[2]!)
      const shown = inside ? '' : line
      if (line.startsWith('}')) inside = false
      return shown
    })
    .join('\n')
}
