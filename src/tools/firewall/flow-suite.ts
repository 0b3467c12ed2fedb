/** A suite of flows with wanted verdicts: one on each line, `#` for comments. */
import { fault, isFault } from '../../model/fault.ts'
import { type FlowQuestion, parseFlowQuestion, withoutComment } from './flow-question.ts'

export interface SuiteFlow extends FlowQuestion {
  readonly wanted: NonNullable<FlowQuestion['wanted']>
  /** Counted from 1. */
  readonly line: number
}

/** Reads a suite. Throws `E_SUITE_SYNTAX` with the line, for the first that can't be read and for a suite without flows. */
export function parseFlowSuite(text: string): readonly SuiteFlow[] {
  const flows: SuiteFlow[] = []
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = withoutComment(raw)
    if (line === '') continue
    const question = readLine(line, at + 1)
    if (question.wanted === undefined) {
      const why =
        'it doesn’t begin with the verdict that is wanted: accept, drop, reject, depends or unsupported'
      throw fault('E_SUITE_SYNTAX', { line: String(at + 1), text: line, why })
    }
    flows.push({ ...question, wanted: question.wanted, line: at + 1 })
  }
  if (flows.length === 0) {
    throw fault('E_SUITE_SYNTAX', { line: '1', text: '', why: 'there is no flow in it' })
  }
  return flows
}

function readLine(text: string, line: number): FlowQuestion {
  try {
    return parseFlowQuestion(text)
  } catch (error) {
    if (!isFault(error)) throw error
    throw fault('E_SUITE_SYNTAX', { line: String(line), text, why: String(error.details.why) })
  }
}
