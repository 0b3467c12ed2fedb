/** What `ports why` writes. */
import { CAUSES, LEGS, PHASES, SUSPICIONS, VERDICTS } from '../../../tools/why/why.ts'
import { documentOf, list, number, object, oneOf, port, text } from './parts.ts'

const CERTAINTIES = SUSPICIONS.filter(one => one !== 'excluded')
const address = text('The address that it is about, where the target has several')

const cause = object(
  {
    code: oneOf(Object.keys(CAUSES), 'What is wrong; docs/why.md has them all'),
    where: object(
      { host: text('A view’s label, or the address of who answered') },
      { stage: text('Where on that host'), rule: text('The rule that decided') },
    ),
    leg: oneOf(LEGS, 'Where on the way it stands'),
    certainty: oneOf(CERTAINTIES, 'Whether it was shown, points there, or merely fits'),
    title: text('What is wrong, in a sentence'),
    evidence: list(
      object({ source: text('Where the fact comes from'), says: text('The fact') }),
      'The facts that it stands on',
    ),
    disprovedBy: text('What would show that it is wrong'),
    remedy: text('What to do'),
    moves: list(
      object({
        check: text('Name of the check'),
        to: oneOf(SUSPICIONS, 'What it made of the suspicion'),
        because: text('Why'),
      }),
      'How it came to this, in order',
    ),
  },
  {
    address,
    commands: list(
      object({
        host: text('The host that it is to be run at: the label of a view'),
        argv: list(text('A word'), 'The program and its arguments, without a shell'),
      }),
      'The same for programs, in order: only proposed, and only where the evidence has every value',
    ),
  },
)

const step = object(
  {
    check: text('Name of the check'),
    phase: oneOf(PHASES, 'When it ran'),
    result: oneOf(['fine', 'found', 'unknown'], 'What came of it'),
    says: text('The same in a sentence'),
    ms: number('How long it took, milliseconds'),
  },
  { address },
)

export const why = documentOf(
  'why@1',
  'Why a port can’t be reached: ports why --json',
  object(
    {
      target: text('As it was written'),
      protocol: oneOf(['tcp', 'udp'], 'By which it was tried'),
      host: text('Name or address'),
      port,
      verdict: oneOf(VERDICTS, 'Whether it answers'),
      says: text('The verdict in one sentence'),
      causes: list(cause, 'The most certain first; of those, what blocks first'),
      addresses: list(
        object({ address: text('IP address'), verdict: oneOf(VERDICTS, 'Whether it answers') }),
        'In the order in which the system gives them',
      ),
      steps: list(step, 'In the order in which they were taken, address by address'),
      firstMs: number('Until the first verdict, milliseconds'),
      ms: number('In all, milliseconds'),
    },
    { next: text('What would tell the causes apart that are left') },
  ),
)
