/** Reads a policy from a file in YAML or JSON, and says at which line it is wrong. */
import { LineCounter, parseDocument } from 'yaml'
import { fault } from '../../../model/fault.ts'
import { type Policy, readPolicy } from '../../../model/filter/policy.ts'

/** JSON is YAML, too (YAML 1.2, section 1.2). Throws `E_POLICY_SYNTAX`. */
export function parsePolicyFile(text: string, file: string): Policy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw fault('E_POLICY_SYNTAX', { file, at: `, line ${line}, column ${col}`, why: error.message })
  }
  return readPolicy(document.toJS(), file, path => {
    // The nearest that stands in the file: what is missing has no place of its own.
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
      const start = (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0]
      if (start !== undefined) return `, line ${lines.linePos(start).line}`
    }
    return ''
  })
}
