/** An ICMP error meets the socket whose packet it is about (Linux `tcp_v4_err`, `__udp4_lib_err`; RFC 5927 on whom to believe). */
import { type Address, familyOf } from '../../model/address.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Datagram, IcmpMessage } from '../../wire/ip/datagram.ts'
import { quotedIn } from '../../wire/ip/ip.ts'
import { type IcmpMeaning, meaningOf, mtuIn } from './icmp-errno.ts'
import { Request } from './listener.ts'

import { send } from './send.ts'
import { isBefore } from './sequence.ts'
import { fail, isSynchronized, TIMESTAMP_BYTES } from './tcb.ts'
import type { TcpHost } from './tcp-host.ts'
import { TcpSocket } from './tcp-socket.ts'
import type { UdpHost } from './udp-host.ts'

const TCP = 6
const UDP = 17
const HEADERS = { ipv4: 40, ipv6: 60 } as const

export function icmpErrorArrives(
  error: Datagram,
  message: IcmpMessage,
  device: string,
  { tcp, udp }: { readonly tcp: TcpHost; readonly udp: UdpHost },
): void {
  const family = familyOf(error.source)
  const meaning = meaningOf(family, message.type, message.code)
  const quoted = quotedIn(error)
  if (meaning === null || quoted === undefined) return
  const { source, destination, sourcePort = 0, destinationPort = 0 } = quoted.tuple
  if (typeof source === 'string' || typeof destination === 'string') return
  const own = scalarAddress(source, family)
  const remote = scalarAddress(destination, family)
  const mtu = mtuIn(family, message)
  if (mtu !== null) {
    const known = tcp.pathMtu.get(remote)
    if (known === undefined || mtu < known) tcp.pathMtu.set(remote, mtu)
  }
  if (quoted.protocol === UDP) {
    const socket = udp.sender(own, sourcePort, remote, destinationPort, device)
    if (socket !== undefined && (meaning.hard || mtu !== null) && socket.space.remote !== null)
      socket.fail(meaning.errno)
  } else if (quoted.protocol === TCP) {
    const key = `${own} ${sourcePort} ${remote} ${destinationPort}`
    toConversation(tcp, key, sequenceIn(message.data), meaning, mtu)
  }
}

/** The sequence number of a quoted segment; undefined where the quote ends before it. */
function sequenceIn(quote: Uint8Array): number | undefined {
  const at = (quote[0]! >> 4 === 4 ? (quote[0]! & 15) * 4 : 40) + 4
  if (quote.length < at + 4) return undefined
  return new DataView(quote.buffer, quote.byteOffset).getUint32(at)
}

function toConversation(
  host: TcpHost,
  key: string,
  sequence: number | undefined,
  { errno }: IcmpMeaning,
  mtu: number | null,
): void {
  const flow = host.flows.get(key)
  if (flow === undefined || sequence === undefined) return
  const { tcb } = flow
  // Nobody who doesn't see the conversation knows what is on its way.
  if (tcb === null || isBefore(sequence, tcb.unacknowledged) || isBefore(tcb.highest, sequence)) return
  if (flow instanceof Request) {
    if (errno === 'ENETUNREACH' || errno === 'EHOSTUNREACH') {
      flow.listener.forget(flow)
      flow.listener.drop()
    }
  } else if (flow instanceof TcpSocket) {
    if (mtu !== null) narrow(host, flow, mtu)
    else if (isSynchronized(tcb)) tcb.softFailure = errno
    else host.step(flow, turn => fail(tcb, errno, turn))
  }
}

/** Segments become smaller, and what was too large goes again. */
function narrow(host: TcpHost, socket: TcpSocket, mtu: number): void {
  const tcb = socket.tcb!
  const segment = mtu - HEADERS[familyOf(tcb.ends.remote as Address)] - (tcb.timestamps ? TIMESTAMP_BYTES : 0)
  if (segment >= tcb.segment || segment < 1) return
  tcb.segment = segment
  if (!isSynchronized(tcb)) return
  host.step(socket, turn => {
    tcb.next = tcb.unacknowledged
    send(tcb, turn)
  })
}
