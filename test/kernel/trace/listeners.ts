/**
 * Random sets of sockets that wait for packets, and which of them got one. Run in the namespace that they are for.
 */
import { readlinkSync } from 'node:fs'
import { receive } from '../filter/calls.ts'
import type { Random } from '../space/random.ts'
import * as libc from '../stage/libc.ts'
import { ipAddress } from '../stage/socket-address.ts'

/** Ports that nothing else of the ground has. */
export const OPEN_PORTS = [6000, 6001, 6002, 6003] as const
const PLACES = ['0.0.0.0', '10.1.0.1', '10.2.0.1', '127.0.0.1', '::', 'fd01::1', '::1'] as const

export interface Waiting {
  readonly protocol: 'tcp' | 'udp'
  readonly fd: number
  readonly inode: number
}

/** For each port some places; of the wildcard of IPv6 sometimes IPv6 only, sometimes two that share a place. */
export function openSome(random: Random): readonly Waiting[] {
  const waiting: Waiting[] = []
  for (const port of OPEN_PORTS)
    for (const protocol of ['udp', 'tcp'] as const)
      for (const place of PLACES) {
        if (!random.chance(0.35)) continue
        const only = random.chance(0.5)
        for (let count = random.chance(0.15) ? 2 : 1; count > 0; count--) {
          const fd = opened(protocol, place, port, only)
          if (fd !== null) waiting.push({ protocol, fd, inode: inodeOf(fd) })
        }
      }
  return waiting
}

export const closeAll = (waiting: readonly Waiting[]): void => {
  for (const { fd } of waiting) libc.close(fd)
}

/** The inode of the one that has something; null where none has. A listener of TCP has it when the handshake is over. */
export function gotIt(waiting: readonly Waiting[], protocol: 'tcp' | 'udp'): number | null {
  for (const one of waiting) {
    if (one.protocol !== protocol) continue
    if (protocol === 'udp' && receive(one.fd) !== null) return one.inode
    if (protocol === 'tcp') {
      const accepted = acceptNow(one.fd)
      if (accepted === null) continue
      // So that nothing is sent again later.
      libc.setNumbers(accepted, libc.SOL_SOCKET, libc.SO_LINGER, 1, 0)
      libc.close(accepted)
      return one.inode
    }
  }
  return null
}

function opened(protocol: 'tcp' | 'udp', place: string, port: number, only: boolean): number | null {
  const isV6 = place.includes(':')
  const type = (protocol === 'tcp' ? libc.SOCK_STREAM : libc.SOCK_DGRAM) | NONBLOCK
  const fd = libc.socket(isV6 ? libc.AF_INET6 : libc.AF_INET, type)
  try {
    if (isV6) libc.setNumber(fd, libc.IPPROTO_IPV6, libc.IPV6_V6ONLY, only ? 1 : 0)
    libc.setNumber(fd, libc.SOL_SOCKET, libc.SO_REUSEPORT, 1)
    libc.bind(fd, ipAddress(place, port))
    if (protocol === 'tcp') libc.listen(fd, 8)
    return fd
  } catch (error) {
    libc.close(fd)
    if (!/EADDRINUSE/.test(String(error))) throw error
    return null
  }
}

function acceptNow(fd: number): number | null {
  try {
    return libc.accept(fd)
  } catch (error) {
    if (/EAGAIN/.test(String(error))) return null
    throw error
  }
}

const inodeOf = (fd: number): number => Number(/\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`))![0])

/** SOCK_NONBLOCK */
const NONBLOCK = 0o4000
