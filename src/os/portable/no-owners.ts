/** What a system answers that can't tell owners. */
import type { Ownership } from '../os.ts'

export const unsupportedOwnership = (): Ownership => ({
  length: 0,
  inode: new Uint32Array(),
  pid: new Uint32Array(),
  fd: new Uint32Array(),
  coverage: {
    processes: 0,
    refused: [],
    hidden: false,
    confined: false,
    privileged: false,
    unsupported: true,
  },
})
