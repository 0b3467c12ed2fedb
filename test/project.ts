/** Where the project is, and its files, for the tests about the project itself. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Paths from the root, with slashes, in order. */
export const filesOf = (glob: string): string[] =>
  globSync(glob, { cwd: root, exclude: ['node_modules/**', 'dist/**'] })
    .map(file => file.replaceAll(sep, '/'))
    .sort()

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** What git would hand in: tracked files, and new ones that are not ignored. Empty outside of a repository. */
export function committedFiles(): string[] {
  const done = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return done.stdout?.split('\0').filter(file => file !== '' && existsSync(join(root, file))) ?? []
}
