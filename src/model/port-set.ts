/**
 * Sets of ports. A set never changes, and always holds the sorted, disjoint, minimal list of its ranges: equal
 * sets print the same text, and the text reads back as the same set.
 */
import { fault } from './fault.ts'
import { LAST_PORT, PORT_CLASSES, type Port, type PortRange, whyNotPort } from './port.ts'
import { complementOf, normalised, shared } from './port-ranges.ts'

export class PortSet implements Iterable<Port> {
  readonly ranges: readonly PortRange[]
  /** How many ports. */
  readonly size: number

  /** From any ranges, overlapping or not, in any order. */
  constructor(ranges: Iterable<PortRange> = []) {
    this.ranges = normalised(ranges)
    this.size = this.ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  }

  static of(...ports: readonly Port[]): PortSet {
    return new PortSet(ports.map(port => ({ first: port, last: port })))
  }

  has(port: number): boolean {
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.ranges[middle]!.last < port) low = middle + 1
      else high = middle
    }
    const range = this.ranges[low]
    return range !== undefined && port >= range.first && Number.isInteger(port)
  }

  union(other: PortSet): PortSet {
    return new PortSet([...this.ranges, ...other.ranges])
  }

  intersect(other: PortSet): PortSet {
    return new PortSet(shared(this.ranges, other.ranges))
  }

  minus(other: PortSet): PortSet {
    return new PortSet(shared(this.ranges, complementOf(other.ranges)))
  }

  /** Every port from 0 to 65535 that is not in this set. */
  complement(): PortSet {
    return new PortSet(complementOf(this.ranges))
  }

  equals(other: PortSet): boolean {
    return this.toString() === other.toString()
  }

  /** Ports from the lowest to the highest. */
  *[Symbol.iterator](): Generator<Port, void> {
    for (const { first, last } of this.ranges) for (let n: number = first; n <= last; n++) yield n as Port
  }

  /** Canonical: `22,8000-8999`; `none` for the empty set. */
  toString(): string {
    if (this.ranges.length === 0) return 'none'
    return this.ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
  }

  toJSON(): string {
    return this.toString()
  }
}

export const formatPortSet = (set: PortSet): string => set.toString()

/** Gives the ports of a service name; none when it knows no such name. */
export type PortNames = (name: string) => readonly Port[] | PortSet

/**
 * The words that stand for ranges (RFC 6335 section 6). `system` and `all` include port 0, which is reserved: who
 * asks the network takes it out.
 */
const CLASS_WORDS: ReadonlyMap<string, readonly PortRange[]> = new Map([
  ...Object.entries(PORT_CLASSES).flatMap(([name, range]): [string, readonly PortRange[]][] => [
    [name, [range]],
    [range.alias, [range]],
  ]),
  ['all', [{ first: 0 as Port, last: LAST_PORT }]],
  ['none', []],
])

/**
 * Reads ports, ranges, class words and service names with commas between, `!` before what is left out:
 * `22,8000-8999,!8080,http,dynamic`. The order never matters, and with nothing but exclusions the rest is meant.
 * Throws `E_PORT_SET_SYNTAX`, which says why; nothing is swapped, completed or skipped.
 */
export function parsePortSet(text: string, names?: PortNames): PortSet {
  const wanted: PortRange[] = []
  const unwanted: PortRange[] = []
  let only = true
  for (const item of text.split(',')) {
    const out = item.startsWith('!')
    const found = readItem(out ? item.slice(1) : item, names)
    if (typeof found === 'string')
      throw fault('E_PORT_SET_SYNTAX', { text, why: whyEmpty(text, item) || found })
    if (!out) only = false
    ;(out ? unwanted : wanted).push(...found)
  }
  return (only ? new PortSet().complement() : new PortSet(wanted)).minus(new PortSet(unwanted))
}

function whyEmpty(text: string, item: string): string {
  if (text === '') return 'it is empty; write "none" for no ports'
  if (item === '!') return 'nothing stands after "!"'
  if (item !== '') return ''
  if (text.startsWith(',')) return 'it begins with a comma'
  return text.endsWith(',') ? 'it ends with a comma' : 'it has two commas in a row'
}

function readItem(item: string, names: PortNames | undefined): readonly PortRange[] | string {
  const range = /^(\d*)-(\d*)$/.exec(item)
  if (range !== null) return readRange(item, range[1]!, range[2]!)
  const port = whyNotPort(item)
  if (port === '') return [{ first: Number(item) as Port, last: Number(item) as Port }]
  const word = CLASS_WORDS.get(item)
  if (word !== undefined) return word
  const named = isName(item) && names !== undefined ? names(item) : []
  const ranges = named instanceof PortSet ? named.ranges : PortSet.of(...named).ranges
  return ranges.length > 0 ? ranges : whyNotItem(item, port, names !== undefined)
}

function readRange(item: string, from: string, to: string): readonly PortRange[] | string {
  if (from === '' && to === '') return `"${item}" is no range: write its first and its last port`
  for (const end of [from, to]) {
    const why = end === '' ? '' : whyNotPort(end)
    if (why !== '') return `in "${item}", ${end} is not a port: ${why}`
  }
  if (to === '') return `"${item}" has no end: did you mean ${from}-${LAST_PORT}?`
  if (from === '') return `"${item}" has no start: did you mean 0-${to}?`
  if (Number(from) > Number(to)) return `"${item}" runs backwards: did you mean ${to}-${from}?`
  return [{ first: Number(from) as Port, last: Number(to) as Port }]
}

/** The form of a service name (RFC 6335 section 5.1), with the underscores and dots that older ones have. */
const isName = (text: string): boolean =>
  /^[a-z0-9]([a-z0-9_.+*-]*[a-z0-9*+])?$/i.test(text) && /[a-z]/i.test(text)

function whyNotItem(item: string, port: string, asked: boolean): string {
  if (item.trim() !== item) return `"${item}" has spaces around it; commas alone stand between`
  const range = /^(\d+)(?:\.\.\.?|:|–|—|\s+-\s*|-\s+)(\d+)$/.exec(item)
  if (range !== null) return `"${item}" is not how a range is written: did you mean ${range[1]}-${range[2]}?`
  if (/^\d+(?:[;\s]+\d+)+$/.test(item)) return `"${item}" has no commas between its ports`
  if (/^(?:[a-z]+\/\d+|\d+\/[a-z]+)$/i.test(item))
    return `"${item}" names a protocol, and a set has ports only`
  if (item.startsWith('!')) return 'it has "!" twice in a row'
  if (CLASS_WORDS.has(item.toLowerCase())) return `"${item}" is written ${item.toLowerCase()}`
  if (!isName(item) || /^(?:0[xob]|\d+e\d)/i.test(item)) return `"${item}" is not a port: ${port}`
  const why = asked
    ? `no service is called "${item}"`
    : `"${item}" is a name, and names are not looked up here`
  return `${why}; write numbers, as in 80 or 8000-8999, or one of ${[...CLASS_WORDS.keys()].join(', ')}`
}
