/** What `ports watch -o ndjson` writes: a line for each event. */
import { lineOf, object, oneOf, time, whole, yesNo } from './parts.ts'
import { socket, tcp } from './sockets.ts'

export const events = lineOf(
  'events@1',
  'Sockets that come and go, a line each: ports watch -o ndjson',
  object(
    {
      type: oneOf(['opened', 'closed', 'owner-changed'], 'What happened; more may be added'),
      seq: whole('Counts the lines from 0, without gaps'),
      at: time('When it was noticed'),
      socket,
    },
    {
      before: { ...socket, description: 'owner-changed: the socket as it was' },
      seen: yesNo('closed: false if it came and went between two readings'),
      final: { ...tcp, description: 'closed: the numbers of a connection at its end' },
    },
  ),
)
