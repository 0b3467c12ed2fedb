/** Does anybody listen on the port, and on addresses that others can send to? */
import {
  type Address,
  familyOf,
  scopeOf,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  unmap,
} from '../../../model/address.ts'
import { isHostAddress } from '../../../model/endpoint.ts'
import { isUnixName, type Socket } from '../../../model/socket.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type CheckResult, fine, found } from '../check.ts'
import { listenersElsewhere } from '../far/elsewhere.ts'
import { type SocketsAt, socketsAt } from '../far/sockets-at.ts'
import type { Claim } from '../suspects.ts'
import type { BindCheck, BindInquiry } from './bind-inquiry.ts'

export const bound: BindCheck = {
  name: 'bound',
  phase: 'before',
  asks: 'Does anybody listen there, on an address that others can send to?',
  gathers: [
    'the socket table',
    'those of other network namespaces',
    'a trial bind, where nobody has the port',
  ],
  concludes: [
    'nobody-listens',
    'listener-loopback',
    'listener-other-address',
    'listener-other-family',
    'listener-other-namespace',
    'listener-other-protocol',
  ],
  async run(inquiry) {
    const { target, view, facts } = inquiry
    const at = await socketsAt(view, target.protocol, target.port)
    facts.sockets = at
    const waiting = at.sockets.filter(socket => waits(socket))
    if (waiting.length === 0) return nobody(inquiry)
    const all = (await view.addresses()).filter(one => one.interface !== 'lo').map(({ address }) => address)
    // One of them, where that was asked.
    const own = isHostAddress(target.host) ? [target.host] : all
    const open = waiting.filter(socket => !isLoopback(socket))
    facts.listening = own.filter(address => open.some(socket => takes(socket, address)))
    if (open.length === 0) return onLoopback(inquiry, at, waiting)
    const lost = facts.listening.length === 0 ? await onLostAddress(inquiry, at, open, all) : undefined
    return lost ?? partly(inquiry, at, open, own)
  },
}

const waits = ({ state, protocol, peer }: Socket): boolean =>
  state === 'listen' || (protocol === 'udp' && peer === undefined)

const localOf = ({ local }: Socket): Address => (isUnixName(local) ? UNSPECIFIED_V4 : unmap(local.address))
const isLoopback = (socket: Socket): boolean => scopeOf(localOf(socket)) === 'loopback'

function takes(socket: Socket, address: Address): boolean {
  const local = localOf(socket)
  if (local === UNSPECIFIED_V4) return familyOf(address) === 'ipv4'
  if (local === UNSPECIFIED_V6) return familyOf(address) === 'ipv6' || socket.v6only !== true
  return local === address
}

const claim = (
  { view }: BindInquiry,
  code: CauseCode,
  is: Claim['is'],
  says: string,
  words: Readonly<Record<string, string>>,
  more: Partial<Claim> = {},
): Claim => ({
  code,
  is,
  because: says,
  where: { host: view.label, stage: 'socket' },
  words,
  evidence: [{ source: `socket table of ${view.label}`, says }],
  ...more,
})

async function nobody(inquiry: BindInquiry): Promise<CheckResult> {
  const { os, target, view, signal } = inquiry
  const { protocol, port } = target
  const text = `${protocol} port ${port}`
  const words = { target: text, address: view.label }
  const elsewhere = await listenersElsewhere(view, protocol, port, signal)
  if (elsewhere !== undefined)
    return found(elsewhere.says, [
      claim(
        inquiry,
        'listener-other-namespace',
        'likely',
        elsewhere.says,
        { ...words, namespace: elsewhere.namespace },
        { title: elsewhere.title },
      ),
      claim(inquiry, 'nobody-listens', 'likely', `nobody has ${text} in the namespace of this host`, words),
    ])
  const other = protocol === 'tcp' ? 'udp' : 'tcp'
  const others = await socketsAt(view, other, port)
  const taker = others.sockets.find(waits)
  if (taker !== undefined) {
    const says = `${others.textOf(taker)} has that port of ${other}, nobody of ${protocol}`
    return found(says, [
      claim(inquiry, 'listener-other-protocol', 'proven', says, { ...words, protocol: other.toUpperCase() }),
    ])
  }
  const { canBind } = await import('../../bind/bind.ts')
  const can = await canBind(os, { protocol, address: UNSPECIFIED_V4, port, trial: true })
  const may =
    can.verdict === 'yes'
      ? `${text} is free to be bound`
      : `${text} can’t be bound by us: ${can.reasons[0]?.says ?? can.errno ?? can.verdict}`
  const says = `nobody has ${text}`
  const proven = claim(inquiry, 'nobody-listens', 'proven', says, words)
  return found(says, [
    { ...proven, evidence: [...(proven.evidence ?? []), { source: 'a trial bind', says: may }] },
  ])
}

function onLoopback(inquiry: BindInquiry, at: SocketsAt, waiting: readonly Socket[]): CheckResult {
  const says = `${waiting.map(socket => at.textOf(socket)).join(' and ')} is for this host alone`
  return found(says, [
    claim(inquiry, 'listener-loopback', 'proven', says, {
      listens: localOf(waiting[0]!),
      target: 'an address that others have a way to',
    }),
  ])
}

/** Bound to an address that the host had once, or never (IP_FREEBIND, ip(7)): nothing that is for it is handed to anybody. */
async function onLostAddress(
  inquiry: BindInquiry,
  at: SocketsAt,
  open: readonly Socket[],
  all: readonly Address[],
): Promise<CheckResult | undefined> {
  const bound = open.map(localOf)
  if (
    bound.some(address => address === UNSPECIFIED_V4 || address === UNSPECIFIED_V6 || all.includes(address))
  )
    return undefined
  // A route of type local makes addresses the host's own that no interface has.
  const routes = await Promise.all(bound.map(to => inquiry.os.routeTo({ to })))
  if (routes.some(route => !route.known || route.value.kind === 'local')) return undefined
  const says = `${open.map(socket => at.textOf(socket)).join(' and ')} is bound to an address that no interface of this host has`
  return found(says, [
    claim(
      inquiry,
      'listener-other-address',
      'proven',
      says,
      { listens: bound.join(', '), address: 'any that this host has' },
      { title: `the server listens on ${bound.join(', ')} only, which no interface of this host has` },
    ),
  ])
}

/** Some of the host's addresses have nobody: those of one family, or all but one. */
function partly(
  inquiry: BindInquiry,
  at: SocketsAt,
  open: readonly Socket[],
  own: readonly Address[],
): CheckResult {
  const without = own.filter(
    address => scopeOf(address) !== 'link-local' && !open.some(socket => takes(socket, address)),
  )
  const listens = open.map(socket => at.textOf(socket)).join(' and ')
  const [first] = without
  if (first === undefined) return fine(`${listens} takes what comes for any address of this host`)
  const says = `${listens} takes nothing that is for ${without.join(', ')}`
  const family = familyOf(first)
  const alike = open.some(socket => familyOf(localOf(socket)) === family)
  const code = alike ? 'listener-other-address' : 'listener-other-family'
  return found(says, [
    claim(inquiry, code, inquiry.facts.listening?.length === 0 ? 'proven' : 'possible', says, {
      listens,
      address: first,
      family: family === 'ipv4' ? 'IPv6' : 'IPv4',
    }),
  ])
}
