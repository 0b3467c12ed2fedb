/** What is said back to somebody who comes: nothing, what they said, or a page that tells them how they are seen. */
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Arrival } from '../../os/listening.ts'
import type { Tried } from '../../os/reach.ts'

export const ANSWERS = ['nothing', 'echo', 'http'] as const
export type Answer = (typeof ANSWERS)[number]

/** Told of every piece that came, and of every piece that was sent. */
export interface Hears {
  said(bytes: Uint8Array): Promise<void>
  answered(bytes: number, tried: Tried): Promise<void>
}

/** Until they have said all, or were answered whole. */
export const ANSWERING: Readonly<Record<Answer, (arrival: Arrival, hears: Hears) => Promise<void>>> = {
  async nothing(arrival, hears) {
    for await (const bytes of arrival.bytes) await hears.said(bytes)
  },
  async echo(arrival, hears) {
    for await (const bytes of arrival.bytes) {
      await hears.said(bytes)
      const tried = await arrival.send(bytes)
      await hears.answered(bytes.length, tried)
      if (tried.kind !== 'yes') return
    }
  },
  async http(arrival, hears) {
    let heard = ''
    for await (const bytes of arrival.bytes) {
      await hears.said(bytes)
      heard += LATIN.decode(bytes)
      const isRequest = REQUEST.test(heard)
      if (isRequest && !heard.includes('\r\n\r\n') && heard.length < LONGEST_HEAD) continue
      if (!isRequest && !heard.includes('\n') && heard.length < LONGEST_LINE) continue
      const page = new TextEncoder().encode(isRequest ? pageFor(arrival, heard) : NO_REQUEST)
      await hears.answered(page.length, await arrival.send(page))
      return
    }
  },
}

/** Characters; heads and lines that are longer are answered as they are. */
const [LONGEST_HEAD, LONGEST_LINE] = [16_384, 4096]
/** RFC 9112 section 3. */
const REQUEST = /^(?:\r?\n)?[A-Z]+ \S+ HTTP\/1\.\d\r?\n/
const LATIN = new TextDecoder('latin1')

/** Plain text: what a client says is in it nowhere. */
function pageFor({ from, to }: Arrival, heard: string): string {
  const text = `You came from ${formatEndpoint(from)} to ${formatEndpoint(to)}.\n`
  return response('200 OK', text, heard.startsWith('HEAD '))
}

const response = (status: string, text: string, headOnly = false): string =>
  [
    `HTTP/1.1 ${status}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${text.length}`,
    'cache-control: no-store',
    'connection: close',
    '',
    headOnly ? '' : text,
  ].join('\r\n')

const NO_REQUEST = response('400 Bad Request', 'This is no HTTP request.\n')
