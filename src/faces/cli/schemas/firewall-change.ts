/** What `ports fw apply`, `confirm`, `rollback`, `status`, `open` and `close` write with `--json`. */
import { TRIAL_REASONS } from '../../../model/filter/trial.ts'
import { finding } from './finding.ts'
import { documentOf, list, number, object, oneOf, orNull, text, time, whole } from './parts.ts'

const by = object(
  { pid: whole('Process id'), uid: whole('User id'), from: text('The connection or terminal it came from') },
  {},
  'Who did it',
)

const trial = {
  ...object(
    {
      what: text('The change, in a line'),
      begunAt: time('When it was begun'),
      windowMs: number('How long there is to confirm, milliseconds'),
      secondsLeft: whole('Seconds until it is rolled back'),
      by,
    },
    {},
    'The change on trial; null: none is',
  ),
  type: ['object', 'null'],
}

const last = {
  ...object(
    {
      what: text('The change, in a line'),
      outcome: oneOf(['confirmed', 'rolled-back', 'not-applied'], 'How it ended'),
      reason: oneOf(TRIAL_REASONS, 'Why it ended so'),
      endedAt: time('When it ended'),
      by,
    },
    {},
    'The last change that was on trial; null: none was since the machine started',
  ),
  type: ['object', 'null'],
}

const listing = (description: string) => orNull(text(description), 'there is no such table')

export const firewallChange = documentOf(
  'firewall-change@1',
  'A change of our table of the packet filter: ports fw apply --json',
  object(
    {
      verdict: oneOf(
        [
          ...['planned', 'on-trial', 'applied', 'unchanged', 'refused'],
          ...['confirmed', 'undecided', 'too-late', 'rolled-back', 'pending', 'none'],
        ],
        'How it stands',
      ),
      what: orNull(text('The change, in a line'), 'there is none'),
      trial,
      findings: list(finding, 'What is in the way, or worth knowing'),
    },
    {
      last,
      before: listing('The table inet portolan as it was'),
      after: listing('What it was to become'),
      kept: list(text('A step'), 'What keeps it over a reboot, once it is confirmed where it is on trial'),
      table: listing('The table inet portolan as nft lists it'),
    },
  ),
)
