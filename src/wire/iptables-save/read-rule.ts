/**
 * One rule, `-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT`, as statements, in the order in which the kernel looks: what
 * every rule can ask (`ip_packet_match`), then each match as written, the counter, the target.
 */
import type { Rule } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { wordIn } from '../word-in.ts'
import { addressMatch } from './address-pattern.ts'
import { is, meta, payload, unsupported } from './conditions.ts'
import { type Extension, type GivenOption, GivenOptions, type Surrounding } from './extension.ts'
import { fragment, MATCHES } from './matches/matches.ts'
import { OPTION_NAMES } from './option-names.ts'
import { PROTOCOL_MATCHES, protocolNumber } from './protocol-number.ts'
import type { RuleWords } from './rule-words.ts'
import { CONTINUING, TARGETS } from './targets/targets.ts'

export interface RuleContext extends Omit<Surrounding, 'protocol'> {
  readonly counter: { readonly packets: number; readonly bytes: number } | undefined
  isChain(name: string): boolean
}

interface Part {
  readonly name: string
  readonly extension: Extension | undefined
  readonly options: GivenOption[]
  readonly from: number
  to: number
}

type Draft = {
  -readonly [Key in 'protocol']: number | undefined
} & {
  readonly general: (Statement | null)[]
  readonly matches: Part[]
  target: (Part & { readonly how: 'jump' | 'goto' }) | undefined
}

/** Places of what every rule can ask, in the kernel's order. */
const [SOURCE, DESTINATION, IN, OUT, PROTOCOL, FRAGMENT] = [0, 1, 2, 3, 4, 5]

export function readRule(words: RuleWords, context: RuleContext): Pick<Rule, 'statements' | 'comment'> {
  const draft: Draft = { protocol: undefined, general: [], matches: [], target: undefined }
  while (!words.done) readOption(words, context, draft)
  const surrounding: Surrounding = {
    family: context.family,
    ipsets: context.ipsets,
    ...(context.hook === undefined ? {} : { hook: context.hook }),
    ...(draft.protocol === undefined ? {} : { protocol: draft.protocol }),
  }
  const statements = draft.general.filter(one => one != null)
  const comments: string[] = []
  for (const part of draft.matches) {
    statements.push(...matchStatements(part, words, surrounding))
    if (part.name === 'comment') comments.push(...(part.options[0]?.words ?? []))
  }
  if (context.counter !== undefined) statements.push({ kind: 'counter', ...context.counter })
  if (draft.target !== undefined)
    statements.push(...targetStatements(draft.target, words, context, surrounding))
  return { statements, ...(comments.length === 0 ? {} : { comment: comments.join(' ') }) }
}

function readOption(words: RuleWords, context: RuleContext, draft: Draft): void {
  const from = words.at
  const negated = words.skip('!')
  const written = words.take('an option')
  // "--proto" is also an option of the match on policies.
  const own = wordIn(draft.matches.at(-1)?.extension?.options ?? {}, written) !== undefined
  const option = own ? written : (wordIn(OPTION_NAMES, written) ?? written)
  const { family } = context
  switch (option) {
    case '-p':
      readProtocol(words, draft, negated)
      return
    case '-s':
    case '-d': {
      const text = words.take('an address or prefix')
      const left = payload(family, option === '-s' ? 'saddr' : 'daddr')
      const statement = addressMatch(left, text, family, negated)
      if (statement === undefined)
        throw words.refuse(text, `an ${family === 'ip' ? 'IPv4' : 'IPv6'} address or prefix`)
      draft.general[option === '-s' ? SOURCE! : DESTINATION!] = statement === 'all' ? null : statement
      return
    }
    case '-i':
    case '-o': {
      const left = meta(option === '-i' ? 'iifname' : 'oifname')
      draft.general[option === '-i' ? IN! : OUT!] = interfaceMatch(left, words.take('an interface'), negated)
      return
    }
    case '-f':
      draft.general[FRAGMENT!] = fragment(negated)
      return
    case '-m': {
      const name = words.take('the name of a match')
      draft.matches.push(partOf(name, MATCHES.get(name), from, words.at))
      if (!MATCHES.has(name)) readForeign(words, draft.matches.at(-1)!)
      return
    }
    case '-j':
    case '-g': {
      const name = words.take(option === '-j' ? 'a target' : 'a chain')
      const known = context.isChain(name) ? undefined : TARGETS.get(name)
      const part = partOf(name, known, from, words.at)
      draft.target = { ...part, how: option === '-j' ? 'jump' : 'goto' }
      if (known === undefined && !context.isChain(name)) readForeign(words, draft.target)
      return
    }
    case '-c':
      words.number('a number of packets', Number.MAX_SAFE_INTEGER)
      words.number('a number of bytes', Number.MAX_SAFE_INTEGER)
      return
    case '-4':
    case '-6':
      return
    default:
      readExtensionOption(words, draft, option, negated)
  }
}

const partOf = (name: string, extension: Extension | undefined, from: number, to: number): Part => ({
  name,
  extension,
  options: [],
  from,
  to,
})

function readProtocol(words: RuleWords, draft: Draft, negated: boolean): void {
  const text = words.take('a protocol')
  const number = protocolNumber(text)
  if (number === undefined) throw words.refuse(text, 'a protocol: a name as tcp, or a number from 0 to 255')
  if (number === 0) return
  draft.general[PROTOCOL!] = is(meta('l4proto'), number, negated)
  if (!negated) draft.protocol = number
}

/** `eth+` is every name that begins so, `+` every one. */
function interfaceMatch(left: ReturnType<typeof meta>, name: string, negated: boolean): Statement | null {
  if (!name.endsWith('+')) return is(left, { kind: 'value', value: name }, negated)
  return name === '+' && !negated ? null : is(left, { kind: 'beginning', text: name.slice(0, -1) }, negated)
}

/** Words of a match or target that this program doesn't know: all until the next of its like. */
function readForeign(words: RuleWords, part: Part): void {
  while (!words.done) {
    const ahead = words.peek() === '!' ? words.peek(1) : words.peek()
    const option = wordIn(OPTION_NAMES, ahead ?? '') ?? ahead
    if (['-m', '-j', '-g', '-p', '-s', '-d', '-i', '-o', '-f'].includes(option ?? '')) break
    words.at++
  }
  part.to = words.at
}

/** An option belongs to the target, to the last match that has it, or to the match that `-p` loads by itself. */
function readExtensionOption(words: RuleWords, draft: Draft, option: string, negated: boolean): void {
  const has = (part: Part | undefined): boolean =>
    wordIn(part?.extension?.options ?? {}, option) !== undefined
  const implied = PROTOCOL_MATCHES[draft.protocol ?? -1]
  let part = has(draft.target) ? draft.target : draft.matches.findLast(has)
  if (
    part === undefined &&
    implied !== undefined &&
    wordIn(MATCHES.get(implied)?.options ?? {}, option) !== undefined
  ) {
    part = partOf(implied, MATCHES.get(implied), words.at - 1 - (negated ? 1 : 0), words.at)
    draft.matches.push(part)
  }
  if (part === undefined) {
    const last = draft.target ?? draft.matches.at(-1)
    const why = option.startsWith('-')
      ? `"${option}" is no option here`
      : `"${option}" stands where an option should`
    throw words.fault(
      why,
      last === undefined
        ? 'Expected -p, -s, -d, -i, -o, -m, -j or -g, or an option of the match before it.'
        : `Expected an option of ${last.name}: ${Object.keys(last.extension?.options ?? {}).join(', ') || 'it has none'}; or -m, -j.`,
      -1,
    )
  }
  const at = words.at
  const count = part.extension!.options[option]!
  const taken = Array.from({ length: count }, () => words.take(`a word after ${option}`))
  part.options.push({ name: option, negated, words: taken, at })
  part.to = Math.max(part.to, words.at)
}

function matchStatements(part: Part, words: RuleWords, surrounding: Surrounding): readonly Statement[] {
  const read = part.extension?.read(new GivenOptions(part.options, words, surrounding))
  return read ?? [unsupported(words.textBetween(part.from, part.to), true, false)]
}

const PLAIN: Readonly<Record<string, 'accept' | 'drop' | 'return'>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  RETURN: 'return',
}

function targetStatements(
  part: Part & { readonly how: 'jump' | 'goto' },
  words: RuleWords,
  context: RuleContext,
  surrounding: Surrounding,
): readonly Statement[] {
  const { name, how } = part
  if (context.isChain(name)) return [{ kind: 'verdict', verdict: { kind: how, chain: name } }]
  const plain = wordIn(PLAIN, name)
  if (plain !== undefined) return [{ kind: 'verdict', verdict: { kind: plain } }]
  const read = part.extension?.read(new GivenOptions(part.options, words, surrounding))
  return read ?? [unsupported(words.textBetween(part.from, part.to), false, !CONTINUING.has(name))]
}
