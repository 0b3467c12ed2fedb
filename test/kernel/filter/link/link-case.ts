/** A row of a table of frames: rules, frames, and what is to come of each, on a bridge that lends to IP's hooks and one that doesn't. */
import type { Ruleset } from '../../../../src/model/filter/ruleset.ts'
import { chain, unlike } from '../case.ts'
import type { Fate } from '../judge.ts'
import { type FrameLine, parseFrameLine } from './frames.ts'

export interface LinkCase {
  readonly name: string
  readonly rules: string
  /** One to a line, or apart by `;`. */
  readonly packets: string
  /** Only where the bridge lends to IP's hooks, or only where it doesn't. Absent: on both, with the same outcome. */
  readonly lends?: boolean
}

export const linesOfFrames = ({ packets }: Pick<LinkCase, 'packets'>): FrameLine[] =>
  packets
    .split(/[;\n]/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(parseFrameLine)

/** What of a fate isn't as it was wanted. */
export function unlikeFrame(
  wanted: FrameLine['wanted'],
  fate: Fate,
  copies: string | undefined,
  ruleset: Ruleset,
): string[] {
  if (wanted.copies !== undefined) {
    const asWanted = [...wanted.copies].sort().join(' ')
    return copies === asWanted ? [] : [`left by ${copies || 'none'} instead of ${asWanted || 'none'}`]
  }
  const { to } = wanted
  return [
    ...unlike(wanted, fate, ruleset),
    ...(to === undefined || to === fate.to ? [] : [`went to ${fate.to} instead of ${to}`]),
  ]
}

const table = (head: string, parts: readonly string[]): string => `table ${head} {\n${parts.join('\n')}\n}\n`
export const netdev = (...parts: readonly string[]): string => table('netdev d', parts)
export const bridge = (...parts: readonly string[]): string => table('bridge b', parts)

/** A chain of devices: `ingress w0,e0 0 drop`. */
export function device(name: string, at: string, ...rules: readonly string[]): string {
  const [hook = '', devices = '', priority = '0', policy = 'accept'] = at.split(' ')
  const list = devices.split(',').map(one => `"${one}"`)
  return chain(
    name,
    `type filter hook ${hook} devices = { ${list.join(', ')} } priority ${priority}; policy ${policy};`,
    ...rules,
  )
}
