/**
 * Statements as nft lists them.
 */
import { datatypesOf } from '../datatype-of.ts'
import { datatypeNamed } from '../datatypes.ts'
import type { TableFamily } from '../ruleset.ts'
import type { Reject, Statement } from '../statement.ts'
import { spanText } from '../symbols/time-words.ts'
import { formatScalar } from '../symbols.ts'
import { expressionText, mapText } from './expression-text.ts'
import { matchText } from './match-text.ts'
import { statefulText } from './stateful-text.ts'
import { translateText } from './translate-text.ts'
import { verdictText } from './verdict-text.ts'

/** `exact`: for loading, where what nft lists would be read otherwise. */
export function statementText(statement: Statement, family: TableFamily, exact = false): string {
  switch (statement.kind) {
    case 'match':
      return matchText(statement, exact)
    case 'verdict':
      return verdictText(statement.verdict)
    case 'verdict-map':
      return `${expressionText(statement.key)} vmap ${mapText(statement.map, statement.key, [])}`
    case 'reject':
      return rejectText(statement, family)
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return translateText(statement)
    case 'assign':
      return assignText(statement)
    case 'object':
      return objectText(statement)
    case 'log':
      return logText(statement)
    case 'update-set':
      return updateText(statement)
    case 'synproxy':
      return ['synproxy', synproxyText(statement, ' ')].filter(part => part !== '').join(' ')
    case 'flow-add':
      return `flow add @${statement.flowtable}`
    case 'dup':
      return dupText(statement)
    case 'fwd':
      return statement.address === undefined
        ? `fwd to ${expressionText(statement.device, IFNAME)}`
        : `fwd ${statement.family} to ${expressionText(statement.address)} device ${expressionText(statement.device, IFNAME)}`
    case 'reset-option':
      return `reset tcp option ${statement.option}`
    case 'notrack':
      return 'notrack'
    default:
      return statefulText(statement)
  }
}

const IFNAME = [datatypeNamed('ifname')]

/** "Port unreachable" of the table's own family is what `reject` means by itself. */
function rejectText(reject: Reject, family: TableFamily): string {
  if (reject.with === 'tcp reset') return 'reject with tcp reset'
  const own = family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx'
  const port = reject.with === 'icmp' ? 3 : reject.with === 'icmpv6' ? 4 : 1
  if (reject.code === port && (reject.with === own || reject.with === 'icmpx')) return 'reject'
  return `reject with ${reject.with} ${formatScalar(datatypeNamed(`${reject.with}_code`), reject.code)}`
}

function assignText({ target, value }: Extract<Statement, { kind: 'assign' }>): string {
  const datatypes = datatypesOf(target)
  const flags = datatypes[0]!.flags === true && value.kind === 'literal'
  const text = flags ? formatScalar(datatypes[0]!, value.value) : expressionText(value, datatypes)
  return `${expressionText(target)} set ${text}`
}

const OBJECT_WORDS = {
  counter: 'counter name',
  quota: 'quota name',
  limit: 'limit name',
  synproxy: 'synproxy name',
  'ct helper': 'ct helper set',
  'ct timeout': 'ct timeout set',
  'ct expectation': 'ct expectation set',
  secmark: 'meta secmark set',
} as const

function objectText({ object, name }: Extract<Statement, { kind: 'object' }>): string {
  const target =
    typeof name === 'string'
      ? `"${name}"`
      : `${expressionText(name.key)} map ${mapText(name.map, name.key, [])}`
  return `${OBJECT_WORDS[object]} ${target}`
}

function logText(log: Extract<Statement, { kind: 'log' }>): string {
  const parts = ['log']
  if (log.prefix !== undefined) parts.push(`prefix "${log.prefix}"`)
  if (log.group !== undefined) parts.push(`group ${log.group}`)
  if (log.snaplen !== undefined) parts.push(`snaplen ${log.snaplen}`)
  if (log.queueThreshold !== undefined) parts.push(`queue-threshold ${log.queueThreshold}`)
  if (log.level !== undefined && log.level !== 'warn') parts.push(`level ${log.level}`)
  const tcp = log.flags.filter(flag => flag.startsWith('tcp ')).map(flag => flag.slice(4))
  if (tcp.length > 0) parts.push(`flags tcp ${tcp.join(',')}`)
  for (const flag of log.flags) if (!flag.startsWith('tcp ')) parts.push(`flags ${flag}`)
  return parts.join(' ')
}

function updateText(update: Extract<Statement, { kind: 'update-set' }>): string {
  const parts = [expressionText(update.key)]
  if (update.timeout !== undefined) parts.push(`timeout ${spanText(update.timeout * 1000)}`)
  parts.push(...update.statements.map(statefulText))
  if (update.value !== undefined) parts.push(`: ${expressionText(update.value, datatypesOf(update.value))}`)
  return `${update.op} @${update.set} { ${parts.join(' ')} }`
}

export function synproxyText(
  { mss, wscale, flags }: Extract<Statement, { kind: 'synproxy' }>,
  between: string,
): string {
  const parts = [
    ...(mss === undefined ? [] : [`mss ${mss}`]),
    ...(wscale === undefined ? [] : [`wscale ${wscale}`]),
    ...(flags.length === 0 ? [] : [flags.join(' ')]),
  ]
  return parts.join(between)
}

function dupText({ address, device }: Extract<Statement, { kind: 'dup' }>): string {
  const through = device === undefined ? '' : expressionText(device, IFNAME)
  if (address === undefined) return `dup to ${through}`
  return `dup to ${expressionText(address)}${through === '' ? '' : ` device ${through}`}`
}
