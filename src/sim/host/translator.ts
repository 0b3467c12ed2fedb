/** What a NAT box does around the routing decision of its router. */
import type { Datagram } from '../../wire/ip/datagram.ts'

export type Translated =
  | { readonly kind: 'passed'; readonly datagram: Datagram }
  /** The sender gets the error, if there is one. */
  | { readonly kind: 'dropped'; readonly answer?: { readonly type: number; readonly code: number } }

export interface Translator {
  /** Before the routing decision; a packet that isn't its business passes as it is. */
  arriving(datagram: Datagram, device: string): Translated
  /** Of what is passed on, before it leaves. */
  leaving(datagram: Datagram, from: string, to: string): Translated
}
