/**
 * A policy: what may come in to this machine, as a person writes it down. All else is dropped or refused; what the
 * machine itself needs (loopback, answers, neighbours, DHCP) is no part of it, since it always gets through.
 */
import { type Address, familyOf, isAddress, parseAddress } from '../address.ts'
import { type Fault, fault, isFault } from '../fault.ts'
import { type Prefix, parsePrefix, prefixAddress } from '../prefix.ts'
import type { IpFamily } from '../protocol.ts'

export interface Policy {
  readonly allow: readonly Allowance[]
  /** Answers echo requests. */
  readonly ping: boolean
  readonly otherwise: 'drop' | 'reject'
}

export interface Allowance {
  readonly protocol: 'tcp' | 'udp'
  /** Both ends belong to it, 1 to 65535. */
  readonly ports: readonly (readonly [first: number, last: number])[]
  /** Sources of one family; empty is everybody. */
  readonly from: readonly Prefix[]
  /** Own addresses of one family; empty is all. */
  readonly to: readonly Address[]
  /** Of sources and own addresses; null where neither is named. */
  readonly family: IpFamily | null
  readonly interface: string | null
  /** One line without quotes. */
  readonly comment: string
}

/** Says where a part of the value stands in its file: `, line 7`; empty where that can't be told. */
export type PlaceOf = (path: readonly (string | number)[]) => string

/** Reads the value of a YAML or JSON file. Throws `E_POLICY_SYNTAX`, with the place. */
export function readPolicy(value: unknown, file: string, placeOf: PlaceOf): Policy {
  const wrong: Wrong = (path, why) => fault('E_POLICY_SYNTAX', { file, at: placeOf(path), why })
  const policy = objectAt(value, [], ['allow', 'ping', 'otherwise'], wrong)
  const { allow, ping = true, otherwise = 'drop' } = policy
  if (!Array.isArray(allow)) throw wrong(['allow'], '"allow" is needed, and is a list')
  if (typeof ping !== 'boolean') throw wrong(['ping'], '"ping" is true or false')
  if (otherwise !== 'drop' && otherwise !== 'reject')
    throw wrong(['otherwise'], `"otherwise" is drop or reject, not ${shown(otherwise)}`)
  return { allow: allow.flatMap((one, i) => readAllowance(one, ['allow', i], wrong)), ping, otherwise }
}

type Path = readonly (string | number)[]
type Wrong = (path: Path, why: string) => Fault

const KEYS = ['port', 'protocol', 'from', 'to', 'interface', 'comment']

/** One for each protocol and family that it is about. */
function readAllowance(value: unknown, path: Path, wrong: Wrong): readonly Allowance[] {
  const one = objectAt(value, path, KEYS, wrong)
  const at = (key: string): Path => [...path, key]
  if (one.port === undefined) throw wrong(path, '"port" is needed: a number, "8000-8999", or a list of them')
  const ports = listOf(one.port).map(port => readPorts(port, at('port'), wrong))
  const protocols = listOf(one.protocol ?? 'tcp').map(protocol => {
    if (protocol === 'tcp' || protocol === 'udp') return protocol
    throw wrong(at('protocol'), `"protocol" is tcp, udp or both in a list, not ${shown(protocol)}`)
  })
  const from = listOf(one.from ?? []).map(text => parsed(text, at('from'), wrong, sourcePrefix))
  const to = listOf(one.to ?? []).map(text => parsed(text, at('to'), wrong, parseAddress))
  const device = one.interface ?? null
  if (device !== null && !(typeof device === 'string' && /^[^\s"/]{1,15}$/.test(device)))
    throw wrong(at('interface'), `${shown(device)} is not the name of an interface`)
  if (one.comment !== undefined && typeof one.comment !== 'string')
    throw wrong(at('comment'), '"comment" is a text')
  const families = familiesOf(from, to)
  if (families.length === 0)
    throw wrong(path, '"from" and "to" are of different families, so nothing fits both')
  return protocols.flatMap(protocol =>
    families.map(family => ({
      protocol,
      ports,
      from: from.filter(prefix => family === null || familyOf(prefixAddress(prefix)) === family),
      to: to.filter(address => family === null || familyOf(address) === family),
      family,
      interface: device as string | null,
      comment: plainComment((one.comment as string | undefined) ?? ''),
    })),
  )
}

/** Families in which both are satisfied; one null where neither is named. */
function familiesOf(from: readonly Prefix[], to: readonly Address[]): readonly (IpFamily | null)[] {
  if (from.length === 0 && to.length === 0) return [null]
  const sources = new Set(from.map(prefix => familyOf(prefixAddress(prefix))))
  const targets = new Set(to.map(familyOf))
  return (['ipv4', 'ipv6'] as const).filter(
    family => (from.length === 0 || sources.has(family)) && (to.length === 0 || targets.has(family)),
  )
}

/** What nft and iptables take in a comment: one line, no quotes, at most 100 characters of plain text. */
export const plainComment = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]|["\\`$]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 100)

function readPorts(value: unknown, path: Path, wrong: Wrong): readonly [number, number] {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value)) ?? []
  const range = [Number(first), Number(last ?? first)] as const
  if (first === undefined || range[0] < 1 || range[1] > 65_535 || range[0] > range[1])
    throw wrong(path, `${shown(value)} is not a port or a range such as "8000-8999"`)
  return range
}

const sourcePrefix = (text: string): Prefix =>
  parsePrefix(isAddress(text) ? `${text}/${familyOf(parseAddress(text)) === 'ipv4' ? 32 : 128}` : text)

function parsed<T>(value: unknown, path: Path, wrong: Wrong, parse: (text: string) => T): T {
  if (typeof value !== 'string') throw wrong(path, `${shown(value)} is not an address`)
  try {
    return parse(value)
  } catch (error) {
    throw isFault(error) ? wrong(path, error.message) : error
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

function objectAt(
  value: unknown,
  path: Path,
  keys: readonly string[],
  wrong: Wrong,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(path, `${shown(value)} stands where { ${keys.join(', ')} } should`)
  const strange = Object.keys(value).find(key => !keys.includes(key))
  if (strange !== undefined) throw wrong([...path, strange], `"${strange}" is not one of ${keys.join(', ')}`)
  return value as Record<string, unknown>
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)
