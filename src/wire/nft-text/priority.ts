/**
 * Priorities of chains: `0`, `-150`, `filter`, `dstnat + 5` (nft(8), "Standard priority names").
 */
import { BRIDGE_PRIORITIES, PRIORITIES } from '../../model/filter/priorities.ts'
import type { Hook, TableFamily } from '../../model/filter/ruleset.ts'
import type { Reader } from './reader.ts'
import { readVariable } from './right-side.ts'
import { shown } from './token-stream.ts'

/** Names that belong to hooks; the second since nft 1.0.8. */
const ONLY_AT: Readonly<Record<string, readonly Hook[]>> = {
  dstnat: ['prerouting', 'output'],
  srcnat: ['postrouting', 'input'],
  out: ['output'],
}

/** After the word `priority`. */
export function readPriority(reader: Reader, family: TableFamily, hook: Hook): number {
  const { stream } = reader
  const at = stream.token
  let base = 0
  let sign: string | undefined
  if (stream.is('$') || at.kind === 'word') {
    const token = stream.is('$') ? readVariable(reader).at : stream.next()
    const known = /^-?\d+$/.test(token.text) ? Number(token.text) : named(token.text, family, hook)
    if (known === undefined)
      throw stream.refuse(
        `${shown(token)} is no priority at ${hook}`,
        `Write a number, or one of ${Object.keys(family === 'bridge' ? BRIDGE_PRIORITIES : PRIORITIES).join(', ')}.`,
        at,
      )
    base = known
    sign = stream.takeAny('+', '-')
    if (sign === undefined) return base
  } else sign = stream.takeAny('+', '-')
  const number = stream.number('a priority')
  const priority = base + (sign === '-' ? -number : number)
  if (priority < -(2 ** 31) || priority >= 2 ** 31)
    throw stream.refuse('this is no 32-bit number', 'Write -2147483648 to 2147483647.', at)
  return priority
}

function named(name: string, family: TableFamily, hook: Hook): number | undefined {
  const hooks = ONLY_AT[name]
  if (hooks !== undefined && !hooks.includes(hook)) return undefined
  if (family === 'bridge') return Object.hasOwn(BRIDGE_PRIORITIES, name) ? BRIDGE_PRIORITIES[name] : undefined
  if ((family === 'netdev' || family === 'arp') && name !== 'filter') return undefined
  return Object.hasOwn(PRIORITIES, name) ? PRIORITIES[name] : undefined
}
