/** Routes and routing rules in the words of ip-route(8) and ip-rule(8). */
import { type Address, familyOf, parseAddress } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { MAIN_TABLE, type Route, type RouteKind, type RoutingRule } from '../../model/path/host.ts'
import { parsePrefix, prefixAddress, prefixLength } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { refused } from './refused.ts'

const REFUSALS: ReadonlySet<string> = new Set(['blackhole', 'unreachable', 'prohibit', 'throw'])
const TABLES: Readonly<Record<string, number>> = { main: 254, local: 255, default: 253 }

/** A route as it was written: which device it leads out by is known only with the addresses. */
export interface WrittenRoute extends Omit<Route, 'family'> {
  readonly family: IpFamily
  readonly via?: Address
}

/** Throws `E_SIM_NETWORK`, which shows the text. */
export function readRoute(text: string): WrittenRoute {
  const words = new Words(text, 'route')
  const kind = REFUSALS.has(words.peek()) ? (words.next() as RouteKind) : 'unicast'
  const to = words.next()
  const options = words.pairs(['via', 'dev', 'src', 'metric', 'table'])
  const via = options.via === undefined ? undefined : words.address(options.via)
  const family: IpFamily =
    to === 'default' ? (via === undefined ? 'ipv4' : familyOf(via)) : words.prefix(to).family
  const { address, length } =
    to === 'default' ? { address: family === 'ipv4' ? 0 : 0n, length: 0 } : words.prefix(to)
  if (via !== undefined && familyOf(via) !== family) throw words.wrong('its gateway is of another family')
  if (kind === 'unicast' && via === undefined && options.dev === undefined)
    throw words.wrong('it leads nowhere: say "via" a gateway or "dev" a device')
  return {
    family,
    kind,
    destination: address,
    prefixLength: length,
    metric: options.metric === undefined ? 0 : words.number(options.metric),
    table: tableOf(words, options.table),
    ...(options.dev === undefined ? {} : { device: options.dev }),
    ...(via === undefined ? {} : { via, gateway: addressScalar(via) }),
    ...(options.src === undefined ? {} : { source: addressScalar(words.address(options.src)) }),
  }
}

const tableOf = (words: Words, name: string | undefined): number =>
  name === undefined ? MAIN_TABLE : (TABLES[name] ?? words.number(name))

/** Without `priority` it comes before tables main and default: at 100 and its place in the list. */
const FIRST_PRIORITY = 100

/** Throws `E_SIM_NETWORK`, which shows the text. */
export function readRule(text: string, place: number): RoutingRule {
  const words = new Words(text, 'rule')
  const not = words.peek() === 'not' && words.next() === 'not'
  const options = words.pairs(['from', 'to', 'fwmark', 'iif', 'oif', 'lookup', 'table', 'priority', 'action'])
  const source = options.from === undefined || options.from === 'all' ? undefined : words.prefix(options.from)
  const destination = options.to === undefined || options.to === 'all' ? undefined : words.prefix(options.to)
  const { action, lookup = options.table } = options
  if (action !== undefined && !['blackhole', 'unreachable', 'prohibit'].includes(action))
    throw words.wrong(`"${action}" is none of blackhole, unreachable, prohibit`)
  if ((lookup === undefined) === (action === undefined))
    throw words.wrong('say which table to "lookup", or an "action" blackhole, unreachable or prohibit')
  if (source !== undefined && destination !== undefined && source.family !== destination.family)
    throw words.wrong('its ends are of two families')
  const [mark, mask] = options.fwmark?.split('/') ?? []
  return {
    family: source?.family ?? destination?.family ?? 'ipv4',
    priority: options.priority === undefined ? FIRST_PRIORITY + place : words.number(options.priority),
    action: action === undefined ? tableOf(words, lookup) : (action as 'blackhole'),
    ...(source === undefined ? {} : { source: { address: source.address, prefixLength: source.length } }),
    ...(destination === undefined
      ? {}
      : { destination: { address: destination.address, prefixLength: destination.length } }),
    ...(mark === undefined
      ? {}
      : { mark: { value: words.number(mark), mask: mask === undefined ? 0xffffffff : words.number(mask) } }),
    ...(options.iif === undefined ? {} : { inputInterface: options.iif }),
    ...(options.oif === undefined ? {} : { outputInterface: options.oif }),
    ...(not ? { not } : {}),
  }
}

class Words {
  readonly #words: string[]
  readonly #text: string
  readonly #what: string

  constructor(text: string, what: 'route' | 'rule') {
    this.#text = text
    this.#what = what
    this.#words = text.trim().split(/\s+/)
  }

  wrong(why: string) {
    return refused(`the ${this.#what} "${this.#text}": ${why}`)
  }

  peek(): string {
    return this.#words[0] ?? ''
  }

  next(): string {
    const word = this.#words.shift()
    if (word === undefined || word === '') throw this.wrong('something is missing at its end')
    return word
  }

  /** Words and what follows each, to the end. */
  pairs<Key extends string>(known: readonly Key[]): Partial<Record<Key, string>> {
    const found: Partial<Record<Key, string>> = {}
    while (this.#words.length > 0) {
      const key = this.next() as Key
      if (!known.includes(key)) throw this.wrong(`"${key}" is none of ${known.join(', ')}`)
      if (found[key] !== undefined) throw this.wrong(`"${key}" stands there twice`)
      found[key] = this.next()
    }
    return found
  }

  number(word: string): number {
    const number = /^(?:\d+|0x[\da-f]+)$/i.test(word) ? Number(word) : -1
    if (number < 0 || number > 0xffffffff) throw this.wrong(`"${word}" is not a number from 0 to 4294967295`)
    return number
  }

  address(word: string): Address {
    return this.#saying(() => parseAddress(word))
  }

  prefix(word: string): {
    readonly family: IpFamily
    readonly address: number | bigint
    readonly length: number
  } {
    const prefix = this.#saying(() => parsePrefix(word))
    const address = prefixAddress(prefix)
    return { family: familyOf(address), address: addressScalar(address), length: prefixLength(prefix) }
  }

  #saying<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (isFault(error)) throw this.wrong(error.message.split('\n', 1)[0]!)
      throw error
    }
  }
}
