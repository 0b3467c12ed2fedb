import type { CommandSpec } from '../command.ts'

const spec: CommandSpec<Readonly<Record<never, never>>, readonly [string | undefined]> = {
  usage: ['schema [document]'],
  about: ['Without a document: the names of all, and what each one holds.'],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'document',
          brief: 'Name of a document, as in its "schema" member: sockets',
          parse: String,
          optional: true,
          async proposeCompletions() {
            return (await import('../schemas/schemas.ts')).SCHEMA_NAMES
          },
        },
      ],
    },
  },
  letters: {},
  examples: [
    ['ports schema', 'the documents that there are'],
    ['ports schema sockets', 'the schema of what "ports ls --json" writes'],
    ['ports schema fault', 'of what a command writes that fails with --json'],
  ],
  load: () => import('../commands/schema.ts'),
}

export default spec
