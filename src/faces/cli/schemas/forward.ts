/** What `ports forward` and `ports listen` write: a line for each event, and the plan. */
import { finding } from './finding.ts'
import { documentOf, lineOf, list, object, oneOf, orNull, port, text, time, whole } from './parts.ts'

const protocol = oneOf(['tcp', 'udp'], 'Protocol')
const endpoint = object({ address: text('IP address'), port }, {}, 'Address and port')
const target = object({ host: text('Name or address'), port }, {}, 'To whom it is passed on')
const listening = list(endpoint, 'Where we listen')

export const forwardPlan = documentOf(
  'forward-plan@1',
  'What would be forwarded: ports forward --dry-run --json',
  object({ protocol, listen: listening, to: target }),
  {
    limits: object({
      allow: list(text('Prefix'), 'Only these may come; everybody where there is none'),
      deny: list(text('Prefix'), 'These may not'),
      atMost: whole('Connections and UDP clients at the same time', 1),
      bufferBytes: whole('Bytes kept for a slow reader, of each connection and way', 1),
      tcpIdleMs: whole('A connection that is silent so long ends, milliseconds; 0 for never'),
      udpIdleMs: whole('The same of a UDP client'),
      connectTimeoutMs: whole('Patience with who it is passed on to, milliseconds'),
    }),
    findings: list(finding, 'What is worth knowing before it runs'),
  },
)

export const forward = lineOf(
  'forward@1',
  'Connections that are passed on, a line for each event: ports forward --log -o ndjson',
  object(
    {
      type: oneOf(
        ['listening', 'opened', 'closed', 'failed', 'refused', 'troubled', 'lost'],
        'What happened; more may be added',
      ),
      seq: whole('Counts the lines from 0, without gaps'),
      at: time('When it happened'),
    },
    {
      rule: whole('Which rule, counted from 0'),
      protocol,
      listen: listening,
      id: whole('Which connection or UDP client, counted from 1', 1),
      from: endpoint,
      as: endpoint,
      to: {
        ...target,
        properties: { host: text('Of a rule: name or address'), address: text('Of a connection'), port },
        required: ['port'],
      },
      forth: whole('closed: bytes from whom came'),
      back: whole('closed: bytes to whom came'),
      dropped: whole('closed, of UDP: datagrams that could not be passed on'),
      ms: whole('closed: how long it stood, milliseconds'),
      because: oneOf(
        [
          ...['ended', 'reset', 'idle', 'cut', 'denied', 'full'],
          ...['refused', 'timed-out', 'unreachable', 'absent', 'broken'],
        ],
        'Why it closed, was refused or failed',
      ),
      code: orNull(text('failed, troubled: the word of the system'), 'it has none'),
      says: text('failed, troubled: the same in words'),
      count: whole('lost: events that nobody read in time', 1),
    },
  ),
)

export const listen = lineOf(
  'listen@1',
  'Who comes to a listener, a line for each event: ports listen --json',
  object(
    {
      type: oneOf(['listening', 'came', 'said', 'answered', 'left'], 'What happened; more may be added'),
      seq: whole('Counts the lines from 0, without gaps'),
      at: time('When it happened'),
    },
    {
      protocol,
      listen: listening,
      id: whole('Who, counted from 1', 1),
      from: endpoint,
      to: endpoint,
      bytes: whole('said, answered: how many'),
      text: orNull(text('said: what, at most its first 4096 bytes'), 'it is no text'),
      hex: text('said: the same in hexadecimal, where it is no text'),
      heard: whole('left: bytes from them, in all'),
      sent: whole('left: bytes to them, in all'),
      ms: whole('left: how long they were there, milliseconds'),
      because: oneOf(['they-ended', 'they-reset', 'we-ended'], 'left: who ended it'),
    },
  ),
)
