/**
 * Whether the kernel has SCTP and DCCP registered, from `/proc/net/protocols`: asking for the sockets of a protocol
 * that it hasn't would make it load the module. Where the file is hidden from us, neither can be asked for.
 */
import { type FileTree, textOr } from './file-tree.ts'

export type LazyProtocol = 'sctp' | 'dccp'

/** Reads the file when it is first asked. */
export function kernelProtocols(files: FileTree): (protocol: LazyProtocol) => boolean {
  let registered: ReadonlySet<string> | undefined
  return protocol => {
    registered ??= new Set(
      textOr(files, '/proc/net/protocols')
        .split('\n')
        .map(line => line.split(/\s/, 1)[0]!),
    )
    return registered.has(protocol.toUpperCase()) || registered.has(`${protocol.toUpperCase()}v6`)
  }
}
