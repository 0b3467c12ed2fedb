/**
 * What an expression comes to on one packet: a scalar, one for each part of a concatenation, nothing (a TCP port of a UDP
 * packet: then the rule ends), or something that wasn't told.
 */
import type { Scalar } from '../pattern.ts'
import type { Region } from './region.ts'

/** Not there: the kernel's NFT_BREAK. */
export const ABSENT = null

export interface Untold {
  /** Names the value: two expressions that read the same fact have the same key. */
  readonly key: string
  /** As nft writes the expression. */
  readonly text: string
  readonly unsupported: boolean
  /** What it can be at all. Numbers alone mean that there are few, and each can be looked at. */
  readonly domain?: readonly number[]
  /** From the fact to this value, where bits were taken of it. */
  readonly derive?: (fact: number) => number
  /** What a value chosen from a range can be. */
  readonly within?: Region
}

export type Value = Scalar | typeof ABSENT | Untold | readonly Value[]

export const isTuple = (value: Value): value is readonly Value[] => Array.isArray(value)
export const isScalar = (value: Value): value is Scalar => typeof value !== 'object'
export const isUntold = (value: Value): value is Untold =>
  typeof value === 'object' && value !== ABSENT && !isTuple(value)

export const untold = (key: string, more: Partial<Untold> = {}): Untold => ({
  key,
  text: key,
  unsupported: false,
  ...more,
})
