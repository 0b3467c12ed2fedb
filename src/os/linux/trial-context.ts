/** What trying things needs of a Linux host: the C library, the names of its interfaces, and a time to count from. */
import { encodeLinkRequest } from '../../wire/rtnetlink.ts'
import { decodeLinkDetails, type LinkDetail } from '../../wire/rtnetlink-links.ts'
import type { Libc } from '../ffi.ts'
import type { NetlinkSource } from './sources.ts'

export interface TrialContext {
  readonly libc: Libc
  readonly links: LinkNames
}

/** Interfaces of our own network namespace by number and name, read when they are first asked for. */
export class LinkNames {
  readonly #route: NetlinkSource | null
  #names = new Map<number, string>()

  constructor(route: NetlinkSource | null) {
    this.#route = route
  }

  nameOf(index: number): string {
    if (!this.#names.has(index)) this.#read()
    return this.#names.get(index) ?? String(index)
  }

  /** By name, or by its number as text; 0 where there is none. */
  indexOf(name: string): number {
    const find = (): number | undefined => [...this.#names].find(([, one]) => one === name)?.[0]
    const known = find()
    if (known !== undefined) return known
    this.#read()
    return find() ?? (/^\d{1,9}$/.test(name) ? Number(name) : 0)
  }

  #read(): void {
    const links: LinkDetail[] = []
    this.#route?.dump(encodeLinkRequest(), (views, length) => decodeLinkDetails(views, length, links))
    this.#names = new Map(links.map(({ index, name }) => [index, name]))
  }
}

/** Milliseconds since it was made, of now or of a time that the kernel noted (milliseconds since 1970). */
export class Stopwatch {
  readonly #start = performance.now()
  readonly #wall: number

  constructor() {
    // The finer of the two, unless somebody has set the clock since this process began.
    const fine = performance.timeOrigin + this.#start
    const coarse = Date.now()
    this.#wall = Math.abs(fine - coarse) < 2 ? fine : coarse
  }

  read(stamp?: number): number {
    const now = performance.now() - this.#start
    return stamp === undefined ? now : Math.min(Math.max(stamp - this.#wall, 0), now)
  }
}
