/**
 * Holders by inode: every holder of a socket in a few steps, for 100,000 sockets in a few megabytes.
 */
import type { Owner } from '../../model/owner.ts'
import type { Ownership } from '../../os/os.ts'

/** No (more) holders. */
export const NONE = -1

export class OwnerIndex {
  readonly #pid: Uint32Array
  readonly #fd: Uint32Array
  readonly #inode: Uint32Array
  /** Open addressing: number of the first holder + 1, by inode. */
  readonly #slots: Uint32Array
  /** Number + 1 of the next holder of the same socket. */
  readonly #next: Uint32Array

  constructor({ length, inode, pid, fd }: Ownership) {
    this.#inode = inode
    this.#pid = pid
    this.#fd = fd
    this.#next = new Uint32Array(length)
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(length * 2 + 2)))
    for (let i = length - 1; i >= 0; i--) {
      const slot = this.#slot(inode[i]!)
      this.#next[i] = this.#slots[slot]!
      this.#slots[slot] = i + 1
    }
  }

  /** Number of the first holder of a socket, or `NONE`. */
  first(inode: number): number {
    return inode === 0 ? NONE : this.#slots[this.#slot(inode)]! - 1
  }

  /** The holder after that one, or `NONE`. */
  next(holder: number): number {
    return this.#next[holder]! - 1
  }

  pid(holder: number): number {
    return this.#pid[holder]!
  }

  fd(holder: number): number {
    return this.#fd[holder]!
  }

  /** All holders, in order of pid and descriptor. A process that holds it twice is in it twice. */
  of(inode: number): Owner[] {
    const owners: Owner[] = []
    for (let i = this.first(inode); i !== NONE; i = this.next(i))
      owners.push({ pid: this.#pid[i]!, fd: this.#fd[i]! })
    return owners.sort((a, b) => a.pid - b.pid || a.fd - b.fd)
  }

  /** Where the inode is, or would be. */
  #slot(inode: number): number {
    const mask = this.#slots.length - 1
    // Inodes are counters: they spread by themselves, and sockets made together stay together in memory.
    let slot = inode & mask
    while (this.#slots[slot] !== 0 && this.#inode[this.#slots[slot]! - 1] !== inode) slot = (slot + 1) & mask
    return slot
  }
}
