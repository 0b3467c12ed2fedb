/** The answer about a flow of a suite as a case of a test report. */
import type { FlowAnswer } from '../../../tools/firewall/firewall.ts'
import { decidedBy } from './decision-text.ts'
import type { JunitCase } from './junit.ts'

/** Without a wanted verdict, a packet should pass. */
export function junitCase({ question, decision }: FlowAnswer): JunitCase {
  const { text, wanted = 'accept' } = question
  const name = `${wanted} ${text}`
  if (decision.kind === wanted) return { name }
  const unknown = decision.unknown.map(({ expression }) => `not known: ${expression}`)
  const details = [decidedBy(decision), ...unknown].filter(line => line !== '').join('\n')
  return { name, failure: { message: `${decision.kind}, wanted ${wanted}`, details } }
}
