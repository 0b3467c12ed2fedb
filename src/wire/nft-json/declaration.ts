/**
 * Sets, maps, flowtables, chains and objects with a name (libnftables-json(5), "RULESET ELEMENTS").
 */
import { datatypesOf } from '../../model/filter/datatype-of.ts'
import { datatypeNamed } from '../../model/filter/datatypes.ts'
import {
  type BaseChain,
  type Chain,
  type DatatypeName,
  type Flowtable,
  HOOKS,
  type NamedObject,
  type NamedSet,
  OBJECT_KINDS,
  type ObjectKind,
} from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { synproxyOf } from './act.ts'
import { elementOf, pairOf } from './element.ts'
import { expressionOf, textOf } from './expression.ts'
import { isObject, type Json, type JsonObject, listOf, onlyMember } from './json-text.ts'
import { objectText } from './object-text.ts'
import { statefulOf } from './stateful.ts'

/** A name, a handle, a comment: what everything declared may have. */
export const labels = (json: JsonObject): { name: string; handle?: number; comment?: string } => ({
  name: String(json.name),
  ...(typeof json.handle === 'number' ? { handle: json.handle } : {}),
  ...(typeof json.comment === 'string' ? { comment: json.comment } : {}),
})

const words = (json: Json | undefined): string[] => listOf(json).map(String)

/** Undefined where hook or type are none that there are. */
export function chainOf(json: JsonObject): Chain | undefined {
  if (json.hook === undefined) return { ...labels(json), rules: [] }
  const hook = HOOKS.find(each => each === json.hook)
  const { type, prio, policy } = json
  if (hook === undefined || typeof prio !== 'number') return undefined
  if (type !== 'filter' && type !== 'nat' && type !== 'route') return undefined
  const base: BaseChain = {
    type,
    hook,
    priority: prio,
    policy: policy === 'drop' ? 'drop' : 'accept',
    devices: words(json.dev),
  }
  return { ...labels(json), base, rules: [] }
}

/** "ipv4_addr . inet_service", a list, or an expression whose types are meant: versions differ. */
function typeNames(json: Json | undefined): DatatypeName[] {
  if (typeof json === 'string') return json.split(' . ')
  if (isObject(json)) {
    const member = onlyMember(json)
    return datatypesOf(expressionOf(member?.[0] === 'typeof' ? member[1] : json)).map(each => each.name)
  }
  return listOf(json).filter(each => typeof each === 'string')
}

const SET_FLAGS = ['constant', 'interval', 'timeout', 'dynamic'] as const

/** A set or map, and what of it wasn't understood; undefined if its types aren't told. */
export function setOf(
  json: JsonObject,
  kind: 'set' | 'map',
  problem: (text: string) => void,
): NamedSet | undefined {
  const key = typeNames(json.type)
  const targets = kind === 'map' ? typeNames(json.map) : []
  if (key.length === 0 || (kind === 'map' && targets.length === 0)) return undefined
  const objectKind = OBJECT_KINDS.find(each => each === targets[0])
  const keys = key.map(datatypeNamed)
  const values = objectKind ? 'object' : targets[0] === 'verdict' ? 'verdict' : targets.map(datatypeNamed)
  const elements = elementList(json.elem, kind).flatMap(each => {
    const element = kind === 'map' ? pairOf(each, keys, values) : elementOf(each, keys)
    if (element === undefined) problem(`an element was not understood: ${textOf(each)}`)
    return element ?? []
  })
  const statements = listOf(json.stmt).flatMap((each): Statement | [] => {
    const member = onlyMember(each)
    const statement = member && statefulOf(member[0], member[1])
    if (statement === undefined) problem(`a statement was not understood: ${textOf(each)}`)
    return statement ?? []
  }) as Statement[]
  const flags = words(json.flags)
  const { timeout, size, policy, 'gc-interval': gcInterval } = json
  return {
    ...labels(json),
    key,
    mapTo: objectKind ? [] : targets,
    ...(objectKind === undefined ? {} : { objectKind }),
    flags: SET_FLAGS.filter(flag => flags.includes(flag)),
    autoMerge: json['auto-merge'] === true,
    ...(typeof timeout === 'number' ? { timeout } : {}),
    ...(typeof size === 'number' ? { size } : {}),
    ...(typeof gcInterval === 'number' ? { gcInterval } : {}),
    ...(policy === 'memory' || policy === 'performance' ? { policy } : {}),
    ...(statements.length > 0 ? { statements } : {}),
    elements,
  }
}

/** A list of one may have become its only item. */
function elementList(json: Json | undefined, kind: 'set' | 'map'): readonly Json[] {
  const list = listOf(json)
  return kind === 'map' && list.length === 2 && !Array.isArray(list[0]) ? [list] : list
}

export function flowtableOf(json: JsonObject): Flowtable | undefined {
  const hook = HOOKS.find(each => each === json.hook)
  if (hook === undefined || typeof json.prio !== 'number') return undefined
  const { name, handle } = labels(json)
  return {
    name,
    ...(handle === undefined ? {} : { handle }),
    hook,
    priority: json.prio,
    devices: words(json.dev),
    flags: words(json.flags),
  }
}

export const isObjectKind = (kind: string): kind is ObjectKind =>
  (OBJECT_KINDS as readonly string[]).includes(kind)

export function objectOf(kind: ObjectKind, json: JsonObject): NamedObject {
  const statement = kind === 'synproxy' ? synproxyOf(json) : statefulOf(kind, json)
  const text = objectText(kind, json)
  return {
    kind,
    ...labels(json),
    ...(statement === undefined ? {} : { statement }),
    ...(text === undefined ? {} : { text }),
  }
}
