/** The one shape of every verdict, in all documents. */
import { CERTAINTIES, SEVERITIES } from '../../../model/finding.ts'
import { list, object, oneOf, text } from './parts.ts'

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
