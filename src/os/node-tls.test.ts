/**
 * Handshakes with servers of Node on loopback: the certificate's name and age, versions and protocols that don't fit, and what is
 * no TLS at all. Codes are those of Node's documentation (tls, "X509 certificate error codes") and of OpenSSL.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createPlain, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { createServer, type TlsOptions } from 'node:tls'
import { LOOPBACK_V4 } from '../model/address.ts'
import type { Port } from '../model/port.ts'
import type { TlsRequest } from './attempt.ts'
import { nodeTls } from './node-tls.ts'
import { TEST_CERTIFICATE, TEST_KEY } from './tls-certificate.cases.ts'

const TRY = { timeoutMs: 5000 }

async function listening(t: TestContext, server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { address: LOOPBACK_V4, port: (server.address() as AddressInfo).port as Port }
}

async function handshake(t: TestContext, options: TlsOptions, request: Partial<TlsRequest> = {}) {
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE, ...options }, socket =>
    socket.on('error', () => {}),
  )
  server.on('tlsClientError', () => {})
  return nodeTls({ to: await listening(t, server), ...request }, TRY)
}

test('a certificate that signs itself: the handshake is done, and nobody vouches for it', async t => {
  const told = await handshake(t, {}, { serverName: 'localhost' })
  assert.equal(told.kind, 'yes')
  assert.equal(told.version, 'TLSv1.3')
  assert.deepEqual(told.trusted, { yes: false, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  assert.equal(told.certificate?.subject, 'CN=localhost')
  assert.equal(told.certificate?.issuer, 'CN=localhost')
  assert.equal(told.certificate?.validFrom, Date.UTC(2026, 10, 22, 21, 49, 3))
})

test('whom the system trusts is trusted; for another name all the same not', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'authorities.pem')
  writeFileSync(file, TEST_CERTIFICATE)
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, socket =>
    socket.on('error', () => {}),
  )
  const { port } = await listening(t, server)
  const script = `
    const { nodeTls } = await import(${JSON.stringify(new URL('./node-tls.ts', import.meta.url).href)})
    const to = { address: '127.0.0.1', port: ${port} }
    for (const serverName of ['localhost', 'db.internal'])
      console.log(JSON.stringify((await nodeTls({ to, serverName }, { timeoutMs: 20000 })).trusted))`
  // The system's authorities are those of a file that OpenSSL is told by its environment.
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, SSL_CERT_FILE: file, SSL_CERT_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) lines.push(line)
  assert.deepEqual(lines, ['{"yes":true}', '{"yes":false,"code":"ERR_TLS_CERT_ALTNAME_INVALID"}'])
})

test('an older version, and a protocol of the application', async t => {
  const told = await handshake(
    t,
    { maxVersion: 'TLSv1.2', ALPNProtocols: ['h2', 'http/1.1'] },
    { protocols: ['http/1.1'] },
  )
  assert.deepEqual([told.kind, told.version, told.protocol], ['yes', 'TLSv1.2', 'http/1.1'])
})

test('no protocol in common: the other end refuses (RFC 7301 section 3.2)', async t => {
  const told = await handshake(t, { ALPNProtocols: ['h2'] }, { protocols: ['smtp'] })
  assert.equal(told.kind, 'broken')
  assert.equal(told.code, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
  assert.equal(told.trusted, undefined)
})

test('a certificate of ours is wanted: of TLS 1.3 that is said once the handshake stands (RFC 8446 section 4.4.2.4)', async t => {
  const wants = { requestCert: true, rejectUnauthorized: true } as const
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const told = await handshake(t, { ...wants, minVersion: version, maxVersion: version })
    assert.notEqual(told.kind, 'yes', version)
  }
})

test('who hangs up after the handshake has taken it', async t => {
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, socket => socket.destroy())
  const told = await nodeTls({ to: await listening(t, server) }, TRY)
  assert.equal(told.kind, 'yes')
})

test('the other end answers in plain text', async t => {
  const server = createPlain(socket => socket.on('error', () => {}).end('220 mail.example ESMTP\r\n'))
  const told = await nodeTls({ to: await listening(t, server) }, TRY)
  assert.equal(told.kind, 'broken')
  assert.match(told.code!, /^ERR_SSL_/)
  assert.match(told.says!, /version|packet length|record/i)
})

test('the other end hangs up in the handshake', async t => {
  const server = createPlain(socket => socket.on('error', () => {}).once('data', () => socket.destroy()))
  const told = await nodeTls({ to: await listening(t, server) }, TRY)
  assert.deepEqual([told.kind, told.code], ['broken', 'ECONNRESET'])
})

test('the other end says nothing', async t => {
  const server = createPlain(socket => socket.on('error', () => {}).resume())
  const told = await nodeTls({ to: await listening(t, server) }, { timeoutMs: 100 })
  assert.deepEqual(told, { kind: 'timed-out' })
})

test('nobody listens', async t => {
  const server = createPlain()
  const to = await listening(t, server)
  server.close()
  await once(server, 'close')
  const told = await nodeTls({ to }, TRY)
  assert.deepEqual([told.kind, told.code], ['refused', 'ECONNREFUSED'])
})
