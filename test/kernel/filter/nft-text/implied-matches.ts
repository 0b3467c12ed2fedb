/**
 * Comparisons of a protocol that nft doesn't list, because something behind them in the rule implies them.
 */
import type { Expression } from '../../../../src/model/filter/expression.ts'
import type { TableFamily } from '../../../../src/model/filter/ruleset.ts'
import type { Statement } from '../../../../src/model/filter/statement.ts'

const TRANSPORTS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
}
const ETHERNET: Readonly<Record<number, string>> = { 2048: 'ip', 34525: 'ip6', 33024: 'vlan' }
const FAMILIES: Readonly<Record<number, string>> = { 2: 'ip', 10: 'ip6' }

export function isImplied(statement: Statement, later: readonly Statement[], family: TableFamily): boolean {
  if (statement.kind !== 'match' || statement.op !== '==' || statement.right.kind !== 'value') return false
  const said = protocolSaid(statement.left, Number(statement.right.value))
  return said !== undefined && (said === family || later.some(each => protocolsOf(each).includes(said)))
}

function protocolSaid(left: Expression, value: number): string | undefined {
  if (left.kind === 'meta' && left.key === 'l4proto') return TRANSPORTS[value]
  if (left.kind === 'meta' && left.key === 'protocol') return ETHERNET[value]
  if (left.kind === 'meta' && left.key === 'nfproto') return FAMILIES[value]
  if (left.kind !== 'payload') return undefined
  if (left.field === 'protocol' || left.field === 'nexthdr') return TRANSPORTS[value]
  return left.field === 'type' && /^(?:ether|vlan)$/.test(left.protocol) ? ETHERNET[value] : undefined
}

function protocolsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'match':
      return protocolsIn(statement.left)
    case 'assign':
      return [...protocolsIn(statement.target), ...protocolsIn(statement.value)]
    case 'verdict-map':
    case 'update-set':
      return protocolsIn(statement.key)
    case 'snat':
    case 'dnat':
      return statement.address?.kind === 'map' ? protocolsIn(statement.address.key) : []
    case 'reject':
      return [{ 'tcp reset': 'tcp', icmp: 'ip', icmpv6: 'ip6', icmpx: '' }[statement.with]]
    default:
      return []
  }
}

function protocolsIn(expression: Expression): readonly string[] {
  if (expression.kind === 'payload') {
    const { protocol } = expression
    return protocol === 'icmp' ? [protocol, 'ip'] : protocol === 'icmpv6' ? [protocol, 'ip6'] : [protocol]
  }
  if (expression.kind === 'tuple') return expression.parts.flatMap(protocolsIn)
  if (expression.kind === 'map') return protocolsIn(expression.key)
  return expression.kind === 'bits' ? protocolsIn(expression.left) : []
}
