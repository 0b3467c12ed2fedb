/** What `ports self --json` writes. */
import { RIGHTS } from '../../../os/can.ts'
import { documentOf, list, object, text, yesNo } from './parts.ts'

const right = {
  type: 'object',
  oneOf: [
    object({ yes: { const: true }, how: text('By what means') }),
    object({ yes: { const: false }, why: text('What is missing'), remedy: text('How to get it') }),
  ],
}

export const self = documentOf(
  'self@1',
  'This program and what it may do here: ports self --json',
  object(
    {
      version: text('Version of this program'),
      node: text('Version of Node'),
      platform: text('Operating system and processor'),
      registry: object({
        date: text('Day of the data'),
        source: text('A path, or "built in"'),
        files: list(text('Path'), 'Files that name ports, read besides'),
      }),
      koffi: object({ present: yesNo('The package for native calls is installed') }),
      paths: object(
        {},
        {
          config: text('Folder of what the user has set'),
          state: text('Folder of what is kept between runs'),
        },
      ),
      can: object(
        Object.fromEntries(RIGHTS.map(name => [name, right])),
        {},
        'What this process may do on this host',
      ),
    },
    {
      asked: object({
        place: text('Another machine, which was asked'),
        by: text('Program that answers there'),
      }),
    },
  ),
)
