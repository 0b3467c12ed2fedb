/** What ls and grep write about files, read: by path, the text, the inode and size, the target, the names. */

export type Kind = 'read' | 'stat' | 'link' | 'list' | 'links'

/** `ls: cannot access '/x': No such file or directory`, `grep: /x: Permission denied`. */
export function refusalsIn(err: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of err.split('\n')) {
    const [, path, why] = /(\/[^\s'"’:]*)['"’]?: ([^:]+)$/.exec(line) ?? []
    if (path !== undefined) found.set(path, CODES[why!] ?? 'EIO')
  }
  return found
}

/** By strerror(3) in the C locale. */
const CODES: Readonly<Record<string, string>> = {
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'No such file or directory': 'ENOENT',
  'No such process': 'ESRCH',
  'Not a directory': 'ENOTDIR',
  'Is a directory': 'EISDIR',
  'Invalid argument': 'EINVAL',
}

type Reader = (
  out: readonly string[],
  asked: readonly string[],
  nonce: string,
) => ReadonlyMap<string, unknown>

export const READERS: Readonly<Record<Kind, Reader>> = {
  read(out, asked) {
    const texts = new Map<string, string>()
    const known = new Set(asked)
    let [path, lines]: [string | undefined, string[]] = [undefined, []]
    const keep = (): void => {
      // grep ends the last line where the file doesn't: arguments end with a NUL.
      if (path !== undefined) texts.set(path, `${lines.join('\n')}${path.endsWith('/cmdline') ? '' : '\n'}`)
    }
    for (const line of out) {
      const start = line.slice(0, line.indexOf(':'))
      if (!known.has(start)) continue
      if (start !== path) {
        keep()
        path = start
        lines = []
      }
      lines.push(line.slice(start.length + 1))
    }
    keep()
    return texts
  },
  stat(out) {
    const stats = new Map<string, { inode: number; size: number }>()
    for (const line of out) {
      const [, inode, size, path] = /^\s*(\d+)\s+\S+\s+\d+\s+\d+\s+\d+\s+(\d+)\s.*\s(\/\S*)$/.exec(line) ?? []
      if (path !== undefined) stats.set(path, { inode: Number(inode), size: Number(size) })
    }
    return stats
  },
  link(out) {
    const links = new Map<string, string>()
    for (const line of out) {
      const [, path, target] = /\s(\/\S*) -> (.*)$/.exec(line) ?? []
      if (path !== undefined) links.set(path, target!)
    }
    return links
  },
  links(out) {
    const folders = new Map<string, Map<string, string | null>>()
    let folder: Map<string, string | null> | undefined
    for (const line of out) {
      const [, name] = /^(\/\S*):$/.exec(line) ?? []
      if (name !== undefined) {
        folder = new Map()
        folders.set(name, folder)
        continue
      }
      const [, entry, target] = /\s(\d+)(?: -> (.*))?$/.exec(line) ?? []
      if (entry !== undefined && /^l/.test(line)) folder?.set(entry, target ?? null)
    }
    return folders
  },
  list(out, _, nonce) {
    const folders = new Map<string, string[]>()
    let names: string[] = []
    for (const line of out) {
      if (line.startsWith(`${nonce} `)) {
        names = []
        folders.set(line.slice(nonce.length + 1), names)
      } else if (line !== '') names.push(line)
    }
    return folders
  },
}
