/** Says on stderr why a port could not be listened on: each reason, and what to do about it. */
import { type Endpoint, formatEndpoint } from '../../../model/endpoint.ts'
import type { Finding } from '../../../model/finding.ts'
import type { Output } from '../context.ts'
import { clean } from './clean.ts'

export async function sayReasons(
  stderr: Output,
  protocol: string,
  at: Endpoint,
  reasons: readonly Finding[],
): Promise<void> {
  await stderr.write(`ports: can’t listen on ${protocol} ${clean(formatEndpoint(at))}\n`)
  for (const { says, remedy } of reasons)
    await stderr.write(`  ${clean(says)}\n${remedy === undefined ? '' : `    ${clean(remedy)}\n`}`)
}
