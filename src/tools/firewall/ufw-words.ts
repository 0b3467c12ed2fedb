/**
 * ufw's rules as `ufw status` lists them: `22/tcp ALLOW IN Anywhere`, from the chains that it keeps for users.
 *
 * Comments and names of applications are in ufw's own files alone.
 */
import type { Rule, Ruleset, Table } from '../../model/filter/ruleset.ts'
import { fieldsOf, type RuleFields } from './rule-fields.ts'

const CHAINS = [
  ['input', 'IN'],
  ['output', 'OUT'],
  ['forward', 'FWD'],
] as const

export function ufwWords({ tables }: Ruleset): readonly string[] {
  return CHAINS.flatMap(([hook, direction]) =>
    tables.flatMap(table => {
      const prefix = table.family === 'ip6' ? 'ufw6' : 'ufw'
      const chain = table.chains.find(({ name }) => name === `${prefix}-user-${hook}`)
      const rules = (chain?.rules ?? []).flatMap(rule => partsOf(rule, table, direction))
      return merged(rules).map(lineOf)
    }),
  )
}

interface Parts {
  readonly to: string
  readonly protocol: string | undefined
  readonly action: string
  readonly from: string
  readonly onTo: string
}

/** The rules that count hits for LIMIT are no rules of a user's. */
function partsOf(rule: Rule, { family }: Table, direction: 'IN' | 'OUT' | 'FWD'): Parts[] {
  const fields = fieldsOf(rule)
  const action = actionOf(fields)
  if (action === undefined) return []
  const six =
    family === 'ip6' && fields.source === undefined && fields.destination === undefined ? ' (v6)' : ''
  const port = fields.destinationPort?.replaceAll('-', ':')
  const to = [fields.destination, port].filter(part => part !== undefined).join(' ')
  const [inside, outside] =
    direction === 'FWD'
      ? [fields.output, fields.input]
      : direction === 'IN'
        ? [fields.input, undefined]
        : [undefined, fields.output]
  return [
    {
      to: to || 'Anywhere',
      protocol: fields.protocol,
      onTo: `${six}${inside === undefined ? '' : ` on ${inside}`}`,
      action: `${action} ${direction}`,
      from: `${fields.source ?? 'Anywhere'}${fields.sourcePort === undefined ? '' : ` ${fields.sourcePort}`}${six}${outside === undefined ? '' : ` on ${outside}`}`,
    },
  ]
}

function actionOf({ verdict, reject }: RuleFields): string | undefined {
  if (reject) return 'REJECT'
  if (verdict?.kind === 'accept') return 'ALLOW'
  if (verdict?.kind === 'drop') return 'DENY'
  return verdict?.kind === 'jump' && /^ufw6?-user-limit-accept$/.test(verdict.chain) ? 'LIMIT' : undefined
}

const sameBut = (a: Parts, b: Parts): boolean =>
  a.to === b.to && a.onTo === b.onTo && a.action === b.action && a.from === b.from

/** A rule for TCP and UDP alike is two rules in a row. */
function merged(all: readonly Parts[]): readonly Parts[] {
  const lines: Parts[] = []
  for (const one of all) {
    const before = lines.at(-1)
    if (before !== undefined && before.protocol === 'tcp' && one.protocol === 'udp' && sameBut(before, one))
      lines[lines.length - 1] = { ...one, protocol: undefined }
    else lines.push(one)
  }
  return lines
}

const lineOf = ({ to, protocol, onTo, action, from }: Parts): string =>
  `${to}${protocol === undefined ? '' : `/${protocol}`}${onTo} ${action} ${from}`
