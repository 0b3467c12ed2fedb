/** One statement of a rule: what it does to the packet, and whether the rule goes on. */
import type { MapSource, Statement } from '../statement.ts'
import { assign } from './assign.ts'
import { matchHolds } from './comparison.ts'
import { hasConnection } from './conntrack.ts'
import { suppose } from './fact.ts'
import { findElement } from './lookup.ts'
import { ACCEPT, BREAK, DROP, NEXT, type Outcome, ofVerdict } from './outcome.ts'
import { isTransport } from './protocols.ts'
import { connectionCount, limit, quota } from './rate.ts'
import { readExpression } from './read-expression.ts'
import { reject } from './reject.ts'
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
      return notrack(t)
    case 'update-set':
      return updateSet(t, statement, one => runStatement(t, one))
    case 'tproxy':
      if (!isTransport(t, TCP) && !isTransport(t, UDP)) return BREAK
      return suppose(t, 'a transparent socket for the packet') ? NEXT : BREAK
    case 'synproxy':
      return synproxy(t)
    case 'fwd':
      return DROP
    case 'reset-option':
      return isTransport(t, TCP) ? NEXT : BREAK
    case 'unsupported':
      return unsupported(t, statement)
    case 'flow-add':
      return suppose(t, `flow add @${statement.flowtable}`) ? NEXT : BREAK
    case 'counter':
    case 'log':
    case 'dup':
    case 'last':
      return NEXT
  }
}

/** Before the lookup it keeps conntrack away; afterwards it can only exempt what has no connection (nft_notrack_eval). */
function notrack(t: Traversal): Outcome {
  if (t.tracked && hasConnection(t)) return NEXT
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
  if (object !== 'limit' && object !== 'quota' && object !== 'synproxy') return NEXT
  if (object === 'synproxy') return synproxy(t)
  const found = t.table?.objects.find(one => one.kind === object && one.name === called)
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
