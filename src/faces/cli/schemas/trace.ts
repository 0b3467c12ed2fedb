/** What `ports trace` writes. */
import { HOOKS } from '../../../model/filter/ruleset.ts'
import { STAGE_NAMES } from '../../../tools/trace/trace.ts'
import { decision, rule } from './firewall.ts'
import { documentOf, list, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'
import { owner, socket } from './sockets.ts'

const end = object({ address: text('IP address') }, { port })
const flow = object({ protocol: text('tcp, udp, icmp …'), source: end, destination: end })
const { walk: _, ...verdict } = decision

export const trace = documentOf(
  'trace@1',
  'A packet’s way through this machine: ports trace --json',
  object({
    flow,
    text: text('The packet as it was asked about'),
    in: orNull(text('Device that it comes in by'), 'it is made here'),
    stages: list(
      object(
        {
          stage: oneOf(STAGE_NAMES, 'Where it is'),
          kind: oneOf(
            [
              'open',
              'passed',
              'dropped',
              'rejected',
              'handed-on',
              'translated',
              'untranslated',
              'tracked',
              'checked',
              'routed',
              'received',
              'sent',
            ],
            'What the stage did, as a word',
          ),
          did: text('The same in words'),
          rule: {
            ...rule,
            type: ['object', 'null'],
            description: 'The rule that did it; null where none did',
          },
          flow,
        },
        { hook: oneOf(HOOKS, 'The hook that the stage is at') },
      ),
      'In the order of the way',
    ),
    ...verdict,
    end: oneOf(
      [
        'delivered',
        'sent',
        'filtered',
        'no-route',
        'not-forwarding',
        'expired',
        'returned',
        'not-addressed',
        'reverse-path',
      ],
      'What became of it, as far as this machine',
    ),
    tracked: yesNo('Tracked connections were read'),
    deliveredTo: orNull(
      object({
        socket,
        owners: orNull(list(owner, 'Who holds it'), 'nobody can be named: socket.ownersUnknown says why'),
        oneOf: whole('Sockets that share the place; one of them gets it', 1),
      }),
      'it isn’t delivered here, nobody waits, or the system itself takes it',
    ),
  }),
)
