/** The attributes of a netlink message (`struct nlattr`: len u16, type u16), by type. */
import { NLA_TYPE_MASK, type Views } from './netlink.ts'

/** Where each payload is; of several of one type the last. One that claims more than there is ends the walk. */
export function attributesIn(
  { u16 }: Views,
  start: number,
  end: number,
): ReadonlyMap<number, { readonly at: number; readonly end: number }> {
  const found = new Map<number, { readonly at: number; readonly end: number }>()
  for (let at = start; at + 4 <= end; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) break
    found.set(u16[(at >> 1) + 1]! & NLA_TYPE_MASK, { at: at + 4, end: at + size })
    at += (size + 3) & ~3
  }
  return found
}
