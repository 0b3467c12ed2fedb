/** What `ports name` writes: names of ports, and what was fetched with `--update`. */
import { PORT_CLASSES } from '../../../model/port.ts'
import { PROTOCOLS } from '../../../model/protocol.ts'
import { NAME_SOURCES, STATUSES } from '../../../model/registry/registry.ts'
import { documentOf, list, object, oneOf, port, text, whole } from './parts.ts'

export const names = documentOf(
  'names@1',
  'Names of ports: ports name --json',
  object(
    {
      port,
      protocol: oneOf(PROTOCOLS, 'Transport protocol'),
      aliases: list(text('A further name'), 'Further names'),
      class: oneOf(Object.keys(PORT_CLASSES), 'RFC 6335 section 6'),
      status: oneOf(STATUSES, 'What IANA says of the number'),
      source: oneOf(NAME_SOURCES, 'Who gives the name'),
      where: text('The source, exactly: a path, a page, or the registry with its date'),
    },
    {
      name: text('Absent where nobody has one'),
      description: text('In the words of the source'),
      reference: text('What IANA cites'),
      range: object({ first: port, last: port }, {}, 'The number belongs to a range that is assigned as one'),
      formerly: list(text('A former name'), 'Names that IANA has withdrawn or replaced'),
    },
  ),
)

export const registry = documentOf(
  'registry@1',
  'The registry as fetched: ports name --update --json',
  object({
    date: text('Day of the newest entry, 2026-07-07'),
    entries: whole('Entries in it'),
    path: text('Where it is kept'),
    origin: text('Where it was fetched from'),
  }),
)
