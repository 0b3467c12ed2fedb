/** What any command writes that fails with `--json`. */
import { FAULTS } from '../../../model/faults.ts'
import { oneOf, singleDocument, text, whole } from './parts.ts'

export const fault = singleDocument(
  'fault@1',
  'Why a command failed: any command with --json',
  {
    code: oneOf(Object.keys(FAULTS), 'Stable name of the fault; more may be added'),
    message: text('What happened'),
    hint: text('What to do next'),
    exitCode: whole('Exit status of the command', 1),
    details: {
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description: 'What fills the message',
    },
  },
  { type: text('"fault", with -o ndjson') },
)
