/**
 * Files as a Linux machine has them in `/proc`, `/sys` and `/etc`, and nothing but reading.
 *
 * The running machine's are `machineFiles`; a recording brings its own, so that the same code answers from both. Every
 * method throws as Node's file functions do, with a `code` such as ENOENT or EACCES.
 */

// An `import` of it would load streams, promises and readline too, and take ten times as long.
const { readdirSync, readFileSync, readlinkSync, statSync } = process.getBuiltinModule('node:fs')

export interface FileTree {
  read(path: string): Buffer
  /** Names in a folder. */
  list(path: string): readonly string[]
  /** Names of the folders in a folder. */
  folders(path: string): readonly string[]
  /** What a symbolic link says. */
  link(path: string): string
  /** Inode and size, links followed. The size of `/proc/<pid>/fd` is how many descriptors there are (Linux 6.2). */
  stat(path: string): { readonly inode: number; readonly size: number }
}

export const machineFiles: FileTree = {
  read: path => readFileSync(path),
  list: path => readdirSync(path),
  folders: path =>
    readdirSync(path, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : [])),
  link: path => readlinkSync(path),
  stat(path) {
    const { ino, size } = statSync(path)
    return { inode: ino, size }
  },
}

/** The inode, or null for what is gone or not ours to see. */
export function inodeOf(files: FileTree, path: string): number | null {
  try {
    return files.stat(path).inode
  } catch {
    return null
  }
}

/** A file's text; the empty text where there is no such file or it may not be read. */
export function textOr(files: FileTree, path: string, encoding: 'latin1' | 'utf8' = 'latin1'): string {
  try {
    return files.read(path).toString(encoding)
  } catch {
    return ''
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
