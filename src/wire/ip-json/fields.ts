/** Members of JSON objects that nobody promised anything about. */
import { type Address, isAddress, parseAddress } from '../../model/address.ts'
import { networkOf, type Prefix } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The objects of a list; null where the text is none. */
export function listOf(text: string): readonly Fields[] | null {
  if (text.trim() === '') return []
  try {
    const told: unknown = JSON.parse(text)
    return Array.isArray(told) ? told.filter(isFields) : null
  } catch {
    return null
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** From 0 on: a number, or one written as text, `0x` for hexadecimal. */
export function numberOf(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^(?:0x[\da-f]{1,8}|\d{1,10})$/.test(value)
        ? Number(value)
        : Number.NaN
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

export function addressOf(value: unknown): Address | undefined {
  return typeof value === 'string' && isAddress(value) ? parseAddress(value) : undefined
}

/** `default`, `all`, an address, or a prefix, of that family; undefined for anything else. */
export function prefixOf(value: unknown, family: IpFamily, length?: unknown): Prefix | undefined {
  if (typeof value !== 'string') return undefined
  const whole = family === 'ipv4' ? 32 : 128
  if (value === 'default' || value === 'all' || value === 'any')
    return networkOf((family === 'ipv4' ? '0.0.0.0' : '::') as Address, 0)
  const [text = '', bits = String(numberOf(length) ?? whole)] = value.split('/')
  const address = addressOf(text)
  const number = numberOf(bits)
  if (address === undefined || number === undefined || number > whole) return undefined
  return address.includes(':') === (family === 'ipv6') ? networkOf(address, number) : undefined
}

/** The members that are there. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
