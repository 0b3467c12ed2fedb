/** Half-open connections: their callers are never heard of again. */
import { packetBytes } from '../../filter/packet-bytes.ts'
import { AF_INET, SOCK_RAW } from '../../stage/libc.ts'
import { ipAddress } from '../../stage/socket-address.ts'
import type { Change } from '../fault.ts'
import { closeSocket, openSocket, sendTo } from './calls.ts'

const IPPROTO_RAW = 255
const TCP = 6
const SYN = 2
/** TEST-NET-1 (RFC 5737): the router throws answers to it away. */
const NOWHERE = '192.0.2.0/24'

/** So many SYNs come to the server's port 8080. */
export const flood = (count: number): Change => ({
  kind: 'step',
  inject: async lab => {
    await lab.router.ip(`route add blackhole ${NOWHERE}`)
    const fd = lab.router.inside(() => openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW))
    for (let i = 1; i <= count; i++)
      sendTo(
        fd,
        packetBytes({
          source: `192.0.2.${i}`,
          destination: '10.0.2.2',
          protocol: TCP,
          sourcePort: 1024 + i,
          destinationPort: 8080,
          tcpFlags: SYN,
        }),
        ipAddress('10.0.2.2', 0),
      )
    closeSocket(fd)
  },
  undo: async lab => void (await lab.router.ip(`route del blackhole ${NOWHERE}`)),
})
