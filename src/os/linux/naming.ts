/**
 * The files that say where names are looked up: hosts(5), resolv.conf(5), nsswitch.conf(5). A missing one means what an
 * empty one does, and is told as that.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import type { Naming } from '../naming.ts'
import { codeOf, type FileTree } from './file-tree.ts'

export const readNaming = (files: FileTree): Naming => ({
  hosts: textOf(files, '/etc/hosts'),
  resolvers: textOf(files, '/etc/resolv.conf'),
  order: textOf(files, '/etc/nsswitch.conf'),
})

function textOf(files: FileTree, path: string): Known<string> {
  try {
    return known(files.read(path).toString('utf8'))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return known('')
    return unknown(code === 'EACCES' || code === 'EPERM' ? 'denied' : 'unsupported')
  }
}
