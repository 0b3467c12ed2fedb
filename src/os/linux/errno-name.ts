/** Names of the kernel's error numbers (errno(3)). */

/** Node has no names for them; the numbers are those of all architectures that it runs on. */
const OTHERS: ReadonlyMap<number, string> = new Map([
  [64, 'ENONET'],
  [94, 'ESOCKTNOSUPPORT'],
  [112, 'EHOSTDOWN'],
])

/** `EADDRINUSE`; of several names for one number the first by the alphabet: `EAGAIN`, `ENOTSUP`. */
export function errnoName(errno: number): string {
  const { errno: numbers } = process.getBuiltinModule('node:os').constants
  const other = OTHERS.get(errno)
  if (other !== undefined) return other
  return Object.entries(numbers).find(([, number]) => number === errno)?.[0] ?? `E${errno}`
}
