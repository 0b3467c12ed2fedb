/** What a way through a network comes to as a whole: what depends at one host depends. */
import type { DecisionKind } from '../../../model/filter/decision.ts'
import type { NetworkTrace, Walk } from '../../../tools/trace/trace.ts'
import { EXIT, type ExitStatus } from '../exit.ts'

export function networkVerdict({ hops }: Walk): DecisionKind {
  const open = hops.find(({ decision: { kind } }) => kind === 'depends' || kind === 'unsupported')
  return (open ?? hops.at(-1))?.decision.kind ?? 'depends'
}

/** It gets to somebody, and so does the answer where that was asked: 0. */
export function networkStatus(trace: NetworkTrace): ExitStatus {
  const walks: readonly Walk[] = trace.reply == null ? [trace] : [trace, trace.reply]
  const isOpen = (walk: Walk): boolean =>
    walk.end === 'unforeseen' || ['depends', 'unsupported'].includes(networkVerdict(walk))
  if (walks.some(isOpen)) return EXIT.undecided
  const last = trace.hops.at(-1)
  const isThere =
    trace.end === 'everybody' || (trace.end === 'delivered' && last?.receiver?.kind !== 'nobody')
  if (!isThere) return EXIT.no
  return trace.reply === undefined || trace.reply?.fits === true ? EXIT.done : EXIT.no
}
