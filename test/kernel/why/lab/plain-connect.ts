/** How connect(2), and what a program does after it, ends for a program that knows nothing: the symptom of a fault. */
import { setTimeout } from 'node:timers/promises'
import { AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM } from '../../stage/libc.ts'
import { ipAddress } from '../../stage/socket-address.ts'
import {
  beginConnect,
  bindTo,
  closeSocket,
  errorOf,
  eventsOf,
  openSocket,
  POLLERR,
  POLLOUT,
  sendBytes,
  setOption,
  takeBytes,
} from './calls.ts'
import type { Host } from './host.ts'

const [IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO] = [0, 10, 2]

export interface PlainTry {
  readonly protocol?: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  readonly source?: string
  readonly sourcePort?: number
  /** Said once the connection stands, or as the datagram. Nothing is said without it. */
  readonly says?: string
  /** It must not be cut into fragments (IP_MTU_DISCOVER, ip(7)), as programs of QUIC have it. */
  readonly whole?: true
  /** Milliseconds for the connection; then as many for an answer. */
  readonly patience?: number
}

export interface PlainOutcome {
  /** `connected`, `silence`, or the system's word. Of UDP `connected` asks nobody. */
  readonly connect: string
  readonly atOnce: boolean
  readonly ms: number
  /** What came next: the beginning of an answer, `end`, `silence`, or the system's word; nothing where there is no connection. */
  readonly next?: string
}

/** As long as a person waits before giving up, and longer than three tries of ARP take (`mcast_solicit`, arp(7)). */
export const PATIENCE = 3500

export async function plainTry(host: Host, wish: PlainTry): Promise<PlainOutcome> {
  const { protocol = 'tcp', address, port, patience = PATIENCE } = wish
  const began = performance.now()
  const since = (): number => Math.round(performance.now() - began)
  let fd = -1
  try {
    const refused = host.inside(() => {
      fd = openSocket(
        address.includes(':') ? AF_INET6 : AF_INET,
        protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM,
      )
      if (wish.whole === true) setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
      if (wish.source !== undefined) {
        try {
          bindTo(fd, ipAddress(wish.source, wish.sourcePort ?? 0))
        } catch (error) {
          return /E[A-Z]+$/.exec(String(error))![0]
        }
      }
      return beginConnect(fd, ipAddress(address, port))
    })
    if (refused !== null) return { connect: refused, atOnce: true, ms: since() }
    const connect = protocol === 'udp' ? 'connected' : await connected(fd, patience)
    const ms = since()
    if (connect !== 'connected') return { connect, atOnce: false, ms }
    return { connect, atOnce: false, ms, next: await afterwards(fd, wish.says, patience) }
  } finally {
    if (fd >= 0) closeSocket(fd)
  }
}

async function connected(fd: number, patience: number): Promise<string> {
  const events = await until(patience, () => eventsOf(fd) & (POLLOUT | POLLERR) || null)
  return events === null ? 'silence' : (errorOf(fd) ?? 'connected')
}

async function afterwards(fd: number, says: string | undefined, patience: number): Promise<string> {
  const refused = says === undefined ? null : sendBytes(fd, Buffer.from(says))
  if (refused !== null) return refused
  const got = await until(patience, () => takeBytes(fd))
  if (got === null) return 'silence'
  return typeof got === 'string' ? got : got.length === 0 ? 'end' : got.toString('latin1').split('\r\n')[0]!
}

/** Looks until there is something, for so many milliseconds at most. */
async function until<T>(patience: number, look: () => T | null): Promise<T | null> {
  const deadline = performance.now() + patience
  for (;;) {
    const found = look()
    if (found !== null || performance.now() > deadline) return found
    await setTimeout(5)
  }
}
