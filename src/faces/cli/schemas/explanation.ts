/** What `ports 3000 --json` writes: an explanation for each port or endpoint that was asked for. */
import { CERTAINTIES, SEVERITIES } from '../../../model/finding.ts'
import { PROTOCOLS } from '../../../model/protocol.ts'
import { documentOf, list, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'
import { socket } from './sockets.ts'

export const finding = object(
  {
    code: text('Stable name, kebab case'),
    severity: oneOf(SEVERITIES, 'How bad'),
    certainty: oneOf(CERTAINTIES, 'How sure: read or tried, follows from facts, fits'),
    subject: text('What it is about'),
    says: text('The verdict, in a sentence'),
    evidence: list(
      object({ source: text('Where the fact comes from'), says: text('The fact') }),
      'The facts that it stands on',
    ),
  },
  {
    where: text('Host, namespace, file or rule that it was found in'),
    disprovedBy: text('What would show that it is wrong'),
    remedy: text('What to do next'),
  },
)

export const explanation = documentOf(
  'explanation@1',
  'Who holds a port: ports 3000 --json',
  object({
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
  }),
)
