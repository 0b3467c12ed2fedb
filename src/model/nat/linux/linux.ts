/**
 * Linux's connection tracking and address translation, as its kernel does them: what a packet is to the connections that
 * are remembered, and which addresses and ports a new one gets.
 *
 * Not in it: helpers and expectations (FTP, SIP), SCTP's states, synproxy, offloading, the order of things that two
 * processors do at once.
 */
export { type Chance, chooseTuple, type Neighbours, type TupleQuestion } from './choose-tuple.ts'
export { type ConntrackCounters, ConntrackTable, type Found } from './conntrack-table.ts'
export { type Entry, STATUS, translatedTuple } from './entry.ts'
export { type Look, lookAt, takeIn } from './follow-packet.ts'
export { neighboursOf } from './neighbours-of.ts'
export type { PortSearch } from './port-search.ts'
export { CONNTRACK_DEFAULTS, type ConntrackSettings, settingsOf, type TcpTimeouts } from './settings.ts'
export { CLOSE, TCP_STATES, type TcpStateName } from './tcp-states.ts'
