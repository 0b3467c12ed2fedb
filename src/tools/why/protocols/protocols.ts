/**
 * What protocols say first: how a program at a port can be asked whether it is there, and told by its answer.
 *
 * Answers which protocol belongs to a port or a scheme, what may be said to it, and which protocols an answer fits. Nothing
 * that is said carries a name or a password, and nothing is changed by it. A port that no protocol is known for is never sent
 * anything: some printers print whatever comes.
 */
import { DATABASES } from './databases.ts'
import { DATAGRAM_QUERIES, type DatagramQuery, KEEPS_SILENT } from './datagram-query.ts'
import { DIRECTORIES } from './directories.ts'
import type { Greeting } from './greeting.ts'
import { MAIL } from './mail.ts'
import { MESSAGING } from './messaging.ts'
import { SESSIONS } from './sessions.ts'
import { WEB } from './web.ts'

export { DATAGRAM_QUERIES, type DatagramQuery, KEEPS_SILENT } from './datagram-query.ts'
export { ascii, characters, firstLine, type Greeting } from './greeting.ts'
export { type FirstTls, firstTlsRecord, saysTlsIsWanted } from './tls-record.ts'

export const GREETINGS: readonly Greeting[] = [
  ...WEB,
  ...SESSIONS,
  ...MAIL,
  ...DATABASES,
  ...MESSAGING,
  ...DIRECTORIES,
]

export interface Expected {
  readonly greeting: Greeting
  /** TLS comes first. */
  readonly tls: boolean
  /** What says so: what somebody wrote is stronger than a habit of ports. */
  readonly by: 'said' | 'port'
  /** Anything else there would be wrong: it was said, or nobody uses the port for other things. */
  readonly firm: boolean
}

/** RFC 6335 section 6: below it are the system ports. Developers serve all sorts of things where HTTP is usual. */
const FIRST_USER_PORT = 1024
const isFirm = (port: number, { name }: Greeting): boolean => port < FIRST_USER_PORT || name !== 'http'

/** What somebody said is spoken there: a scheme, or IANA's name of the service. */
export interface SaidProtocol {
  readonly name: string
  readonly tls: boolean
}

/** What is expected to be spoken at a port of TCP; undefined where nobody knows. */
export function expectedAt(port: number, said?: SaidProtocol): Expected | undefined {
  if (said !== undefined) {
    const word = said.name.toLowerCase()
    const plain = GREETINGS.find(({ name, schemes }) => name === word || schemes.includes(word))
    if (plain !== undefined) return { greeting: plain, tls: said.tls, by: 'said', firm: true }
    const secured = GREETINGS.find(({ tlsSchemes }) => tlsSchemes?.includes(word))
    return secured === undefined ? undefined : { greeting: secured, tls: true, by: 'said', firm: true }
  }
  const plain = GREETINGS.find(({ ports }) => ports.includes(port))
  if (plain !== undefined) return { greeting: plain, tls: false, by: 'port', firm: isFirm(port, plain) }
  const secured = GREETINGS.find(({ tlsPorts }) => tlsPorts?.includes(port))
  return secured === undefined
    ? undefined
    : { greeting: secured, tls: true, by: 'port', firm: isFirm(port, secured) }
}

/** The protocols whose server could have said this, in the order of the list. */
export const spokenBy = (bytes: Uint8Array): readonly Greeting[] =>
  bytes.length === 0 ? [] : GREETINGS.filter(({ speaks }) => speaks(bytes))

/** What can be asked at a port of UDP. */
export function datagramQueryAt(port: number, said?: SaidProtocol): DatagramQuery | undefined {
  const word = said?.name.toLowerCase()
  return (
    (word === undefined ? undefined : DATAGRAM_QUERIES.find(({ schemes }) => schemes.includes(word))) ??
    DATAGRAM_QUERIES.find(({ ports }) => ports.includes(port))
  )
}

/** Why silence of a port of UDP is to be expected, if it is. */
export const whyItKeepsSilent = (port: number): string | undefined =>
  Object.hasOwn(KEEPS_SILENT, port) ? KEEPS_SILENT[port] : undefined
