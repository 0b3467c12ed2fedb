/** Errors as Node's own sockets have them: message, code, errno, syscall, address, port (`lib/internal/errors.js`). */
import type { End } from '../../model/space/program.ts'

/** Linux's numbers (`asm-generic/errno.h`), and what libuv says about each. */
const ERRNOS: Readonly<Record<string, readonly [number: number, saying: string]>> = {
  EPERM: [1, 'operation not permitted'],
  EBADF: [9, 'bad file descriptor'],
  EAGAIN: [11, 'resource temporarily unavailable'],
  EACCES: [13, 'permission denied'],
  ENODEV: [19, 'no such device'],
  EINVAL: [22, 'invalid argument'],
  EPIPE: [32, 'broken pipe'],
  EPROTO: [71, 'protocol error'],
  ENONET: [64, 'machine is not on the network'],
  EDESTADDRREQ: [89, 'destination address required'],
  EMSGSIZE: [90, 'message too long'],
  ENOPROTOOPT: [92, 'protocol not available'],
  ENOTSUP: [95, 'operation not supported on socket'],
  EOPNOTSUPP: [95, 'operation not supported on socket'],
  EAFNOSUPPORT: [97, 'address family not supported'],
  EADDRINUSE: [98, 'address already in use'],
  EADDRNOTAVAIL: [99, 'address not available'],
  ENETUNREACH: [101, 'network is unreachable'],
  ECONNRESET: [104, 'connection reset by peer'],
  EISCONN: [106, 'socket is already connected'],
  ENOTCONN: [107, 'socket is not connected'],
  ETIMEDOUT: [110, 'connection timed out'],
  ECONNREFUSED: [111, 'connection refused'],
  EHOSTDOWN: [112, 'host is down'],
  EHOSTUNREACH: [113, 'host is unreachable'],
  EALREADY: [114, 'connection already in progress'],
}

export interface NodeSocketError extends Error {
  readonly code: string
  readonly errno: number
  readonly syscall: string
  readonly address?: string
  readonly port?: number
}

/** Port 0 is none that could be told. */
const placeText = ({ address, port }: End): string => (port === 0 ? address : `${address}:${port}`)

const made = (message: string, code: string, syscall: string, end?: End): NodeSocketError =>
  Object.assign(new Error(message), {
    errno: -(ERRNOS[code]?.[0] ?? 0),
    code,
    syscall,
    ...(end === undefined ? {} : { address: end.address, ...(end.port === 0 ? {} : { port: end.port }) }),
  })

/** `read ECONNRESET`. */
export const plainError = (code: string, syscall: string): NodeSocketError =>
  made(`${syscall} ${code}`, code, syscall)

/** `connect ECONNREFUSED 10.0.0.2:80`. `from`: our end, which Node tells where the call itself failed. */
export const errorAt = (code: string, syscall: string, end: End, from?: End): NodeSocketError =>
  made(
    `${syscall} ${code} ${placeText(end)}${from === undefined ? '' : ` - Local (${from.address}:${from.port})`}`,
    code,
    syscall,
    end,
  )

/** `listen EADDRINUSE: address already in use 10.0.0.2:80`. */
export const listenError = (code: string, end: End): NodeSocketError =>
  made(`listen ${code}: ${ERRNOS[code]?.[1] ?? code} ${placeText(end)}`, code, 'listen', end)

/** `getaddrinfo ENOTFOUND nowhere.example`. */
export const notFound = (hostname: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  })

/** An error of Node's own, `ERR_SERVER_NOT_RUNNING`: of the state of an object, not of the network. */
export const stateError = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code })
