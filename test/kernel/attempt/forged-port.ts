/** Ports that stand for ICMP errors. */
const FIRST = 30_000

/** 30000 and up: type times 64, and the code. */
export const portOf = (type: number, code: number): number => FIRST + type * 64 + code

export function errorOf(port: number): { readonly type: number; readonly code: number } | undefined {
  const number = port - FIRST
  return number < 0 || number >= 64 * 16 ? undefined : { type: number >> 6, code: number & 63 }
}
