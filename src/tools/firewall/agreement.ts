/**
 * Whether two readings of one rule of iptables-nft are the same rule: what nft shows of it, in which extensions are
 * nothing but names, and what iptables-save wrote, which leaves out what only nft can have put there.
 */
import type { Rule } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'

/** nft shows an extension as its kind and name, and nothing of its arguments. */
const EXTENSION = /^xt (match|target) "?([^"]+?)"?$/

/** Whether nft shows an extension without its arguments. */
export const hidesArguments = ({ statements }: Rule): boolean =>
  statements.some(one => one.kind === 'unsupported' && one.text.startsWith('xt '))

export type Agreement =
  /** Nothing is hidden from nft, and both say the same. */
  | 'same'
  /** Nothing is hidden from nft, and iptables-save says something else: nft made the rule, or iptables can't say it. */
  | 'native'
  /** nft hides arguments; all that it shows is in what iptables-save wrote. */
  | 'completed'
  /** nft shows what iptables-save doesn't have. */
  | 'different'

export function agreementOf(shown: Rule, saved: Rule): Agreement {
  const extensions: string[] = []
  const left = saved.statements.filter(isTelling).map(canonical)
  let missing = false
  for (const statement of shown.statements) {
    if (!isTelling(statement)) continue
    const extension = statement.kind === 'unsupported' ? EXTENSION.exec(statement.text) : null
    if (extension !== null) extensions.push(`${extension[1]} ${extension[2]}`)
    else {
      const one = canonical(statement)
      const at = left.findIndex(other => isSame(one, other))
      if (at < 0) missing = true
      else left.splice(at, 1)
    }
  }
  if (extensions.length === 0) return missing || left.length > 0 ? 'native' : 'same'
  const names = namesIn(saved.text ?? '')
  return !missing && extensions.every(extension => names.has(extension)) ? 'completed' : 'different'
}

/** Counts differ between two looks; checks of the protocol are hidden where a port follows. */
function isTelling(statement: Statement): boolean {
  if (statement.kind === 'counter') return false
  if (statement.kind !== 'match' || statement.op !== '==') return true
  const { left } = statement
  return !(
    (left.kind === 'meta' && left.key === 'l4proto') ||
    (left.kind === 'payload' && left.protocol === 'ip' && left.field === 'protocol')
  )
}

/** A set of one is its element, and no bit set of a mask is `none`: nft writes either. Nor does it show whose NOTRACK it is. */
function canonical(statement: Statement): Statement {
  if (statement.kind === 'notrack') return { kind: 'notrack' }
  if (statement.kind !== 'match') return statement
  const { left, op, right } = statement
  if (right.kind === 'set' && right.elements.length === 1) return { ...statement, right: right.elements[0]! }
  const zero = right.kind === 'value' && (right.value === 0 || right.value === 0n)
  if (left.kind !== 'bits' || left.op !== '&' || left.right.kind !== 'literal' || !zero) return statement
  if (op !== '==' && op !== '!=') return statement
  const mask = { kind: 'value', value: left.right.value } as const
  return { kind: 'match', left: left.left, op: op === '==' ? 'none' : 'any', right: mask }
}

/** Member by member; the elements of a set have no order. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return one === other
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((each, i) => isSame(each, other[i]))
    )
  }
  const keys = Object.keys(one) as (keyof typeof one)[]
  if (keys.length !== Object.keys(other).length) return false
  const isSet = 'kind' in one && one.kind === 'set' && 'elements' in one && 'elements' in other
  if (isSet) return isSameSet(one.elements as unknown[], other.elements as unknown[])
  return keys.every(key => isSame(one[key], other[key]))
}

const isSameSet = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every(each => other.some(another => isSame(each, another)))

/** Extensions by the names that a rule of iptables calls them; the kernel calls some otherwise. */
function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [, name] of text.matchAll(/(?:^|\s)-m (\S+)/g)) {
    names.add(`match ${name}`)
    if (name === 'state') names.add('match conntrack')
  }
  const target = /(?:^|\s)-j (\S+)/.exec(text)?.[1]
  if (target !== undefined) names.add(`target ${target}`)
  if (/-j NOTRACK/.test(text) || /-j CT --notrack/.test(text)) names.add('target NOTRACK').add('target CT')
  return names
}
