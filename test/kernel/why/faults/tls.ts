/** TLS that fails, each way that it can. The certificates are made by openssl, which also judges them. */
import type { Code, Fault } from '../fault.ts'
import { namingFiles } from '../lab/naming-files.ts'
import type { Order } from '../lab/order.ts'

type Certificate = 'good' | 'expired' | 'future' | 'other-name' | 'self-signed'

const TARGET = 'https://server.test:8443'
const NAMED = namingFiles({ hosts: '127.0.0.1 localhost\n10.0.2.2 server.test\n' }, { stays: true })

const serving = (tls: Order['tls'] | null, order: Partial<Order> = {}) =>
  ({
    kind: 'serve',
    host: 'server',
    orders: [{ port: 8443, behaviour: 'http', ...(tls && { tls }), ...order }],
  }) as const

const by = (certificate: Certificate, more: Record<string, string | boolean> = {}): Order['tls'] => ({
  certificate,
  ...more,
})

const row = (name: string, changes: Fault['changes'], says: RegExp, culprit: Code): Fault => ({
  name,
  target: TARGET,
  healthy: [{ port: 8443, behaviour: 'http', tls: by('good')! }],
  changes: [...changes, NAMED],
  plain: { connect: 'connected', tls: says },
  culprit,
  client: { verdict: ['unreachable', 'degraded'], first: culprit },
})

export const TLS: readonly Fault[] = [
  row('certificate-has-expired', [serving(by('expired'))], /certificate has expired/, 'tls-expired'),
  row('certificate-is-of-the-future', [serving(by('future'))], /not yet valid/, 'tls-not-yet-valid'),
  row('certificate-of-another-name', [serving(by('other-name'))], /[Hh]ostname mismatch/, 'tls-name'),
  row(
    'certificate-that-nobody-signed',
    [serving(by('self-signed'))],
    /self.signed certificate/,
    'tls-untrusted',
  ),
  row(
    'only-an-old-version',
    [serving(by('good', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }))],
    /alert protocol version|unsupported protocol|handshake failure/,
    'tls-version',
  ),
  row(
    'server-wants-a-certificate-of-the-client',
    [serving(by('good', { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' }))],
    /handshake failure|certificate required|alert|unexpected eof|reset/i,
    'tls-refused',
  ),
  row(
    'server-wants-a-certificate-of-the-client-after-the-handshake',
    [serving(by('good', { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }))],
    /certificate required|alert|unexpected eof|reset|Verify return code: 0/i,
    'tls-refused',
  ),
  row(
    'plain-text-where-tls-is-expected',
    [serving(null)],
    /wrong version number|packet length/,
    'tls-on-plain',
  ),
  {
    name: 'tls-where-plain-text-is-expected',
    target: 'http://server.test:8443',
    healthy: [{ port: 8443, behaviour: 'http' }],
    changes: [serving(by('good')), NAMED],
    try: { says: 'GET / HTTP/1.1\r\nHost: server\r\n\r\n' },
    plain: { connect: 'connected', next: /^(?:HTTP\/1.1 400|\x15\x03|end|ECONNRESET)/ },
    culprit: 'plain-on-tls',
    client: { verdict: ['unreachable', 'degraded'], first: 'plain-on-tls' },
  },
]
