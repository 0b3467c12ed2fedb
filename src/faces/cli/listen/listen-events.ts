/** What is told while listening: where, then who came, what they said and how they left. */
import { type Endpoint, formatEndpoint } from '../../../model/endpoint.ts'
import type { ListenEvent } from '../../../tools/listen/listen.ts'
import type { EventLook } from '../render/event-writer.ts'

export type ShownEvent =
  | { readonly kind: 'listening'; readonly at: readonly Endpoint[]; readonly atMs: number }
  | ListenEvent

const MARKS = {
  listening: ['* listening', 'accent'],
  came: ['+ came', 'good'],
  said: ['< said', undefined],
  answered: ['> answered', undefined],
  left: ['- left', 'warn'],
} as const

const BECAUSE = {
  'they-ended': 'they ended it',
  'they-reset': 'they broke it off',
  'we-ended': 'we ended it',
} as const

/** Characters of what they say that are shown in a line. */
const MOST_SHOWN = 200

export function listenLook(protocol: 'tcp' | 'udp'): EventLook<ShownEvent> {
  return {
    type: ({ kind }) => kind,
    at: ({ atMs }) => atMs,
    item: event => itemOf(event, protocol),
    line: event => [...MARKS[event.kind], lineOf(event, protocol)],
    columns: [
      { key: 'at', title: 'AT', value: ({ atMs }) => new Date(atMs).toISOString() },
      { key: 'event', title: 'EVENT', value: ({ kind }) => kind },
      { key: 'id', title: 'ID', value: event => ('id' in event ? event.id : null) },
      { key: 'proto', title: 'PROTO', value: () => protocol },
      {
        key: 'from',
        title: 'FROM',
        value: event => ('from' in event ? formatEndpoint(event.from) : null),
      },
      {
        key: 'to',
        title: 'TO',
        value: event =>
          event.kind === 'came'
            ? formatEndpoint(event.to)
            : event.kind === 'listening'
              ? event.at.map(formatEndpoint).join(',')
              : null,
      },
      { key: 'bytes', title: 'BYTES', value: event => ('length' in event ? event.length : null) },
      {
        key: 'note',
        title: 'NOTE',
        value: event =>
          event.kind === 'said' ? shown(event.bytes) : event.kind === 'left' ? event.because : null,
      },
    ],
  }
}

function lineOf(event: ShownEvent, protocol: 'tcp' | 'udp'): string {
  switch (event.kind) {
    case 'listening':
      return `on ${protocol} ${event.at.map(formatEndpoint).join(', ')}`
    case 'came':
      return `${event.id} ${protocol} from ${formatEndpoint(event.from)} to ${formatEndpoint(event.to)}`
    case 'said':
      return `${event.id} ${event.length} bytes: ${shown(event.bytes)}`
    case 'answered':
      return `${event.id} ${event.length} bytes`
    case 'left':
      return `${event.id} after ${(event.ms / 1000).toFixed(1)} s, ${event.heard} bytes from them and ${event.sent} to them: ${BECAUSE[event.because]}`
  }
}

/** Readable as text if it is any, else in hexadecimal. */
function shown(bytes: Uint8Array): string {
  const text = textOf(bytes)
  if (text === null) return `hex ${hexOf(bytes).slice(0, MOST_SHOWN)}`
  return [...text].slice(0, MOST_SHOWN).join('')
}

/** Null where it is no UTF-8, but for a character that is cut at the end. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch {
    return null
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function itemOf(event: ShownEvent, protocol: 'tcp' | 'udp'): object {
  switch (event.kind) {
    case 'listening':
      return { protocol, listen: event.at }
    case 'came':
      return { id: event.id, protocol, from: event.from, to: event.to }
    case 'said': {
      const text = textOf(event.bytes)
      const said = text === null ? { text: null, hex: hexOf(event.bytes) } : { text }
      return { id: event.id, bytes: event.length, ...said }
    }
    case 'answered':
      return { id: event.id, bytes: event.length }
    case 'left': {
      const { atMs: _, kind, ...rest } = event
      return rest
    }
  }
}
