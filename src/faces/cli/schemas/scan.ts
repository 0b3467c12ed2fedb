/** What `ports scan` writes. */
import { PROBE_STATES } from '../../../tools/scan/scan.ts'
import { documentOf, list, number, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'

const state = oneOf(
  PROBE_STATES,
  'open: somebody takes connections; closed: the target says nobody does; filtered: no answer, or a no from the way; unknown: it could not be asked',
)
const reason = text(
  'How it is known: syn-ack, reset, refused (a reset or an ICMP port unreachable), icmp-3/13, icmpv6-1/1, error-EHOSTUNREACH, no-answer, no-neighbour, self-connect, local-EMFILE, local-icmp-3/13',
)
const name = text('What the target was called, where that was a name')
const address = text('IP address')

const planMembers = {
  method: oneOf(['connect'], 'How ports are asked'),
  targets: list(object({ address }, { name }), 'Whom it asks'),
  leftOut: list(object({ address, why: text('Why') }), 'Addresses of prefixes and ranges that are not asked'),
  ports: whole('How many ports of each', 1),
  pairs: whole('Pairs of address and port', 1),
  mostTries: whole('Tries if nobody answers', 1),
  local: yesNo('Only this machine is asked'),
  seed: whole('Decides the order'),
  perSecond: number('Tries that begin in a second, in all'),
  perSecondAndTarget: number('The same to one target'),
  timeoutMs: number('The longest wait for an answer'),
  tries: whole('How often a silent port is asked', 1),
  atOnce: whole('Tries at the same time, at most', 1),
  leastMs: whole('How long it takes at these rates where everybody answers'),
  mostMs: whole('How long it takes where nobody does'),
}

export const scan = documentOf(
  'scan@1',
  'What was found at ports: ports scan --json',
  object(
    {
      address,
      port,
      protocol: oneOf(['tcp'], 'Transport protocol'),
      service: orNull(text('Name that the port has; not what listens'), 'it has none'),
      state,
      reason,
      tries: whole('How often it was asked', 1),
    },
    { name, ms: number('From the deciding try to its answer; absent without one') },
  ),
  {
    plan: object(planMembers, {}, 'What was asked'),
    elapsedMs: whole('How long it took'),
    targets: list(
      object(
        {
          address,
          open: whole('Ports'),
          closed: whole('Ports'),
          filtered: whole('Ports'),
          unknown: whole('Ports'),
          groups: list(
            object({
              state,
              reason,
              ports: whole('How many', 1),
              summedUp: yesNo('They are counted here only, and are no items; with --all none is'),
            }),
            'By state and reason, the fewest first',
          ),
        },
        { name },
      ),
      'Each target, summed up',
    ),
  },
)

export const scanPlan = documentOf(
  'scan-plan@1',
  'What would be asked: ports scan --dry-run --json',
  object(planMembers),
)
