/**
 * Whether two readings of one rule of iptables-nft are the same rule: what nft shows of it, in which extensions are
 * nothing but names, and what iptables-save wrote, which leaves out what only nft can have put there.
 */
import type { Rule } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'

/** nft shows an extension as its kind and name, and nothing of its arguments. */
const EXTENSION = /^xt (match|target) "?([^"]+?)"?$/

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
  const fragments = fragmentsOf(shown.statements)
  const written = fragmentsOf(saved.statements)
  const extensions = fragments.flatMap(({ extension }) => (extension === undefined ? [] : [extension]))
  const plain = fragments.filter(({ extension }) => extension === undefined)
  const keys = written.map(({ key }) => key)
  const left = [...keys]
  const missing = plain.filter(({ key }) => {
    const at = left.indexOf(key)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  if (extensions.length === 0) return missing.length === 0 && left.length === 0 ? 'same' : 'native'
  const named = extensions.every(extension => namesIn(saved.text ?? '').has(extension))
  return missing.length === 0 && named ? 'completed' : 'different'
}

interface Fragment {
  readonly key: string
  readonly extension?: string
}

/** Counts differ between two looks; checks of the protocol are hidden where a port follows. */
function fragmentsOf(statements: readonly Statement[]): readonly Fragment[] {
  return statements.flatMap((statement): Fragment[] => {
    if (statement.kind === 'counter' || isProtocol(statement)) return []
    const extension = statement.kind === 'unsupported' ? EXTENSION.exec(statement.text) : null
    if (extension !== null) return [{ key: statement.kind, extension: `${extension[1]} ${extension[2]}` }]
    return [{ key: JSON.stringify(canonical(statement), wide) }]
  })
}

function isProtocol(statement: Statement): boolean {
  if (statement.kind !== 'match' || statement.op !== '==') return false
  const { left } = statement
  return (
    (left.kind === 'meta' && left.key === 'l4proto') ||
    (left.kind === 'payload' && left.protocol === 'ip' && left.field === 'protocol')
  )
}

const textOf = (value: unknown): string => JSON.stringify(value, wide)

/** The elements of a set have no order. A set of one is its element, and no bit set of a mask is `none`: nft writes either. */
function canonical(statement: Statement): Statement {
  if (statement.kind !== 'match') return statement
  const { left, op, right } = statement
  if (right.kind === 'set') {
    const [only, ...more] = right.elements.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
    return { ...statement, right: more.length === 0 ? only! : { kind: 'set', elements: [only!, ...more] } }
  }
  const zero = right.kind === 'value' && (right.value === 0 || right.value === 0n)
  if (left.kind !== 'bits' || left.op !== '&' || left.right.kind !== 'literal' || !zero) return statement
  if (op !== '==' && op !== '!=') return statement
  const mask = { kind: 'value', value: left.right.value } as const
  return { kind: 'match', left: left.left, op: op === '==' ? 'none' : 'any', right: mask }
}

/** Members in the order of their names, numbers that are too wide for JSON with their kind. */
function wide(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

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
