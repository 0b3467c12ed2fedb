/** Real servers on loopback, asked through this machine's own sockets: what they do once a connection stands, and what it is called. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createWebServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TlsOptions,
} from 'node:tls'
import { openOS } from '../../os/open.ts'
import { why } from './why.ts'

const os = await openOS()
const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
after(async () => {
  rmSync(folder, { recursive: true })
  await os.close()
})

const openssl = (...argv: readonly string[]): void => {
  execFileSync('openssl', argv, { stdio: 'pipe', cwd: folder })
}
const written = (name: string): string => readFileSync(join(folder, name), 'utf8')
const requests = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** An authority of the test's own, which this test's process trusts, and one that nobody does. */
for (const authority of ['trusted', 'unknown'])
  openssl(
    ...requests,
    '-x509',
    '-subj',
    `/CN=${authority}`,
    '-keyout',
    `${authority}.key`,
    '-out',
    `${authority}.crt`,
  )
setDefaultCACertificates([...getCACertificates(), written('trusted.crt')])

/** A certificate, good for days of `from` to `to` (YYMMDD). */
function certificate(
  name: string,
  by: string,
  from: string,
  to: string,
  ip = ',IP:127.0.0.1',
): { readonly key: string; readonly cert: string } {
  const file = `${name}-${by}-${from}`
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}${ip}\n`)
  writeFileSync(join(folder, 'index'), '')
  writeFileSync(
    join(folder, 'ca.conf'),
    '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n',
  )
  openssl(...requests, '-subj', `/CN=${name}`, '-keyout', `${file}.key`, '-out', `${file}.csr`)
  const signs = ['-cert', `${by}.crt`, '-keyfile', `${by}.key`, '-in', `${file}.csr`, '-out', `${file}.crt`]
  const days = ['-startdate', `${from}000000Z`, '-enddate', `${to}000000Z`]
  openssl('ca', '-batch', '-notext', '-config', 'ca.conf', '-extfile', 'names', ...days, ...signs)
  return { key: written(`${file}.key`), cert: written(`${file}.crt`) }
}
const good = certificate('localhost', 'trusted', '200101', '490101')

interface Row {
  readonly name: string
  readonly server: () => Server
  readonly scheme?: string
  readonly host?: string
  /** Codes with their certainty, as far as they are told. */
  readonly causes: readonly string[]
  readonly verdict: string
}

const speaking =
  (speak: (socket: Socket) => void): (() => Server) =>
  () =>
    createServer({ allowHalfOpen: true }, socket => {
      socket.on('error', () => {})
      speak(socket)
    })
const secured = (options: TlsOptions) => (): Server => {
  const server = createTlsServer({ ...good, ...options }, socket => socket.end())
  server.on('tlsClientError', () => {})
  return server
}

const ROWS: readonly Row[] = [
  {
    name: 'a web server',
    server: () => createWebServer((_, response) => response.end('hello')),
    scheme: 'http',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a page of many segments',
    server: () => createWebServer((_, response) => response.end('x'.repeat(200_000))),
    scheme: 'http',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a server that says nothing, and of which nobody knows what it speaks',
    server: speaking(() => {}),
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a server that greets',
    server: speaking(socket => socket.write('SSH-2.0-test\r\n')),
    scheme: 'ssh',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a server that hangs up at once',
    server: speaking(socket => socket.end()),
    verdict: 'unreachable',
    causes: ['closes-at-once proven'],
  },
  {
    name: 'a server that resets at once',
    server: speaking(socket => socket.resetAndDestroy()),
    verdict: 'unreachable',
    causes: ['resets-at-once proven'],
  },
  {
    name: 'a server that resets when it is asked',
    server: speaking(socket => socket.once('data', () => socket.resetAndDestroy())),
    scheme: 'redis',
    verdict: 'unreachable',
    causes: ['resets-at-once proven'],
  },
  {
    name: 'a server that hangs up when it is asked',
    server: speaking(socket => socket.once('data', () => socket.end())),
    scheme: 'redis',
    verdict: 'unreachable',
    causes: ['closes-at-once proven'],
  },
  {
    name: 'another protocol',
    server: speaking(socket => socket.write('SSH-2.0-test\r\n')),
    scheme: 'redis',
    verdict: 'unreachable',
    causes: ['other-protocol proven'],
  },
  {
    name: 'TLS with a good certificate',
    server: secured({}),
    scheme: 'https',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'a certificate that has expired',
    server: secured(certificate('localhost', 'trusted', '200101', '210101')),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-expired proven'],
  },
  {
    name: 'a certificate that is not valid yet',
    server: secured(certificate('localhost', 'trusted', '480101', '490101')),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-not-yet-valid proven'],
  },
  {
    name: 'a certificate of an authority that nobody trusts',
    server: secured(certificate('localhost', 'unknown', '200101', '490101')),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-untrusted proven'],
  },
  {
    name: 'a certificate for another name',
    server: secured(certificate('elsewhere.example', 'trusted', '200101', '490101', '')),
    host: 'localhost',
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-name proven'],
  },
  {
    name: 'plain text to a server of TLS',
    server: secured({}),
    scheme: 'http',
    verdict: 'unreachable',
    causes: ['plain-on-tls proven'],
  },
  {
    name: 'TLS to a web server in plain text',
    server: () => createWebServer((_, response) => response.end('hello')),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-on-plain proven'],
  },
  {
    name: 'TLS to a server of another protocol',
    server: speaking(socket => socket.write('SSH-2.0-test\r\n')),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['other-protocol proven', 'tls-on-plain proven'],
  },
  {
    name: 'TLS that wants a certificate of ours',
    server: secured({ requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' }),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-refused'],
  },
  {
    name: 'TLS of another age',
    server: secured({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
    scheme: 'https',
    verdict: 'unreachable',
    causes: ['tls-'],
  },
]

for (const { name, server: make, scheme, host = '127.0.0.1', verdict, causes } of ROWS)
  test(name, { timeout: 30_000 }, async () => {
    const server = make()
    const sockets = new Set<Socket>()
    server.on('connection', socket => sockets.add(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const diagnosis = await why(os, `${scheme === undefined ? '' : `${scheme}://`}${host}:${port}`)
      assert.equal(diagnosis.verdict, verdict, diagnosis.says)
      assert.deepEqual(
        diagnosis.causes
          .slice(0, causes.length || 1)
          .map(({ code, certainty }, i) => `${code} ${certainty}`.slice(0, causes[i]?.length)),
        causes,
        diagnosis.says,
      )
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
