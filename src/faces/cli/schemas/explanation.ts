/** What `ports 3000 --json` writes: an explanation for each port or endpoint that was asked for. */
import { PROTOCOLS } from '../../../model/protocol.ts'
import { bindAnswer } from './can-bind.ts'
import { finding } from './finding.ts'
import { documentOf, list, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'
import { socket } from './sockets.ts'

/** `canBind`: only where nobody holds the port. */
export const explanation = documentOf(
  'explanation@1',
  'Who holds a port: ports 3000 --json',
  object(
    {
      asked: object(
        {
          protocol: orNull(oneOf(PROTOCOLS, 'Protocol'), 'all of them'),
          host: orNull(text('Address or host name'), 'any'),
          port,
        },
        {},
        'The question',
      ),
      held: yesNo('Somebody listens on it, is bound to it or talks through it'),
      says: text('The answer, in a sentence'),
      listeners: list(socket, 'Sockets that wait for clients'),
      connections: object(
        { total: whole('How many there are'), sockets: list(socket, 'The first of them') },
        {},
        'Sockets that talk through the port or are bound to it',
      ),
      findings: list(finding, 'What stands out'),
      next: list(
        object({ argv: list(text('A word'), 'The command, word by word'), why: text('What it is good for') }),
        'Commands worth typing next',
      ),
    },
    { canBind: bindAnswer },
  ),
)
