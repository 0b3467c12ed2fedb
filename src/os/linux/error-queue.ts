/**
 * The error queue of a socket: ICMP errors about what it sent, with their sender (IP_RECVERR in ip(7), IPV6_RECVERR in ipv6(7)).
 *
 * Reading an entry may clear the error that the socket itself would report (`sock_dequeue_err_skb`, net/core/skbuff.c): who
 * wants SO_ERROR asks for it first.
 */
import { extendedErrorOf } from '../../wire/extended-error.ts'
import type { IcmpError } from '../attempt.ts'
import type { Libc } from '../ffi.ts'
import { errnoName } from './errno-name.ts'
import { type Message, MSG_ERRQUEUE, readMessage, setNumber } from './read-message.ts'
import type { Stopwatch } from './trial-context.ts'

const SOL_IP = 0
const SOL_IPV6 = 41
const IP_RECVERR = 11
const IPV6_RECVERR = 25
/** More are left in the queue for the next time. */
const MOST = 256

export const wantErrors = (libc: Libc, fd: number, ipv6: boolean, wanted = true): boolean =>
  setNumber(libc, fd, ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, Number(wanted))

/** Takes what is in the queue. `quoted`: what the error quotes of our packet, from the transport's header on. */
export function drainErrors(
  libc: Libc,
  fd: number,
  watch: Stopwatch,
): readonly { readonly error: IcmpError; readonly quoted: Uint8Array }[] {
  const errors: { error: IcmpError; quoted: Uint8Array }[] = []
  for (let i = 0; i < MOST; i++) {
    const message = readMessage(libc, fd, MSG_ERRQUEUE)
    if (message === undefined) break
    const error = errorOf(message, watch)
    if (error !== undefined) errors.push({ error, quoted: message.bytes })
  }
  return errors
}

function errorOf({ control, stamp }: Message, watch: Stopwatch): IcmpError | undefined {
  const told = extendedErrorOf(control)
  if (told === undefined) return undefined
  const errno = errnoName(told.errno)
  return {
    type: told.type,
    code: told.code,
    ...(told.from === undefined ? {} : { from: told.from }),
    errno,
    ...(errno === 'EMSGSIZE' && told.info > 0 ? { mtu: told.info } : {}),
    atMs: watch.read(stamp),
  }
}
