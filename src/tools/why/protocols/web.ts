/** The web: servers that wait to be asked. */
import { ascii, begins, firstLine, type Greeting } from './greeting.ts'

/** GET is safe (RFC 9110 section 9.2.1), and its answer large enough to meet what loses large packets. */
const page = (host: string): Uint8Array =>
  ascii(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: portolan\r\nAccept: */*\r\nConnection: close\r\n\r\n`)

export const WEB: readonly Greeting[] = [
  {
    name: 'http',
    title: 'HTTP',
    source: 'RFC 9112 section 4',
    ports: [80, 591, 3000, 5000, 5173, 8000, 8008, 8080, 8081, 8088, 8888, 9090, 9200],
    tlsPorts: [443, 2376, 6443, 8443, 9443, 10250],
    schemes: ['http', 'ws'],
    tlsSchemes: ['https', 'wss'],
    first: 'client',
    hello: page,
    speaks: begins(/^HTTP\/\d(?:\.\d)? \d{3}/),
    says: firstLine,
  },
  {
    name: 'h2c',
    title: 'HTTP/2 without TLS',
    source: 'RFC 9113 sections 3.4 and 6.5',
    ports: [],
    schemes: ['h2c', 'grpc'],
    first: 'client',
    // The preface and an empty SETTINGS frame.
    hello: () => ascii('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
    // A SETTINGS frame of stream 0, with or without settings, is the server's preface.
    speaks: bytes =>
      bytes.length >= 9 && bytes[0] === 0 && bytes[3] === 4 && (bytes[4]! & 0xfe) === 0 && onStream0(bytes),
  },
  {
    name: 'rtsp',
    title: 'RTSP',
    source: 'RFC 7826 section 13.1',
    ports: [554, 8554],
    tlsPorts: [322],
    schemes: ['rtsp'],
    tlsSchemes: ['rtsps'],
    first: 'client',
    hello: () => ascii('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
    speaks: begins(/^RTSP\/\d\.\d \d{3}/),
    says: firstLine,
  },
]

const onStream0 = (bytes: Uint8Array): boolean => bytes.subarray(5, 9).every(byte => byte === 0)
