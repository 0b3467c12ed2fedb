/** OpenSSL reads it: it answers with a record of TLS, and has the name. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import test from 'node:test'
import { createServer } from 'node:tls'
import { encodeClientHello } from './tls-hello.ts'

for (const name of ['db.example', undefined])
  test(`a hello ${name === undefined ? 'without a name' : 'with a name'} is understood`, async () => {
    const names: string[] = []
    const server = createServer({
      SNICallback: (asked, done) => {
        names.push(asked)
        done(null)
      },
    })
    const errors: string[] = []
    server.on('tlsClientError', error => errors.push((error as NodeJS.ErrnoException).code ?? ''))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.end(encodeClientHello(new Uint8Array(32), name))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    // It has no certificate: a fatal alert, handshake_failure (RFC 8446 section 6.2).
    assert.deepEqual([answer[0], answer[5], answer[6]], [21, 2, 40])
    assert.deepEqual(names, name === undefined ? [] : [name])
    assert.deepEqual(errors, ['ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM'])
    socket.destroy()
    server.close()
    await once(server, 'close')
  })
