/** First words of servers, as their documents print them or their makers' programs send them, and who is recognised by them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createWebServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import test from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import fc from 'fast-check'
import { TEST_CERTIFICATE, TEST_KEY } from '../../../os/tls-certificate.cases.ts'
import { ascii, hex } from './greeting.ts'
import {
  DATAGRAM_QUERIES,
  datagramQueryAt,
  expectedAt,
  firstTlsRecord,
  GREETINGS,
  saysTlsIsWanted,
  spokenBy,
  whyItKeepsSilent,
} from './protocols.ts'

const SAID: readonly (readonly [what: string, bytes: Uint8Array, by: readonly string[]])[] = [
  ['RFC 4253 section 4.2', ascii('SSH-2.0-billsSSH_3.6.3q3\r\n'), ['ssh']],
  ['a line before the identification', ascii('Authorized use only\r\nSSH-2.0-OpenSSH_9.2\r\n'), ['ssh']],
  ['RFC 5321 appendix D.1', ascii('220 foo.com Simple Mail Transfer Service Ready\r\n'), ['ftp', 'smtp']],
  ['RFC 5321 section 3.1, no service', ascii('554 no SMTP service here\r\n'), ['smtp']],
  ['RFC 959 section 5.4', ascii('120 Service ready in 5 minutes.\r\n'), ['ftp']],
  ['RFC 9051 section 7.1.4', ascii('* PREAUTH IMAP4rev2 server logged in as Smith\r\n'), ['imap']],
  ['RFC 9051 section 7.1.5', ascii('* BYE Autologout; idle for too long\r\n'), ['imap']],
  ['RFC 1939 section 4', ascii('+OK POP3 server ready\r\n'), ['pop3']],
  ['RFC 3977 section 5.1', ascii('200 NNTP Service Ready, posting permitted\r\n'), ['nntp']],
  ['RFC 9112 section 4', ascii('HTTP/1.1 200 OK\r\n'), ['http']],
  ['RFC 7826 section 13.1', ascii('RTSP/2.0 200 OK\r\n'), ['rtsp']],
  ['RFC 6143 section 7.1.1', ascii('RFB 003.008\n'), ['vnc']],
  ['RFC 854: IAC DO', hex('fffd18 fffd20'), ['telnet']],
  ['rsyncd', ascii('@RSYNCD: 31.0\n'), ['rsync']],
  ['PostgreSQL takes TLS', ascii('S'), ['postgresql']],
  ['PostgreSQL takes none', ascii('N'), ['postgresql']],
  [
    'MySQL, HandshakeV10 of the manual',
    hex('360000000a352e352e322d6d32000b00000064764840492d434a00fff7'),
    ['mysql'],
  ],
  ['MySQL, too many connections', hex('17000000ff10046d00546f6f206d616e7920636f6e6e'), ['mysql']],
  ['Redis', ascii('+PONG\r\n'), ['redis']],
  ['Redis with a password', ascii('-NOAUTH Authentication required.\r\n'), ['redis']],
  ['memcached', ascii('VERSION 1.6.18\r\n'), ['memcached']],
  ['an OP_MSG that answers 1', hex('40010000 99000000 01000000 dd070000 00000000 00'), ['mongodb']],
  ['Connection.Start of AMQP 0-9-1', hex('01 0000 000001fd 000a 000a 0009'), ['amqp']],
  ['AMQP 1.0 instead', hex('414d5150 00010000'), ['amqp']],
  ['MQTT 3.1.1 section 3.2, accepted', hex('20020000'), ['mqtt']],
  ['MQTT, not authorized', hex('20020005'), ['mqtt']],
  ['NATS', ascii('INFO {"server_id":"N"} \r\n'), ['nats']],
  ['Kafka, our correlation', hex('0000001a 706f7274 0000 00000001'), ['kafka']],
  ['MS-TDS section 4.2', hex('0401002b 00000100 00001a0006010020'), ['mssql']],
  ['Cassandra SUPPORTED', hex('84000000 06 00000060'), ['cassandra']],
  ['RFC 4511: an entry', hex('300c 020101 6407 0400 3003 040161'), ['ldap']],
  ['RFC 4511: an entry, long lengths', hex('308400000011 020101 6484 0000000a'), ['ldap']],
  ['RFC 4511 section 4.4.1: cut off', hex('3016 020100 7811'), ['ldap']],
  ['MS-RDPBCGR section 4.1.2', hex('03000013 0ed00000123400 0200080001000000'), ['rdp']],
  ['RFC 1928 section 3, no method', hex('05ff'), ['socks5']],
  ['RFC 9113 section 3.4: empty SETTINGS', hex('000000 04 00 00000000'), ['h2c']],
  ['RFC 4271 section 4.1', hex(`${'ff'.repeat(16)}001d01`), ['bgp']],
  ['nothing', new Uint8Array(), []],
  ['an echo', ascii('GET / HTTP/1.1\r\n'), []],
  ['zeros', new Uint8Array(64), []],
]
for (const [what, bytes, by] of SAID)
  test(`first words: ${what}`, () =>
    assert.deepEqual(
      spokenBy(bytes)
        .map(({ name }) => name)
        .sort(),
      [...by].sort(),
    ))

test('each protocol that answers has first words in the table, and a document', () => {
  const named = new Set(SAID.flatMap(([, , by]) => by))
  for (const { name, source } of GREETINGS) {
    assert.ok(named.has(name) || name === 'dns', name)
    assert.match(source, /\w{3}/, name)
  }
})

test('names, schemes and ports belong to one protocol each', () => {
  const once = (all: readonly (string | number)[]): void => assert.equal(new Set(all).size, all.length)
  once(GREETINGS.map(({ name }) => name))
  once(GREETINGS.flatMap(({ ports, tlsPorts = [] }) => [...ports, ...tlsPorts]))
  once(GREETINGS.flatMap(({ schemes, tlsSchemes = [] }) => [...schemes, ...tlsSchemes]))
})

test('who waits to be asked can be asked, and nobody is sent a name or a password', () => {
  for (const { name, first, hello } of GREETINGS) {
    if (first === 'server') continue
    const said = Buffer.from(hello!('db.example')).toString('latin1')
    assert.ok(said.length > 0, name)
    assert.doesNotMatch(said, /auth|pass|login|user(?!-agent)/i, name)
  }
})

/** Where a first message says how long it is: at which byte, in how many, and what isn't counted. */
const LENGTHS: readonly (readonly [
  name: string,
  at: number,
  width: number,
  order: 'big' | 'little',
  less: number,
])[] = [
  ['postgresql', 0, 4, 'big', 0],
  ['mongodb', 0, 4, 'little', 0],
  // The document behind header, flags and kind.
  ['mongodb', 21, 4, 'little', 21],
  ['mssql', 2, 2, 'big', 0],
  ['cassandra', 5, 4, 'big', 9],
  ['mqtt', 1, 1, 'big', 2],
  ['kafka', 0, 4, 'big', 4],
  ['dns', 0, 2, 'big', 2],
  ['ldap', 1, 1, 'big', 2],
  ['ldap', 6, 1, 'big', 7],
  ['rdp', 2, 2, 'big', 0],
  ['rdp', 4, 1, 'big', 5],
]
for (const [name, at, width, order, less] of LENGTHS)
  test(`the first message of ${name} is as long as it says at byte ${at}`, () => {
    const said = [...hello(name)]
    const digits = said.slice(at, at + width)
    const told = (order === 'big' ? digits : digits.reverse()).reduce((sum, byte) => sum * 256 + byte, 0)
    assert.equal(told, said.length - less)
  })

const EXPECTED: readonly (readonly [
  port: number,
  said: readonly [string, boolean] | undefined,
  found: string | undefined,
])[] = [
  [22, undefined, 'ssh plain by port'],
  [443, undefined, 'http tls by port'],
  [8080, undefined, 'http plain by port'],
  [5432, undefined, 'postgresql plain by port'],
  [22, ['http', false], 'http plain by said'],
  [8000, ['http', true], 'http tls by said'],
  [1, ['imaps', false], 'imap tls by said'],
  [1, ['submission', true], 'smtp tls by said'],
  [9100, undefined, undefined],
  [22, ['gopher', false], undefined],
]
for (const [port, said, found] of EXPECTED)
  test(`port ${port} of ${said?.join(' ') ?? 'nothing said'}: ${found ?? 'nobody knows'}`, () => {
    const at = expectedAt(port, said === undefined ? undefined : { name: said[0], tls: said[1] })
    const told = at && `${at.greeting.name} ${at.tls ? 'tls' : 'plain'} by ${at.by}`
    assert.equal(told, found)
  })

test('law: any bytes are judged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      for (const greeting of spokenBy(bytes)) assert.equal(typeof (greeting.says?.(bytes) ?? ''), 'string')
      for (const query of DATAGRAM_QUERIES) assert.equal(typeof query.answers(bytes), 'boolean')
      assert.ok(firstTlsRecord(bytes) === undefined || bytes.length >= 5)
    }),
  )
})

/** As their standards draw them; `no`: what comes back from an echo service, our own question. */
const DATAGRAMS: readonly (readonly [name: string, answer: Uint8Array])[] = [
  ['dns', hex('706f 8005 0001 0000 0000 0000 00 0002 0001')],
  ['ntp', Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0x24 : i === 1 ? 2 : 0))],
  [
    'snmp',
    hex(`3064 020103 300f 02024a69 020300ffe3 040100 020103 041e 301c 0409 8000 1f88 8059 dc48 61
      020104 02020123 0400 0400 0400 3031 0409 80001f888059dc4861 0400 a822`),
  ],
  ['stun', hex('0101000c 2112a442 706f72746f6c616e2d776879 00200008 0001a147 e112a643')],
  ['quic', hex('ca 00000000 08 706f72746f6c616e 08 7768792d7768792d 00000001')],
  ['coap', hex('7000706f')],
]
for (const [name, answer] of DATAGRAMS)
  test(`over UDP: ${name} answers, and an echo of our question is no answer`, () => {
    const query = DATAGRAM_QUERIES.find(one => one.name === name)!
    assert.equal(query.answers(answer), true)
    assert.equal(query.answers(query.ask), false)
  })
test('each question over UDP is judged by the table', () => {
  assert.deepEqual(
    DATAGRAM_QUERIES.map(({ name }) => name),
    DATAGRAMS.map(([name]) => name),
  )
})
test('what can be asked over UDP by port and by what was said', () => {
  assert.equal(datagramQueryAt(53)?.name, 'dns')
  assert.equal(datagramQueryAt(9999, { name: 'domain', tls: false })?.name, 'dns')
  assert.equal(datagramQueryAt(51820), undefined)
  assert.match(whyItKeepsSilent(51820)!, /WireGuard/)
  assert.equal(whyItKeepsSilent(53), undefined)
})

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Says something to a server on loopback, and gives the first bytes that it says; none where it hangs up. */
async function firstBytes(port: number, words: Uint8Array): Promise<Uint8Array> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.write(words)
    const said = await Promise.race([
      once(socket, 'data') as Promise<[Buffer]>,
      once(socket, 'close').then(() => [new Uint8Array()] as const),
    ])
    return Uint8Array.from(said[0])
  } finally {
    socket.destroy()
  }
}
const hello = (name: string): Uint8Array => GREETINGS.find(one => one.name === name)!.hello!('localhost')

test('Node’s web server understands what we say, and is recognised', async () => {
  const asked: string[] = []
  const server = createWebServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${headers.host}`)
    response.end('hello')
  })
  try {
    const bytes = await firstBytes(await listening(server), hello('http'))
    assert.deepEqual(
      spokenBy(bytes).map(({ name }) => name),
      ['http'],
    )
    assert.deepEqual(asked, ['GET / localhost'])
  } finally {
    server.close()
  }
})

test('Node’s HTTP/2 server understands what we say, and is recognised', async () => {
  const server = createHttp2Server()
  try {
    const bytes = await firstBytes(await listening(server), hello('h2c'))
    assert.deepEqual(
      spokenBy(bytes).map(({ name }) => name),
      ['h2c'],
    )
  } finally {
    server.close()
  }
})

test('a server of TLS hangs up on plain text, and answers a bad handshake by an alert', async () => {
  const server = createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE })
  server.on('tlsClientError', () => {})
  try {
    const port = await listening(server)
    // OpenSSL knows HTTP when it sees it, and says nothing to it.
    assert.deepEqual(await firstBytes(port, hello('http')), new Uint8Array())
    const bytes = await firstBytes(port, hex('160301 0005 01000001 00'))
    assert.equal(firstTlsRecord(bytes)?.kind, 'alert')
    assert.deepEqual(spokenBy(bytes), [])
  } finally {
    server.close()
  }
})

const WANTS_TLS: readonly (readonly [server: string, text: string, wants: boolean])[] = [
  [
    'nginx',
    'HTTP/1.1 400 Bad Request\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>',
    true,
  ],
  [
    'Apache',
    "HTTP/1.1 400 Bad Request\r\n\r\nReason: You're speaking plain HTTP to an SSL-enabled server port.",
    true,
  ],
  ['Go', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n', true],
  ['a page about it', 'HTTP/1.1 200 OK\r\n\r\nhello', false],
  ['another protocol', 'Client sent an HTTP request to an HTTPS server.\n', false],
]
for (const [server, text, wants] of WANTS_TLS)
  test(`an answer in plain text that asks for TLS: ${server}`, () =>
    assert.equal(saysTlsIsWanted(text), wants))
