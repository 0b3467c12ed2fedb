/**
 * A trial bind against the table of a described machine: the plain rule, that nobody may have the same protocol and port
 * at the same or an unspecified address. Neither reuse options nor devices are weighed; a port below 1024 is open to all.
 */
import { type Address, familyOf, isMapped, LOOPBACK_V6, unmap, withoutZone } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { isPort } from '../../model/port.ts'
import type { Socket } from '../../model/socket.ts'
import { PROTOCOL_RULES } from '../../model/space/protocol-rules.ts'
import type { BindOutcome, BindRequest } from '../os.ts'
import type { Machine } from './machine.ts'

/** Where the machine begins to look when it is to choose: the first of Linux's ephemeral range. */
const FIRST = 32768
const LAST = 60999

export function bindOn(machine: Machine, request: BindRequest): BindOutcome {
  const { port, address, keep, protocol } = request
  if (!isPort(port)) throw fault('E_BIND_REQUEST', { why: `${port} is no port` })
  if (machine.description.lacks?.includes(protocol))
    return { errno: PROTOCOL_RULES[protocol].missing?.errno ?? 'EPROTONOSUPPORT', port }
  if (machine.description.lacks?.includes('ipv6') && familyOf(address) === 'ipv6')
    return { errno: 'EAFNOSUPPORT', port }
  if (!isLocal(machine, address)) return { errno: 'EADDRNOTAVAIL', port }
  let got = port === 0 ? FIRST : port
  while (isTaken(machine, request, got)) if (port !== 0 || ++got > LAST) return { errno: 'EADDRINUSE', port }
  if (!keep) return { errno: null, port: got }
  const text = `${protocol} ${address.includes(':') ? `[${address}]` : address}:${got}`
  const socket = machine.open({
    bound: text,
    ...(request.v6only === undefined ? {} : { v6only: request.v6only }),
  })
  const close = async (): Promise<void> => {
    if (machine.sockets.has(socket)) machine.close(socket)
  }
  return { errno: null, port: got, kept: { fd: null, close } }
}

function isTaken(machine: Machine, request: BindRequest, port: number): boolean {
  return [...machine.sockets].some(
    ({ socket }) =>
      socket.netns === machine.netns &&
      socket.protocol === request.protocol &&
      socket.local !== undefined &&
      'port' in socket.local &&
      socket.local.port === port &&
      meet(request, socket),
  )
}

/** Whether a packet could be meant for both. */
function meet({ address, v6only = false }: BindRequest, socket: Socket): boolean {
  const theirs = (socket.local as { address: Address }).address
  const [mine, other] = [reachOf(address, v6only), reachOf(theirs, socket.v6only === true)]
  return (
    mine.some(family => other.includes(family)) && (isAny(address) || isAny(theirs) || same(address, theirs))
  )
}

function reachOf(address: Address, v6only: boolean): readonly string[] {
  if (familyOf(address) === 'ipv4' || isMapped(address)) return ['ipv4']
  return isAny(address) && !v6only ? ['ipv4', 'ipv6'] : ['ipv6']
}

const isAny = (address: Address): boolean =>
  /^(?:0\.0\.0\.0|::|::ffff:0\.0\.0\.0)$/.test(withoutZone(address))
const same = (a: Address, b: Address): boolean => unmap(withoutZone(a)) === unmap(withoutZone(b))

/** All of 127.0.0.0/8 (ip(7)) and ::1 are, whatever interfaces are described. */
const isLocal = (machine: Machine, address: Address): boolean =>
  isAny(address) ||
  unmap(address).startsWith('127.') ||
  address === LOOPBACK_V6 ||
  machine.namespaces.get(machine.netns)!.addresses.some(one => one.address === unmap(withoutZone(address)))
