/**
 * The parts that JSON Schemas are written with, and the frame of every document (JSON Schema 2020-12).
 *
 * Members are required unless they are optional by their nature; members that are not described may be added
 * later, so nothing is forbidden.
 */

export type Schema = Readonly<Record<string, unknown>>

export const text = (description: string): Schema => ({ type: 'string', description })
export const whole = (description: string, minimum = 0): Schema => ({ type: 'integer', minimum, description })
export const number = (description: string): Schema => ({ type: 'number', description })
export const yesNo = (description: string): Schema => ({ type: 'boolean', description })
export const oneOf = (values: readonly string[], description: string): Schema => ({
  type: 'string',
  enum: values,
  description,
})
export const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description })
export const time = (description: string): Schema => ({
  type: 'string',
  format: 'date-time',
  description: `${description}; RFC 3339, UTC`,
})
export const port: Schema = { type: 'integer', minimum: 0, maximum: 65535, description: 'Port number' }

/** The same, or null: then a sibling says why, or `why` does here. */
export const orNull = (schema: Schema, why: string): Schema => ({
  ...schema,
  type: [schema.type, 'null'],
  ...(schema.enum === undefined ? {} : { enum: [...(schema.enum as unknown[]), null] }),
  description: `${String(schema.description)}; null: ${why}`,
})

export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
  description?: string,
): Schema {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: { ...required, ...optional },
    required: Object.keys(required),
  }
}

/** One line of a stream. */
export const lineOf = (name: string, title: string, line: Schema): Schema => ({
  $schema: DIALECT,
  $id: `portolan/${name}`,
  title,
  ...line,
})

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

const warning = object(
  { code: text('Stable name of the warning, kebab case'), message: text('What is missing or doubtful') },
  { hint: text('What to do about it') },
)

/** A document of items, with `more` members beside them. `name` has the major version: `sockets@1`. */
export const documentOf = (
  name: string,
  title: string,
  item: Schema,
  more: Readonly<Record<string, Schema>> = {},
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  $schema: DIALECT,
  $id: `portolan/${name}`,
  title,
  ...object(
    {
      schema: { const: `portolan/${name}` },
      generatedAt: time('When the answer was made'),
      host: text('Name of the host that was asked'),
      complete: yesNo('False: something could not be seen for lack of privilege'),
      warnings: list(warning, 'What the reader should know'),
      ...more,
      items: list(item, 'The answer; with -o ndjson each item is a line, with its type and seq'),
    },
    optional,
  ),
})

/** A document that is one object. */
export const singleDocument = (
  name: string,
  title: string,
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  $schema: DIALECT,
  $id: `portolan/${name}`,
  title,
  ...object(
    { schema: { const: `portolan/${name}` }, generatedAt: time('When it was written'), ...required },
    optional,
  ),
})
