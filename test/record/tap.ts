/**
 * Listens in on a host while it asks its machine: every file it reads, every link, inode and refusal, every netlink
 * reply. What it has heard is a recording.
 */
import type { FileTree, NetlinkProtocol, NetlinkSource, Sources } from '../../src/os/linux/linux.ts'
import type { RecordedDump, RecordedFiles } from '../../src/os/replay/recording.ts'

export interface Tap {
  /** To be handed to the host instead of its own. Has no C library: that would be asked behind our back. */
  readonly sources: Sources
  readonly files: RecordedFiles
  readonly netlink: readonly RecordedDump[]
}

export interface TapOptions {
  readonly own: number
  /** Processes that are none of the recording's business: neither listed nor read. */
  readonly without: readonly number[]
  /** Takes out of a text, or of what a link says, what should not be on the recording. */
  readonly censor: (path: string, text: string) => string
}

export function tap(real: Sources, { own, without, censor }: TapOptions): Tap {
  const files = { texts: {}, folders: {}, subfolders: {}, links: {}, stats: {}, refusals: {} }
  const heard = files as unknown as {
    [Field in keyof RecordedFiles]: Record<string, RecordedFiles[Field][string]>
  }
  const netlink: RecordedDump[] = []

  /** Asks the machine and keeps the answer, or the code of the refusal. */
  const keep = <T, U>(
    question: string,
    path: string,
    answers: Record<string, U>,
    ask: () => T,
    record: (answer: T) => U,
  ): T => {
    try {
      const answer = ask()
      answers[path] = record(answer)
      return answer
    } catch (error) {
      const { code = 'EIO' } = error as NodeJS.ErrnoException
      if (!(question === 'stat' && code === 'ENOENT')) heard.refusals[`${question} ${path}`] = code
      throw error
    }
  }
  const same = <T>(answer: T): T => answer
  const allowed = (names: readonly string[]): readonly string[] =>
    names.filter(name => !without.includes(Number(name)))

  const tree: FileTree = {
    read: path =>
      keep(
        'read',
        path,
        heard.texts,
        () => real.files.read(path),
        bytes => contentOf(bytes, text => censor(path, text)),
      ),
    list: path =>
      keep(
        'list',
        path,
        heard.folders,
        () => (path === '/proc' ? allowed(real.files.list(path)) : real.files.list(path)),
        same,
      ),
    folders: path => keep('folders', path, heard.subfolders, () => real.files.folders(path), same),
    link: path =>
      keep(
        'link',
        path,
        heard.links,
        () => real.files.link(path),
        text => censor(path, text),
      ),
    stat: path =>
      keep(
        'stat',
        path,
        heard.stats,
        () => real.files.stat(path),
        ({ inode, size }) => [inode, size] as const,
      ),
  }

  const listening = (netns: number, protocol: NetlinkProtocol, source: NetlinkSource): NetlinkSource => ({
    dump(request, read) {
      const chunks: string[] = []
      const result = source.dump(request, (views, length) => {
        chunks.push(Buffer.from(views.u8.subarray(0, length)).toString('base64'))
        return read(views, length)
      })
      const entry = {
        netns,
        protocol,
        request: Buffer.from(request).toString('base64'),
        chunks,
        errno: result.errno,
      }
      if (!netlink.some(one => one.netns === netns && one.request === entry.request)) netlink.push(entry)
      return result
    },
    close: () => source.close(),
  })

  const sources: Sources = {
    ...real,
    files: tree,
    ffi: { missing: 'it is tapped' },
    netlink(protocol) {
      const source = real.netlink(protocol)
      return 'why' in source ? source : listening(own, protocol, source)
    },
    enter: async requests =>
      (await real.enter(requests)).map(one =>
        'errno' in one
          ? one
          : {
              inode: one.inode,
              diag: listening(one.inode, 'diag', one.diag),
              route: listening(one.inode, 'route', one.route),
            },
      ),
  }
  return { sources, files: heard, netlink }
}

/** As text where that loses nothing. */
function contentOf(bytes: Buffer, censor: (text: string) => string): string | { readonly base64: string } {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? censor(text) : { base64: bytes.toString('base64') }
}
