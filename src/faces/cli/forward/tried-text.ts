/** What came of a try to pass somebody on, in words that say what to do about it. */
import type { RelayEvent } from '../../../tools/forward/forward.ts'

type Tried = Extract<RelayEvent, { readonly kind: 'failed' }>['tried']

/** By the system's word first: connect(2), accept(2), getaddrinfo(3). */
const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused: nobody listens there',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no route to that network',
  EADDRNOTAVAIL: 'no local port left towards there: ports capacity says how many there are',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the resolver gives no answer',
  EMFILE: 'this process may open no more descriptors: raise its limit, or lower --max',
  ENFILE: 'this system has no descriptors left',
  ECONNRESET: 'they left before it stood',
  ECANCELED: 'we were stopped before it stood',
  EACCES: 'this host doesn’t let us connect there',
  EPERM: 'this host doesn’t let us send there: a packet filter, perhaps',
}

const BY_KIND: Readonly<Record<Tried['kind'], string>> = {
  yes: 'it stood',
  refused: 'refused',
  'timed-out': 'no answer in time',
  unreachable: 'no way there',
  absent: 'it isn’t there',
  denied: 'denied',
  broken: 'it broke',
}

export const triedText = ({ kind, code }: Tried): string =>
  (code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined) ??
  (code === undefined ? BY_KIND[kind] : `${BY_KIND[kind]} (${code})`)
