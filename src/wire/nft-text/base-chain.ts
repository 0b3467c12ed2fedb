/**
 * `type filter hook input priority filter; policy drop;`: what makes a chain a base chain.
 */
import { type BaseChain, HOOKS, type Hook, type TableFamily } from '../../model/filter/ruleset.ts'
import { readPriority } from './priority.ts'
import type { Raw } from './raw.ts'
import type { Reader } from './reader.ts'
import { readRight, readVariable } from './right-side.ts'
import { shown } from './token-stream.ts'

const INET: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting']
const HOOKS_OF: Readonly<Record<TableFamily, readonly Hook[]>> = {
  ip: INET,
  ip6: INET,
  inet: ['ingress', ...INET],
  bridge: INET,
  arp: ['input', 'output'],
  netdev: ['ingress', 'egress'],
}
/** Where each type may hook in (`nf_nat`, `nft_chain_route`). */
const TYPE_HOOKS: Readonly<Record<BaseChain['type'], readonly Hook[]>> = {
  filter: HOOKS,
  nat: ['prerouting', 'input', 'output', 'postrouting'],
  route: ['output'],
}
/** Conntrack looks up at -200: NAT comes after (`NF_IP_PRI_CONNTRACK`). */
const CONNTRACK = -200

/** After the word `type`. */
export function readBaseChain(reader: Reader, family: TableFamily): BaseChain {
  const { stream } = reader
  const at = stream.token
  const type = stream.takeAny('filter', 'nat', 'route') as BaseChain['type'] | undefined
  if (type === undefined)
    throw stream.refuse(`${shown(at)} is no type of chain`, 'Write filter, nat or route.')
  stream.need('hook')
  const hookAt = stream.token
  const hook = stream.takeAny(...HOOKS) as Hook | undefined
  if (hook === undefined || !HOOKS_OF[family].includes(hook))
    throw stream.refuse(
      `a table of family ${family} has no hook ${shown(hookAt)}`,
      `Write one of ${HOOKS_OF[family].join(', ')}.`,
      hookAt,
    )
  const plain = family === 'ip' || family === 'ip6' || family === 'inet'
  if (!TYPE_HOOKS[type].includes(hook) || (type !== 'filter' && !plain))
    throw stream.refuse(
      `a chain of type ${type} can't stand at ${hook} of ${family}`,
      `Write one of ${TYPE_HOOKS[type].join(', ')}, in a table of ip, ip6 or inet.`,
      at,
    )
  const devices = readDevices(reader)
  stream.need('priority')
  const prioAt = stream.token
  const priority = readPriority(reader, family, hook)
  if (type === 'nat' && priority <= CONNTRACK)
    throw stream.refuse('a nat chain comes after conntrack', `Write a priority above ${CONNTRACK}.`, prioAt)
  if (devices.length > 0 && hook !== 'ingress' && hook !== 'egress')
    throw stream.refuse(`a chain at ${hook} is of no one device`, 'Compare iifname in its rules.', at)
  if (family === 'inet' && hook === 'ingress' && devices.length === 0)
    throw stream.refuse('ingress is of a device', 'Write device "eth0" before priority.', at)
  return { type, hook, priority, policy: 'accept', devices }
}

/** `device "eth0"`, `devices = { eth0, eth1 }`, or neither. */
export function readDevices(reader: Reader): readonly string[] {
  const { stream } = reader
  if (stream.take('device')) {
    const raw = stream.is('$') ? readVariable(reader) : undefined
    return raw === undefined ? [stream.name('the name of a device').text] : namesOf(reader, raw)
  }
  if (!stream.take('devices')) return []
  stream.need('=')
  return namesOf(reader, readRight(reader))
}

export function namesOf(reader: Reader, raw: Raw): readonly string[] {
  if (raw.kind === 'scalar' && (raw.at.kind === 'word' || raw.at.kind === 'string')) return [raw.at.text]
  if (raw.kind !== 'set')
    throw reader.stream.refuse('names of devices were expected', 'Write { eth0, eth1 }.', raw.at)
  return raw.elements.flatMap(({ key, at }) => {
    if (key === '*') throw reader.stream.refuse('"*" is no device', 'Name each device.', at)
    return namesOf(reader, key)
  })
}

/** After the word `policy`. */
export function readPolicy(reader: Reader): 'accept' | 'drop' {
  const { stream } = reader
  const token = stream.is('$') ? readVariable(reader).at : stream.next()
  if (token.text === 'accept' || token.text === 'drop') return token.text
  throw stream.refuse(`${shown(token)} is no policy`, 'Write accept or drop.', token)
}
