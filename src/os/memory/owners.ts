/** Who holds the sockets of a machine, as far as it lets us see. */
import type { OwnerQuery, Ownership } from '../os.ts'
import type { Machine } from './machine.ts'

export function ownersOf(machine: Machine, query: OwnerQuery = {}, signal?: AbortSignal): Ownership {
  signal?.throwIfAborted()
  const { coverage } = machine.description
  const unsupported = coverage?.unsupported ?? false
  const refused = [...machine.processes].flatMap(([pid, { hidden }]) => (hidden ? [pid] : []))
  const holders = [...machine.sockets].flatMap(({ socket, holders }) =>
    unsupported || query.inodes?.has(socket.inode) === false
      ? []
      : holders
          .filter(({ pid, thread }) => !refused.includes(pid) && (!thread || query.threads === true))
          .map(({ pid, fd }) => ({ inode: socket.inode, pid, fd })),
  )
  return {
    length: holders.length,
    inode: Uint32Array.from(holders, ({ inode }) => inode),
    pid: Uint32Array.from(holders, ({ pid }) => pid),
    fd: Uint32Array.from(holders, ({ fd }) => fd),
    coverage: {
      processes: machine.processes.size,
      refused,
      hidden: false,
      confined: false,
      privileged: refused.length === 0,
      unsupported,
      ...coverage,
    },
  }
}
