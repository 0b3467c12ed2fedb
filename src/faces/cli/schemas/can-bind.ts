/** What `ports can-bind --json` writes: an answer for each endpoint that was asked about. */
import { PROTOCOLS } from '../../../model/protocol.ts'
import { finding } from './finding.ts'
import { documentOf, list, object, oneOf, orNull, port, text, yesNo } from './parts.ts'

export const bindAnswer = object(
  {
    endpoint: object({ address: text('The address'), port }, {}, 'What was asked about'),
    protocol: oneOf(PROTOCOLS, 'Protocol'),
    verdict: oneOf(['yes', 'no', 'depends'], 'The answer'),
    errno: orNull(text('What the system refuses with: EADDRINUSE'), 'no refusal'),
    tried: yesNo('The system was asked by a trial, not only the rules'),
    reasons: list(finding, 'What stands in the way, and what else is worth knowing'),
  },
  { system: text('Another system whose documented rules were asked') },
  'Whether it can be bound',
)

export const canBind = documentOf(
  'can-bind@1',
  'Whether a port can be bound: ports can-bind 0.0.0.0:80 --json',
  bindAnswer,
)
