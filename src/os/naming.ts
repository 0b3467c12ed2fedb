/**
 * Where a host looks names up: the texts of its files, as they are (hosts(5), resolv.conf(5), nsswitch.conf(5)). A file that
 * isn't there is told as an empty one, which means the same to who reads it.
 */
import { type Known, known, type UnknownReason, unknown } from '../model/known.ts'

export interface Naming {
  readonly hosts: Known<string>
  readonly resolvers: Known<string>
  readonly order: Known<string>
}

export const noNaming = (reason: UnknownReason): Naming => ({
  hosts: unknown(reason),
  resolvers: unknown(reason),
  order: unknown(reason),
})

/** Of a system of Unix's family. `read`: the bytes of a file, or an error with the system's code. */
export function readNaming(read: (path: string) => Uint8Array): Naming {
  const textOf = (path: string): Known<string> => {
    try {
      return known(new TextDecoder().decode(read(path)))
    } catch (error) {
      const { code } = error as { readonly code?: string }
      if (code === 'ENOENT') return known('')
      return unknown(code === 'EACCES' || code === 'EPERM' ? 'denied' : 'unsupported')
    }
  }
  return {
    hosts: textOf('/etc/hosts'),
    resolvers: textOf('/etc/resolv.conf'),
    order: textOf('/etc/nsswitch.conf'),
  }
}
