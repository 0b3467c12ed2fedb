/** A reporter for node:test that writes a line of JSON for each test that didn't run, and one for the totals. */
import type { TestEvent } from 'node:test/reporters'

/** A test that was skipped or is only planned, and why. */
export interface Absence {
  readonly test: string
  readonly file: string
  readonly reason: string
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { name, file = '', skip, todo } = event.data
    if (skip === undefined && todo === undefined) continue
    const word = skip === undefined ? 'todo' : 'skip'
    const said = skip ?? todo
    const reason = typeof said === 'string' && said !== '' ? said : `${word}, without a reason`
    yield `${JSON.stringify({ test: name, file, reason } satisfies Absence)}\n`
  }
}
