/** Names of leases, and the key by which a name is found again. */
import { fault } from '../../model/fault.ts'
import type { LeaseScope } from './lease-request.ts'

/** Throws `E_LEASE_NAME`, which says why. */
export function checkLeaseName(text: string): string {
  const why =
    text === ''
      ? 'it is empty'
      : text.length > 64
        ? `it has ${text.length} characters`
        : /^[a-z0-9][\w./-]*$/i.test(text)
          ? /^\d+$/.test(text)
            ? 'it is a number, and would be taken for a port'
            : ''
          : 'it has other characters, or begins with one that is no letter or digit'
  if (why !== '') throw fault('E_LEASE_NAME', { text, why })
  return text
}

/** 16 hexadecimal digits, the same for the same project, branch and name: FNV-1a, 64 bits, over their code points. */
export function leaseKey(name: string, { project = '', branch = '' }: LeaseScope): string {
  let hash = 0xcbf29ce484222325n
  for (const unit of `${project}\0${branch}\0${name}`) {
    hash ^= BigInt(unit.codePointAt(0)!)
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn
  }
  return hash.toString(16).padStart(16, '0')
}

/** Where in a pool a key begins to look, from 0 to less than 1: its two halves, mixed. */
export function startOfKey(key: string): number {
  let mixed = Number.parseInt(key.slice(0, 8), 16) ^ Number.parseInt(key.slice(8), 16)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}
