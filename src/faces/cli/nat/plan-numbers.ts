/** Numbers as people type them after the flags of `nat plan`. */
import { fault } from '../../../model/fault.ts'

const MOST_SUBSCRIBERS = 1_000_000

/** 1 to 1,000,000. Throws `E_VALUE_SYNTAX`. */
export function parseSubscribers(text: string): number {
  const count = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0
  if (count > 0 && count <= MOST_SUBSCRIBERS) return count
  throw fault('E_VALUE_SYNTAX', {
    text,
    wanted: 'a number of subscribers',
    example: 'a whole number from 1 to 1000000',
  })
}

/** `200:5`: hosts, and new mappings a second of each. Throws `E_VALUE_SYNTAX`. */
export function parseHostClass(text: string): { readonly hosts: number; readonly rate: number } {
  const [, hosts, rate] = /^([1-9]\d{0,6}):(\d{1,6}(?:\.\d{1,6})?)$/.exec(text) ?? []
  if (hosts !== undefined && Number(hosts) <= MOST_SUBSCRIBERS && Number(rate) > 0)
    return { hosts: Number(hosts), rate: Number(rate) }
  throw fault('E_VALUE_SYNTAX', {
    text,
    wanted: 'more subscribers',
    example: 'how many, a colon, and the mappings a second of each, such as 200:5',
  })
}

/** Above 0 and up to 1, `0.001` or `0.1%`. Throws `E_VALUE_SYNTAX`. */
export function parseShare(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,8})?)(%?)$/.exec(text) ?? []
  const share = Number(number) / (percent === '%' ? 100 : 1)
  if (number !== undefined && share >= 0.00001 && share <= 1) return share
  throw fault('E_VALUE_SYNTAX', {
    text,
    wanted: 'a share',
    example: 'a number from 0.00001 to 1, or of a hundred: 0.001 or 0.1%',
  })
}

/** 1 to 64,512 ports. Throws `E_VALUE_SYNTAX`. */
export function parseBlock(text: string): number {
  const size = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  if (size > 0 && size <= 64_512) return size
  throw fault('E_VALUE_SYNTAX', {
    text,
    wanted: 'the size of a block',
    example: 'a whole number of ports from 1 to 64512',
  })
}
