/** Databases and caches. Nothing that is asked here needs a name or leaves anything behind. */
import { ascii, begins, characters, firstLine, type Greeting, hex } from './greeting.ts'

export const DATABASES: readonly Greeting[] = [
  {
    name: 'postgresql',
    title: 'PostgreSQL',
    source: 'PostgreSQL, Message Formats, SSLRequest',
    ports: [5432, 5433, 6432],
    schemes: ['postgres', 'postgresql'],
    first: 'client',
    // SSLRequest: eight bytes, 80877103.
    hello: () => hex('00000008 04d2162f'),
    // One byte says whether TLS may follow, or an error message of an old or busy server.
    speaks: bytes =>
      (bytes.length === 1 && (bytes[0] === S || bytes[0] === N)) || /^E\0\0/.test(characters(bytes)),
    says: bytes => (bytes[0] === S ? 'takes TLS' : bytes[0] === N ? 'takes no TLS' : undefined),
  },
  {
    name: 'mysql',
    title: 'MySQL',
    source: 'MySQL, Protocol::HandshakeV10',
    ports: [3306, 33060],
    schemes: ['mysql', 'mariadb'],
    first: 'server',
    // A packet with number 0: protocol version 10 and the server's, or an error (0xff) such as too many connections.
    speaks: bytes =>
      bytes[3] === 0 && bytes[2] === 0 && ((bytes[4] === 10 && bytes[5]! >= 0x20) || bytes[4] === 0xff),
    says: bytes =>
      bytes[4] === 10 ? firstLine(bytes.subarray(5, until(bytes, 5))) : firstLine(bytes.subarray(7)),
  },
  {
    name: 'redis',
    title: 'Redis',
    source: 'Redis serialization protocol, inline commands; PING',
    ports: [6379, 6380, 26379],
    schemes: ['redis', 'valkey'],
    tlsSchemes: ['rediss'],
    first: 'client',
    hello: () => ascii('PING\r\n'),
    speaks: begins(/^(?:\+PONG|-(?:NOAUTH|NOPERM|DENIED|ERR|LOADING|MISCONF|MASTERDOWN)\b)/),
    says: firstLine,
  },
  {
    name: 'memcached',
    title: 'memcached',
    source: 'memcached, protocol.txt, "version"',
    ports: [11211],
    schemes: ['memcached'],
    first: 'client',
    hello: () => ascii('version\r\n'),
    speaks: begins(/^(?:VERSION |ERROR\r|CLIENT_ERROR |SERVER_ERROR )/),
    says: firstLine,
  },
  {
    name: 'mongodb',
    title: 'MongoDB',
    source: 'MongoDB wire protocol, OP_MSG; command hello',
    ports: [27017, 27018, 27019],
    schemes: ['mongodb'],
    first: 'client',
    // OP_MSG (2013) with the document { hello: 1, $db: "admin" }.
    hello: () =>
      hex(`34000000 01000000 00000000 dd070000 00000000 00
        1f000000 10 68656c6c6f00 01000000 02 24646200 06000000 61646d696e00 00`),
    // An answer (responseTo 1) by OP_MSG, or by OP_REPLY (1) of old servers.
    speaks: bytes => {
      if (bytes.length < 16) return false
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return view.getUint32(8, true) === 1 && [1, 2013].includes(view.getUint32(12, true))
    },
  },
  {
    name: 'mssql',
    title: 'Microsoft SQL Server',
    source: 'MS-TDS section 2.2.6.5, PRELOGIN',
    ports: [1433],
    schemes: ['mssql', 'sqlserver'],
    first: 'client',
    // VERSION and ENCRYPTION (not supported), then the data of both.
    hello: () => hex('1201001a 00000000 00 000b 0006 01 0011 0001 ff 000000000000 02'),
    // A tabular result, end of message.
    speaks: bytes => bytes[0] === 4 && bytes[1] === 1 && bytes.length >= 8 && bytes[8] === 0,
  },
  {
    name: 'cassandra',
    title: 'Cassandra',
    source: 'CQL binary protocol v4, section 4.1.3, OPTIONS',
    ports: [9042],
    schemes: ['cassandra', 'cql'],
    first: 'client',
    hello: () => hex('04 00 0000 05 00000000'),
    // SUPPORTED or ERROR, from the server (the highest bit of the version).
    speaks: bytes =>
      bytes.length >= 9 && bytes[0]! >= 0x81 && bytes[0]! <= 0x86 && (bytes[4] === 6 || bytes[4] === 0),
  },
]

const S = 0x53
const N = 0x4e

/** Where the next zero byte stands. */
const until = (bytes: Uint8Array, from: number): number => {
  const at = bytes.indexOf(0, from)
  return at === -1 ? bytes.length : at
}
