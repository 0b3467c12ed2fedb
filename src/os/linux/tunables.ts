/** Kernel settings by their sysctl(8) name, from `/proc/sys`. */
import { type Known, known, unknown } from '../../model/known.ts'
import { parseTunableName } from '../../model/tunable-name.ts'
import { codeOf, type FileTree } from './file-tree.ts'

export function readTunables(files: FileTree, names: readonly string[]): ReadonlyMap<string, Known<string>> {
  return new Map(names.map(name => [name, readTunable(files, name)]))
}

function readTunable(files: FileTree, name: string): Known<string> {
  const path = `/proc/sys/${parseTunableName(name).replaceAll('.', '/')}`
  try {
    return known(files.read(path).toString('utf8').trim().replace(/\s+/g, ' '))
  } catch (error) {
    return unknown(codeOf(error) === 'EACCES' ? 'denied' : 'unsupported')
  }
}
