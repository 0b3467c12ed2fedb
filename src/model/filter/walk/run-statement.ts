/** One statement of a rule: what it does to the packet, and whether the rule goes on. */
import type { Expression } from '../expression.ts'
import type { MapSource, Statement } from '../statement.ts'
import { assign } from './assign.ts'
import { matchHolds } from './comparison.ts'
import { addHelper } from './connection-facts.ts'
import { hasConnection } from './conntrack.ts'
import { suppose } from './fact.ts'
import { findElement } from './lookup.ts'
import { ACCEPT, BREAK, DROP, NEXT, type Outcome, ofVerdict } from './outcome.ts'
import { isTransport } from './protocols.ts'
import { connectionCount, limit, quota } from './rate.ts'
import { readExpression } from './read-expression.ts'
import { reject } from './reject.ts'
import { resetOption } from './reset-option.ts'
import { textOf } from './rule-text.ts'
import { updateSet } from './set-update.ts'
import { translate } from './translate.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT } from './value.ts'

const SYN = 2
const ACK = 16
const TCP = 6
const UDP = 17

export function runStatement(t: Traversal, statement: Statement): Outcome {
  t.statement = statement
  switch (statement.kind) {
    case 'match':
      return matchHolds(t, statement) ? NEXT : BREAK
    case 'verdict':
      return ofVerdict(statement.verdict)
    case 'verdict-map': {
      const key = readExpression(t, statement.key)
      const found = key === ABSENT ? undefined : findElement(t, key, statement.map)
      return found?.value?.kind === 'verdict' ? runStatement(t, found.value.statement) : BREAK
    }
    case 'reject':
      return reject(t, statement)
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return translate(t, statement)
    case 'assign':
      return assign(t, statement.target, statement.value)
    case 'limit':
      return limit(t, statement)
    case 'quota':
      return quota(t, statement)
    case 'ct-count':
      return connectionCount(t, statement)
    case 'object':
      return runObject(t, statement)
    case 'notrack':
      return notrack(t, statement.xtables === true)
    case 'update-set':
      return updateSet(t, statement, one => runStatement(t, one))
    case 'tproxy':
      return tproxy(t)
    case 'synproxy':
      return synproxy(t)
    case 'fwd':
      return isThere(t, statement.address) && isThere(t, statement.device) ? handOver(t, statement) : BREAK
    case 'dup':
      return isThere(t, statement.address) && isThere(t, statement.device) ? NEXT : BREAK
    case 'reset-option':
      return resetOption(t, statement.option)
    case 'unsupported':
      return unsupported(t, statement)
    case 'flow-add':
      return suppose(t, `flow add @${statement.flowtable}`) ? NEXT : BREAK
    case 'counter':
    case 'log':
    case 'last':
      return NEXT
  }
}

/**
 * Given to a transparent socket, if one waits there (nft_tproxy_eval). Facts say so in the statement's words: `tproxy to :8080`
 * is 1 or 0.
 */
function tproxy(t: Traversal): Outcome {
  if (!isTransport(t, TCP) && !isTransport(t, UDP)) return BREAK
  const words = (t.table && t.statement && textOf(t.table, t.statement)) ?? 'tproxy'
  const given = t.surroundings.facts?.get(words)
  const found = given === undefined ? suppose(t, `${words} finds a transparent socket`) : given === 1
  return found ? NEXT : BREAK
}

/** A map that has nothing for the packet ends the rule. */
const isThere = (t: Traversal, expression: Expression | undefined): boolean =>
  expression === undefined || readExpression(t, expression) !== ABSENT

/** It leaves by that device at once (nft_fwd_netdev_eval); to a neighbour it takes a hop (nft_fwd_neigh_eval). */
function handOver(t: Traversal, { family, device }: Extract<Statement, { kind: 'fwd' }>): Outcome {
  if (family !== undefined) {
    if ((family === 'ip') !== (t.packet.family === 'ipv4')) return BREAK
    const key = family === 'ip' ? 'ip ttl' : 'ip6 hoplimit'
    const left = t.packet.fields?.get(key)
    if (typeof left === 'number') {
      if (left <= 1) return DROP
      t.packet = { ...t.packet, fields: new Map(t.packet.fields).set(key, left - 1) }
    } else if (!suppose(t, `${key} > 1`)) return DROP
  }
  const to = readExpression(t, device)
  return { kind: 'forward', device: typeof to === 'string' ? to : null }
}

/**
 * Before the lookup it keeps conntrack away; afterwards it can only exempt what has no connection (nft_notrack_eval). xtables asks
 * for the bits that an answer has from what it answers, even if that has no connection (notrack_tg, nf_ct_attach).
 */
function notrack(t: Traversal, xtables: boolean): Outcome {
  if (xtables && t.answers?.marked === true && !t.tracked) return NEXT
  if (t.template !== undefined || hasConnection(t)) return NEXT
  t.surroundings = { ...t.surroundings, conntrack: { state: 'untracked' } }
  if (!t.tracked) t.exempt = true
  return NEXT
}

/** The handshake is answered and the packet goes no further (nft_synproxy_do_eval). */
function synproxy(t: Traversal): Outcome {
  if (!isTransport(t, TCP)) return BREAK
  const flags = t.packet.tcpFlags
  if (flags === undefined) return suppose(t, 'tcp flags syn,ack') ? DROP : NEXT
  return (flags & (SYN | ACK)) !== 0 ? DROP : NEXT
}

/** By name or by a map whose miss ends the rule. What an object counts or allows is judged as if it stood here. */
function runObject(t: Traversal, { object, name }: Extract<Statement, { kind: 'object' }>): Outcome {
  const called = typeof name === 'string' ? name : namedBy(t, name)
  if (called === undefined) return BREAK
  if (object === 'synproxy') return synproxy(t)
  const found = t.table?.objects.find(one => one.kind === object && one.name === called)
  if (object === 'ct helper' && found !== undefined) addHelper(t, found)
  if (object !== 'limit' && object !== 'quota') return NEXT
  if (found?.statement !== undefined) return runStatement(t, found.statement)
  return suppose(t, `${object} name ${called}`, true) ? NEXT : BREAK
}

function namedBy(t: Traversal, { key, map }: { key: Parameters<typeof readExpression>[1]; map: MapSource }) {
  const value = readExpression(t, key)
  const found = value === ABSENT ? undefined : findElement(t, value, map)
  return found?.value?.kind === 'object' ? found.value.name : undefined
}

/** Each thing that it may do is looked at. */
function unsupported(
  t: Traversal,
  { text, matches, ends }: Extract<Statement, { kind: 'unsupported' }>,
): Outcome {
  if (matches && !suppose(t, text, true)) return BREAK
  if (!ends) return NEXT
  if (suppose(t, `${text}, accepting`, true)) return ACCEPT
  return suppose(t, `${text}, dropping`, true) ? DROP : NEXT
}
