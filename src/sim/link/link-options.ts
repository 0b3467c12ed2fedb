/** What a link does to packets. What is left out does nothing. */
import { fault } from '../../model/fault.ts'

export interface LinkOptions {
  /** Name in captures and messages; made of its ends. */
  readonly name?: string
  /** Milliseconds from end to end. 0. */
  readonly delayMs?: number
  /** Up to so many more milliseconds, evenly spread. Packets still arrive in order. 0. */
  readonly jitterMs?: number
  /** Share of packets that get lost, 0 to 1. 0. */
  readonly loss?: number
  /** Share of packets that arrive twice, 0 to 1. 0. */
  readonly duplicate?: number
  /** Share of packets that are held back, so that others overtake them, 0 to 1. 0. */
  readonly reorder?: number
  /** How long they are held back, milliseconds. 10. */
  readonly reorderMs?: number
  /** Bits a second in each direction; packets wait for those before them. No limit. */
  readonly rateBps?: number
  /** Packets that may wait in each direction; those beyond are lost. 1000, as `txqueuelen` of Linux. */
  readonly queue?: number
  /** Bytes of the largest IP packet: 68 to 65535 (RFC 791), 1280 at least for IPv6 (RFC 8200). 1500. */
  readonly mtu?: number
}

export type LinkCharacter = Required<Omit<LinkOptions, 'name'>>

const PRESET: LinkCharacter = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  reorderMs: 10,
  rateBps: Infinity,
  queue: 1000,
  mtu: 1500,
}

/** The smallest MTU of an IPv4 link (RFC 791 section 3.2). */
export const SMALLEST_MTU = 68

/** Lowest, highest, and whether only whole numbers will do. */
const RANGES: Readonly<Record<keyof LinkCharacter, readonly [low: number, high: number, whole?: true]>> = {
  delayMs: [0, 3_600_000],
  jitterMs: [0, 3_600_000],
  loss: [0, 1],
  duplicate: [0, 1],
  reorder: [0, 1],
  reorderMs: [0, 3_600_000],
  rateBps: [1, Infinity],
  queue: [1, 1_000_000, true],
  mtu: [SMALLEST_MTU, 65_535, true],
}

/** Throws `E_SIM_NETWORK` for what is out of range. */
export function readLinkOptions({ name: _, ...options }: LinkOptions, of: string): LinkCharacter {
  const character = { ...PRESET, ...options }
  for (const [key, value] of Object.entries(options)) {
    const range = RANGES[key as keyof LinkCharacter]
    if (range === undefined) throw refused(of, `it has no option "${key}"`)
    const [low, high, whole] = range
    if (typeof value !== 'number' || !(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw refused(of, `${key} is ${String(value)}, and goes from ${low} to ${high}`)
  }
  return character
}

const refused = (of: string, why: string) => fault('E_SIM_NETWORK', { why: `link ${of}: ${why}` })
