/** Capabilities of this process, from `/proc/self/status` (capabilities(7), CapEff). */
import { type FileTree, textOr } from './file-tree.ts'

export const CAP_DAC_OVERRIDE = 1
export const CAP_DAC_READ_SEARCH = 2
export const CAP_SYS_PTRACE = 19
export const CAP_SYS_ADMIN = 21

export function hasCapability(files: FileTree, number: number): boolean {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(textOr(files, '/proc/self/status'))
  return line !== null && (BigInt(`0x${line[1]}`) & (1n << BigInt(number))) !== 0n
}

/**
 * Reading other users' descriptors takes both: the right to open their folder, which only its owner may
 * (`proc_fd_permission`), and the right to follow the links in it (`proc_pid_readlink`).
 */
export const mayReadAllDescriptors = (files: FileTree): boolean =>
  hasCapability(files, CAP_SYS_PTRACE) &&
  (hasCapability(files, CAP_DAC_READ_SEARCH) || hasCapability(files, CAP_DAC_OVERRIDE))

/** setns(2) into a network namespace wants CAP_SYS_ADMIN in it and in our own user namespace. */
export const mayEnterNamespaces = (files: FileTree): boolean => hasCapability(files, CAP_SYS_ADMIN)
