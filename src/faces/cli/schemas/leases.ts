/** What `ports free`, `lease`, `leases` and `release` write: ports, and whose they are. */
import { documentOf, list, object, orNull, port, text, time, whole } from './parts.ts'

export const leases = documentOf(
  'leases@1',
  'Leased and free ports: ports leases --json, ports lease web --json, ports free --json',
  object(
    {
      name: orNull(text('What the ports are leased as'), 'a lease without a name, or no lease'),
      ports: list(port, 'The ports, in a row for a lease'),
      holder: orNull(
        object(
          { pid: whole('Its process id') },
          { name: text('Absent where it can’t be seen') },
          'Whose end ends it',
        ),
        'nobody: time ends it, or there is no lease',
      ),
      expiresAt: orNull(time('When it ends at the latest'), 'no time ends it'),
    },
    {
      user: text('Whose lease it is'),
      project: text('The project that the name belongs to'),
      branch: text('The branch that the name belongs to'),
    },
  ),
)
