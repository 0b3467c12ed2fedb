/** What is told while forwarding: where we listen, then of each connection who came, to whom it went and how it ended. */
import { type Endpoint, formatEndpoint, formatEndpointSpec } from '../../../model/endpoint.ts'
import type { ForwardRule, RelayEvent } from '../../../tools/forward/forward.ts'
import type { EventLook } from '../render/event-writer.ts'
import { triedText } from './tried-text.ts'

export interface ListeningEvent {
  readonly kind: 'listening'
  readonly rule: number
  readonly at: readonly Endpoint[]
  readonly atMs: number
}

export type ForwardEvent = ListeningEvent | RelayEvent

const MARKS = {
  listening: ['* listening', 'accent'],
  opened: ['+ opened', 'good'],
  closed: ['- closed', 'warn'],
  failed: ['! failed', 'danger'],
  refused: ['! refused', 'danger'],
  troubled: ['! troubled', 'danger'],
  lost: ['! lost', 'danger'],
} as const

const BECAUSE = {
  ended: 'both have ended',
  reset: 'one of them broke it off',
  idle: 'nobody said anything for too long',
  cut: 'we cut it',
  denied: 'they may not come',
  full: 'there are too many already',
} as const

export function forwardLook(rules: readonly ForwardRule[]): EventLook<ForwardEvent> {
  const ruleOf = (event: ForwardEvent): ForwardRule | undefined =>
    'rule' in event ? rules[event.rule] : undefined
  return {
    type: ({ kind }) => kind,
    at: ({ atMs }) => atMs,
    item: event => itemOf(event, ruleOf(event)),
    line: event => [...MARKS[event.kind], lineOf(event, ruleOf(event))],
    columns: [
      { key: 'at', title: 'AT', value: ({ atMs }) => new Date(atMs).toISOString() },
      { key: 'event', title: 'EVENT', value: ({ kind }) => kind },
      { key: 'id', title: 'ID', value: event => ('id' in event ? event.id : null) },
      { key: 'proto', title: 'PROTO', value: event => ruleOf(event)?.protocol ?? null },
      {
        key: 'listen',
        title: 'LISTEN',
        value: event => (event.kind === 'listening' ? event.at.map(formatEndpoint).join(',') : null),
      },
      {
        key: 'from',
        title: 'FROM',
        value: event => ('from' in event ? formatEndpoint(event.from) : null),
      },
      {
        key: 'as',
        title: 'AS',
        value: event => (event.kind === 'opened' ? formatEndpoint(event.as) : null),
      },
      {
        key: 'to',
        title: 'TO',
        value: event =>
          event.kind === 'opened'
            ? formatEndpoint(event.to)
            : event.kind === 'listening'
              ? formatEndpointSpec(ruleOf(event)!.to)
              : null,
      },
      { key: 'forth', title: 'FORTH', value: event => (event.kind === 'closed' ? event.forth : null) },
      { key: 'back', title: 'BACK', value: event => (event.kind === 'closed' ? event.back : null) },
      { key: 'ms', title: 'MS', value: event => (event.kind === 'closed' ? event.ms : null) },
      { key: 'note', title: 'NOTE', value: noteOf },
    ],
  }
}

function noteOf(event: ForwardEvent): string | null {
  switch (event.kind) {
    case 'closed':
    case 'refused':
      return event.because
    case 'failed':
    case 'troubled':
      return triedText(event.tried)
    case 'lost':
      return `${event.count} events`
    default:
      return null
  }
}

function lineOf(event: ForwardEvent, rule: ForwardRule | undefined): string {
  switch (event.kind) {
    case 'listening':
      return `on ${rule!.protocol} ${event.at.map(formatEndpoint).join(', ')} for ${formatEndpointSpec(rule!.to)}`
    case 'opened':
      return `${event.id} ${rule!.protocol} ${formatEndpoint(event.from)} to ${formatEndpoint(event.to)}, as ${formatEndpoint(event.as)}`
    case 'closed': {
      const dropped = (event.dropped ?? 0) === 0 ? '' : `, ${event.dropped} datagrams dropped`
      return `${event.id} after ${(event.ms / 1000).toFixed(1)} s, ${event.forth} bytes forth and ${event.back} back${dropped}: ${BECAUSE[event.because]}`
    }
    case 'failed':
      return `${event.id} ${rule!.protocol} ${formatEndpoint(event.from)} to ${formatEndpointSpec(rule!.to)}: ${triedText(event.tried)}`
    case 'refused':
      return `${rule!.protocol} ${formatEndpoint(event.from)}: ${BECAUSE[event.because]}`
    case 'troubled':
      return `${rule!.protocol}: somebody could not be taken: ${triedText(event.tried)}`
    case 'lost':
      return `${event.count} events that nobody read in time`
  }
}

function itemOf(event: ForwardEvent, rule: ForwardRule | undefined): object {
  const protocol = rule === undefined ? {} : { protocol: rule.protocol }
  switch (event.kind) {
    case 'listening':
      return { rule: event.rule, ...protocol, listen: event.at, to: rule!.to }
    case 'failed':
    case 'troubled': {
      const { atMs: _, kind, tried, ...rest } = event
      return { ...rest, ...protocol, because: tried.kind, code: tried.code ?? null, says: triedText(tried) }
    }
    default: {
      const { atMs: _, kind, ...rest } = event
      return { ...rest, ...protocol }
    }
  }
}
