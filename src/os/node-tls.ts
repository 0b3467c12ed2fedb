/**
 * A handshake of TLS through Node's own library, after which we hang up. The certificate is judged by the authorities that
 * Node trusts, and where none of them vouches for it, once more by those of the system, which take a fifth of a second to read.
 * It doesn't end the handshake: whether it may be believed is another question than whether there is one.
 */
import type { ConnectionOptions, DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { TlsCertificate, TlsRequest, TlsTried } from './attempt.ts'
import { codeOf, firstOutcome } from './first-outcome.ts'
import { type Tried, type TryOptions, triedOf } from './reach.ts'

/** Nobody whom we know vouches for it (X509_V_ERR_…, openssl-verification-options(1)). */
const UNVOUCHED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

export async function nodeTls(request: TlsRequest, options: TryOptions): Promise<TlsTried> {
  options.signal?.throwIfAborted()
  const tls = await import('node:tls')
  const first = await shakeHands(tls, request, options)
  const { code } = first.trusted ?? {}
  // Before Node 22.15 the system's authorities can't be had.
  if (code === undefined || !UNVOUCHED.has(code) || tls.getCACertificates === undefined) return first
  const again = await shakeHands(tls, request, options, tls.getCACertificates('system'))
  const vouched = again.kind === 'yes' && !UNVOUCHED.has(again.trusted?.code ?? '')
  return vouched ? again : first
}

function shakeHands(
  { checkServerIdentity, connect }: typeof import('node:tls'),
  request: TlsRequest,
  options: TryOptions,
  authorities?: readonly string[],
): Promise<TlsTried> {
  const socket = connect({
    ...optionsOf(request),
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  })
  const began = performance.now()
  let waiting: NodeJS.Timeout | undefined
  let stands: TlsTried | undefined
  return firstOutcome<TlsTried>(
    settle => {
      socket.once('secureConnect', () => {
        const told = handshaken(socket, request, checkServerIdentity)
        stands = told
        if (told.version !== 'TLSv1.3') return settle(told)
        // What the server thinks of our side of it is said only now (RFC 8446 section 4.4.2.4): an alert, or a ticket.
        socket.once('session', () => settle(told))
        waiting = setTimeout(
          () => settle(told),
          Math.min(MOST_WAIT_MS, LEAST_WAIT_MS + 2 * (performance.now() - began)),
        )
      })
      // Once it stands only an alert takes it back: who hangs up has taken it.
      socket.on('error', error => settle(stands !== undefined && !isAlert(error) ? stands : refusalOf(error)))
      // Closed before the handshake was done, without a word.
      socket.once('close', () =>
        settle(stands ?? { kind: 'broken', code: 'ECONNRESET', says: 'closed in the handshake' }),
      )
    },
    () => {
      clearTimeout(waiting)
      socket.destroy()
    },
    options,
  )
}

/** The library's words for alerts of TLS (openssl's ssl_err.c): `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
const isAlert = (error: Error): boolean => /_ALERT_/.test(codeOf(error) ?? '')

/** For what comes after a handshake, milliseconds: two round trips and a little, and never long. */
const LEAST_WAIT_MS = 30
const MOST_WAIT_MS = 600

function optionsOf({ to, serverName, source, protocols }: TlsRequest): ConnectionOptions {
  return {
    host: to.address as string,
    port: to.port,
    rejectUnauthorized: false,
    // What the other end still speaks is to be heard, not to be forbidden.
    minVersion: 'TLSv1',
    servername: serverName ?? '',
    ...(source === undefined ? {} : { localAddress: source as string }),
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
  }
}

function handshaken(
  socket: TLSSocket,
  { serverName, to }: TlsRequest,
  identify: (name: string, certificate: DetailedPeerCertificate) => Error | undefined,
): TlsTried {
  const certificate = socket.getPeerCertificate(true)
  const version = socket.getProtocol() ?? undefined
  const { alpnProtocol } = socket
  const known = Object.keys(certificate).length > 0
  // Node judges the name only of certificates that it trusts otherwise, which it does while it connects.
  const chain = socket.authorizationError as unknown as string | (Error & { readonly code?: string }) | null
  const fault =
    typeof chain === 'string' ? chain : (chain?.code ?? (chain === null ? undefined : chain.message))
  const wrongName = known ? identify(serverName ?? (to.address as string), certificate) : undefined
  const code = fault === undefined || fault === '' ? wrongName && codeOf(wrongName) : fault
  return {
    kind: 'yes',
    ...(version === undefined ? {} : { version }),
    ...(typeof alpnProtocol === 'string' ? { protocol: alpnProtocol } : {}),
    trusted: { yes: code === undefined, ...(code === undefined ? {} : { code }) },
    ...(known ? { certificate: certificateOf(certificate) } : {}),
  }
}

function certificateOf(certificate: DetailedPeerCertificate): TlsCertificate {
  const { subject, issuer, subjectaltname = '', valid_from, valid_to } = certificate
  const names = subjectaltname
    .split(', ')
    .filter(name => name !== '')
    .map(name => name.replace(/^(?:DNS|IP Address):/, ''))
  return {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    names,
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
  }
}

/** `CN=db.internal, O=Example` */
const nameOf = (name: object): string =>
  Object.entries(name)
    .toReversed()
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')

/** Errors of the library have a word of theirs, `ERR_SSL_WRONG_VERSION_NUMBER`, and a reason. */
function refusalOf(error: Error): Tried & { readonly says: string } {
  const { reason } = error as { readonly reason?: string }
  return { ...triedOf(codeOf(error)), says: reason ?? error.message }
}
