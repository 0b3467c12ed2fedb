/** What `ports trace` writes. */
import { HOOKS } from '../../../model/filter/ruleset.ts'
import { STAGE_NAMES } from '../../../tools/trace/trace.ts'
import { decision, rule } from './firewall.ts'
import { documentOf, list, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'
import { owner, socket } from './sockets.ts'

const chance = oneOf(['by-chance'], 'Why it is null: chance chooses it')
const end = object(
  { address: orNull(text('IP address'), 'addressUnknown says why') },
  { addressUnknown: chance, port: orNull(port, 'portUnknown says why'), portUnknown: chance },
)
const flow = object({ protocol: text('tcp, udp, icmp …'), source: end, destination: end })
const { walk: _, ...verdict } = decision
const verdictWord = verdict.verdict

const stages = list(
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
          'mapped',
          'unmapped',
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
    {
      hook: oneOf(HOOKS, 'The hook that the stage is at'),
      host: text('In a network: where the stage is'),
    },
  ),
  'In the order of the way',
)

const ended = oneOf(
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
    'lost',
    'everybody',
    'unforeseen',
  ],
  'What became of it, as far as this machine; in a network, to its end',
)

const hops = list(
  object({
    host: text('Its name'),
    in: orNull(text('Device that it comes in by'), 'it is made there'),
    out: orNull(text('Device that it leaves by'), 'it ends there'),
    flow,
    verdict: verdictWord,
    end: ended,
  }),
  'Hosts of a network, in the order of the way',
)

export const trace = documentOf(
  'trace@1',
  'A packet’s way through this machine: ports trace --json',
  object(
    {
      flow,
      text: text('The packet as it was asked about'),
      in: orNull(text('Device that it comes in by'), 'it is made here'),
      stages,
      ...verdict,
      end: ended,
      tracked: yesNo('Tracked connections were read'),
      deliveredTo: orNull(
        object({
          socket,
          owners: orNull(list(owner, 'Who holds it'), 'nobody can be named: socket.ownersUnknown says why'),
          oneOf: whole('Sockets that share the place; one of them gets it', 1),
        }),
        'it isn’t delivered here, nobody waits, or the system itself takes it',
      ),
    },
    {
      hops,
      reply: orNull(
        object({
          flow,
          stages,
          hops,
          verdict: verdictWord,
          end: ended,
          fits: yesNo('It gets to whoever asked, from where he sent to'),
        }),
        'no answer comes',
      ),
    },
  ),
)
