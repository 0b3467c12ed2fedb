/** The rules of a filter that translate, in the order of their tables and chains, each with what it does in words. */
import type { RuleReference } from '../../model/filter/decision.ts'
import { printRule } from '../../model/filter/print/print.ts'
import type { Backend, Chain, Hook, Rule, Ruleset, Table } from '../../model/filter/ruleset.ts'
import type { Statement, Translate } from '../../model/filter/statement.ts'
import { chainsInOrder } from '../firewall/firewall.ts'
import { translationWords } from './translation-words.ts'

export interface TranslationRule {
  readonly rule: RuleReference
  readonly backend: Backend
  readonly kind: Translate['kind']
  /** Hooks from which packets come to it; empty: none does. */
  readonly hooks: readonly Hook[]
  /** `tcp port 443 coming in by eth0 goes to 10.0.0.5:8443`. */
  readonly words: string
  /** Who makes chains or devices of that name: `Docker`. */
  readonly maker?: string
  /** Packets of new connections that were counted. */
  readonly packets?: number
  readonly translate: Translate
}

export function translationRules(ruleset: Ruleset): readonly TranslationRule[] {
  const hooks = new Map(
    chainsInOrder(ruleset).map(one => [
      `${one.table.backend} ${one.table.family} ${one.table.name} ${one.chain}`,
      one.hooks,
    ]),
  )
  return ruleset.tables.flatMap(table =>
    table.chains.flatMap(chain =>
      chain.rules.flatMap((rule, index) => {
        const translate = translateOf(rule)
        if (translate === undefined) return []
        const counter = rule.statements.find(({ kind }) => kind === 'counter')
        const packets = counter?.kind === 'counter' ? counter.packets : undefined
        const maker = makerOf(chain, rule)
        return [
          {
            rule: referenceOf(table, chain, rule, index),
            backend: table.backend,
            kind: translate.kind,
            hooks: hooks.get(`${table.backend} ${table.family} ${table.name} ${chain.name}`) ?? [],
            words: translationWords(table, rule, translate),
            translate,
            ...(maker === undefined ? {} : { maker }),
            ...(packets === undefined ? {} : { packets }),
          },
        ]
      }),
    ),
  )
}

const referenceOf = (table: Table, chain: Chain, rule: Rule, index: number): RuleReference => ({
  family: table.family,
  table: table.name,
  chain: chain.name,
  ...(rule.handle === undefined ? {} : { handle: rule.handle }),
  index,
  text: rule.text ?? printRule(rule, table),
})

const KINDS: ReadonlySet<string> = new Set(['snat', 'dnat', 'masquerade', 'redirect'])
const isTranslate = (statement: Statement): statement is Translate => KINDS.has(statement.kind)

export const translateOf = ({ statements }: Rule): Translate | undefined => statements.find(isTranslate)

/** Beginnings of names that programs give to their chains and bridges. */
const MAKERS: readonly (readonly [beginning: RegExp, maker: string])[] = [
  [/^DOCKER/, 'Docker'],
  [/^(?:docker\d|br-[\da-f]{12})/, 'Docker'],
  [/^KUBE-/, 'Kubernetes'],
  [/^(?:CNI-|NETAVARK|nv_)/, 'Podman or another user of CNI'],
  [/^LIBVIRT_/, 'libvirt'],
  [/^virbr\d/, 'libvirt'],
]

function makerOf(chain: Chain, { statements }: Rule): string | undefined {
  const devices = statements.flatMap(statement =>
    statement.kind === 'match' &&
    statement.right.kind === 'value' &&
    typeof statement.right.value === 'string'
      ? [statement.right.value]
      : [],
  )
  for (const name of [chain.name, ...devices])
    for (const [beginning, maker] of MAKERS) if (beginning.test(name)) return maker
  return undefined
}
