/**
 * The model: the nouns of this program and the rules between them, as values and pure functions.
 *
 * Nothing here reads a clock, a file or the network, so that it runs in a browser as it does on a server. Text
 * becomes a value in one place each (`parsePort`, `parseAddress`, `parsePrefix`, `parsePortSet`, `parseHostName`,
 * `parseEndpoint`, `parseFlow`), which throws a `Fault` that shows the text and says what is wrong with it; behind
 * those doors values are always well formed and canonical, and nobody checks again.
 *
 * Ports and their classes follow RFC 6335, addresses RFC 4291, RFC 5952 and RFC 4007, scopes RFC 6890 and IANA's
 * registries, TCP states RFC 9293. The registry of service names has a face of its own.
 */
export * from './address.ts'
export * from './endpoint.ts'
export * from './exposure.ts'
export * from './fault.ts'
export * from './faults.ts'
export * from './finding.ts'
export * from './flow.ts'
export { type HostName, parseHostName } from './host-name.ts'
export * from './known.ts'
export * from './owner.ts'
export {
  ANY_PORT,
  isPort,
  LAST_PORT,
  PORT_CLASSES,
  type Port,
  type PortClass,
  type PortRange,
  parsePort,
  portClass,
} from './port.ts'
export * from './port-set.ts'
export * from './prefix.ts'
export * from './protocol.ts'
export * from './socket.ts'
export * from './socket-append.ts'
export * from './socket-columns.ts'
export * from './socket-dedupe.ts'
export * from './socket-row.ts'
export * from './suggest.ts'
export * from './tunable-name.ts'
