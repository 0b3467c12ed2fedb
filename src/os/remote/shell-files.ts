/**
 * Files of another machine, as a shell there reads them, for code that reads files without waiting.
 *
 * What hasn't been fetched yet counts as not there, and is noted; who asks has it fetched and begins again, until nothing new
 * is asked for. So all of one answer is from about one moment, and no code needs to know that the files are elsewhere.
 */
import type { FileTree } from '../linux/linux.ts'
import { type Kind, READERS, refusalsIn } from './shell-listings.ts'
import type { ShellTalk } from './shell-talk.ts'

/** What a line to the shell may be long, characters. */
const MOST_LINE = 60_000

/** What is read with a file, because whoever reads it goes on to them. */
const COMPANIONS = ['stat', 'cmdline', 'status', 'cgroup'] as const

export class ShellFiles {
  readonly #talk: ShellTalk
  readonly #told = new Map<string, unknown>()
  readonly #refused = new Map<string, string>()
  readonly #wanted = new Map<Kind, Set<string>>()

  constructor(talk: ShellTalk) {
    this.#talk = talk
  }

  /** A tree of its own, of the same files. */
  view(): FileTree {
    return {
      read: path => this.read(path),
      list: path => this.list(path),
      folders: path => this.folders(path),
      link: path => this.link(path),
      stat: path => this.stat(path),
    }
  }

  read(path: string): Buffer {
    const process = /^\/proc\/\d+\/stat$/.test(path) && path.slice(0, -'stat'.length)
    if (process !== false && !this.#has('read', path)) {
      for (const name of COMPANIONS) this.#want('read', `${process}${name}`)
      for (const name of ['exe', 'cwd']) this.#want('link', `${process}${name}`)
    }
    return Buffer.from(this.#get<string>('read', path))
  }

  list(path: string): readonly string[] {
    if (/^\/proc\/\d+(?:\/task\/\d+)?\/fd$/.test(path))
      return [...this.#get<Map<string, unknown>>('links', path).keys()]
    return this.#get<readonly string[]>('list', path).map(name => name.replace(/\/$/, ''))
  }

  folders(path: string): readonly string[] {
    const names = this.#get<readonly string[]>('list', path)
    return names.flatMap(name => (name.endsWith('/') ? [name.slice(0, -1)] : []))
  }

  link(path: string): string {
    const [, folder, name] = /^(\/proc\/\d+(?:\/task\/\d+)?\/fd)\/(\d+)$/.exec(path) ?? []
    if (folder === undefined) return this.#get<string>('link', path)
    const links = this.#get<Map<string, string | null>>('links', folder)
    const target = links.get(name!)
    if (target === undefined) throw refusal('ENOENT', path)
    if (target === null) throw refusal('EACCES', path)
    return target
  }

  stat(path: string): { readonly inode: number; readonly size: number } {
    return this.#get('stat', path)
  }

  /** Fetches what was asked for in vain. Whether there was anything. Throws `E_REMOTE_LOST`. */
  async fetch(): Promise<boolean> {
    let any = false
    for (const [kind, paths] of this.#wanted) {
      const missing = [...paths].filter(path => !this.#has(kind, path))
      for (const some of inLines(missing)) {
        any = true
        const { out, err } = await this.#talk.ask(kind, some)
        const refusals = refusalsIn(err)
        const told = READERS[kind](out, some, this.#talk.nonce)
        for (const path of some) {
          const one = told.get(path) ?? (kind === 'read' ? '' : undefined)
          const code = refusals.get(path) ?? (one === undefined ? 'ENOENT' : undefined)
          if (code === undefined) this.#told.set(`${kind} ${path}`, one)
          else this.#refused.set(`${kind} ${path}`, code)
        }
      }
      paths.clear()
    }
    return any
  }

  #has(kind: Kind, path: string): boolean {
    return this.#told.has(`${kind} ${path}`) || this.#refused.has(`${kind} ${path}`)
  }

  #want(kind: Kind, path: string): void {
    const wanted = this.#wanted.get(kind) ?? new Set()
    this.#wanted.set(kind, wanted)
    wanted.add(path)
  }

  #get<T>(kind: Kind, path: string): T {
    const key = `${kind} ${path}`
    if (this.#told.has(key)) return this.#told.get(key) as T
    const code = this.#refused.get(key)
    // A path that no line can carry is one that no kernel has here.
    if (code === undefined && /^\/[^\s:\x7f-\uffff]*$/.test(path)) this.#want(kind, path)
    throw refusal(code ?? 'ENOENT', path)
  }
}

const refusal = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: '${path}' on another machine`), { code })

function* inLines(paths: readonly string[]): Generator<readonly string[]> {
  let some: string[] = []
  let length = 0
  for (const path of paths) {
    if (length + path.length > MOST_LINE) {
      yield some
      some = []
      length = 0
    }
    some.push(path)
    length += path.length + 1
  }
  if (some.length > 0) yield some
}
