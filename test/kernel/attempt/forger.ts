/**
 * A program on the router that answers calls to strange ports with whatever ICMP error the port stands for: those that no rule and
 * no route can make. It ends when its stdin does.
 */
import { type Address, familyOf } from '../../../src/model/address.ts'
import { offHeap, openLibc } from '../../../src/os/ffi.ts'
import { readMessage } from '../../../src/os/linux/read-message.ts'
import { decodeDatagram, encodeDatagram, quoteOf } from '../../../src/wire/ip/ip.ts'
import { AF_PACKET, ALL_PROTOCOLS, decodeLinkAddress } from '../../../src/wire/link-address.ts'
import { AF_INET, AF_INET6, encodeSocketAddress } from '../../../src/wire/socket-address.ts'
import { errorOf } from './forged-port.ts'

const [SOCK_DGRAM, SOCK_RAW, SOCK_CLOEXEC, IPPROTO_RAW] = [2, 3, 0o2000000, 255]
const SYN = 2
const ffi = openLibc()
if ('missing' in ffi) throw new Error(ffi.missing)
const { libc } = ffi
const tap = libc.socket(AF_PACKET, SOCK_DGRAM! | SOCK_CLOEXEC!, ALL_PROTOCOLS)
const doors = {
  ipv4: libc.socket(AF_INET, SOCK_RAW! | SOCK_CLOEXEC!, IPPROTO_RAW!),
  ipv6: libc.socket(AF_INET6, SOCK_RAW! | SOCK_CLOEXEC!, IPPROTO_RAW!),
}
if (tap < 0 || doors.ipv4 < 0 || doors.ipv6 < 0) throw new Error(`socket: errno ${libc.errno()}`)

const own = { ipv4: '10.0.1.1' as Address, ipv6: 'fd00:1::1' as Address }
setInterval(answer, 2)
process.stdout.write('ready\n')
process.stdin.resume().on('end', () => process.exit())

function answer(): void {
  for (let seen = readMessage(libc, tap); seen !== undefined; seen = readMessage(libc, tap)) {
    const about = decodeDatagram(seen.bytes)
    if (decodeLinkAddress(seen.name)?.way !== 'in' || about?.payload.kind !== 'tcp') continue
    const error = errorOf(about.payload.destinationPort)
    if (error === undefined || about.payload.flags !== SYN) continue
    const family = familyOf(about.source)
    const bytes = encodeDatagram({
      source: own[family],
      destination: about.source,
      hopLimit: 64,
      payload: { kind: 'icmp', ...error, data: quoteOf(about) },
    })
    const to = encodeSocketAddress(about.source, 0)
    const [packet, address] = [offHeap(bytes.length), offHeap(to.length)]
    packet.set(bytes)
    address.set(to)
    if (libc.sendto(doors[family], packet, bytes.length, 0, address, to.length) < 0)
      throw new Error(`sendto: errno ${libc.errno()}`)
  }
}
