/** A packet's way through a network as a drawing: one line down through all hosts, and one more for the way of the answer. */

import type { Packet } from '../../../model/filter/packet.ts'
import { reversedPacket } from '../../../model/filter/reversed-packet.ts'
import type { Hop, NetworkTrace, Walk } from '../../../tools/trace/trace.ts'
import { clean } from '../render/clean.ts'
import type { Paint, Style } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { networkVerdict } from './network-verdict.ts'
import { endsText } from './packet-ends.ts'
import { endWords, stageLines, unknownLines } from './trace-text.ts'

export function networkText(trace: NetworkTrace, paint: Paint, width: number): string {
  const { question, reply } = trace
  const lines = [
    clean(question.text),
    ...walkLines(trace, question.packet, paint, width),
    ...endLines(trace, trace.isForNobody, paint, width),
  ]
  if (reply === null) lines.push(paint('no answer comes back', 'dim'))
  else if (reply !== undefined) {
    lines.push('', `the answer, ${endsText(reply.packet)}`)
    lines.push(...walkLines(reply, reply.packet, paint, width), ...replyEnd(trace, reply, paint, width))
  }
  return `${lines.join('\n')}\n`
}

function walkLines({ hops }: Walk, first: Packet, paint: Paint, width: number): string[] {
  const shown = circleIn(hops)
  const lines = hops.slice(0, shown).flatMap((hop, i) => {
    const before = hops[i - 1]?.packet ?? first
    const place = hop.from === null ? 'made here' : `in by ${clean(hop.from)}`
    return [
      `${i === 0 ? '┬' : '┼'} ${paint(clean(hop.host), 'heading')}, ${place}`,
      ...hop.stages.flatMap((stage, j) =>
        stageLines(hop, stage, hop.stages[j - 1]?.packet ?? before, paint, width),
      ),
    ]
  })
  const more = hops.length - shown
  if (more > 0) lines.push(`┼ ${paint(`and round again: ${more} more hosts`, 'warn')}`)
  return lines
}

/** How many hosts there are before the packet comes by as it did already. */
function circleIn(hops: readonly Hop[]): number {
  const seen = new Set<string>()
  const at = hops.findIndex(({ host, from, question: { packet } }) => {
    const key = `${host} ${from} ${endsText(packet)}`
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
  return at === -1 ? hops.length : at
}

function endLines(walk: Walk, isForNobody: boolean, paint: Paint, width: number): string[] {
  const last = walk.hops.at(-1)
  const nowhere = isForNobody && walk.end !== 'delivered' ? '; no host of the network has that address' : ''
  const [said, style] = wordsOf(walk)
  return [
    wrap(`╰ ${paint(`${said}${nowhere}`, style)}`, width, 2, 0).join('\n'),
    ...(last === undefined ? [] : unknownLines(last, width)),
  ]
}

function wordsOf(walk: Walk): readonly [string, Style] {
  const last = walk.hops.at(-1)
  const at = last === undefined ? '' : ` at ${clean(last.host)}`
  const kind = networkVerdict(walk)
  if (kind === 'depends' || kind === 'unsupported')
    return [`${kind}: it gets there or not, by what is not known here`, 'warn']
  if (walk.end === 'lost') return [`lost${at}: nobody on that link has the next address`, 'danger']
  if (walk.end === 'everybody') return [`to everybody on that link, sent${at}`, 'good']
  if (walk.end === 'unforeseen') return ['chance has chosen where it goes', 'warn']
  const [said, style] = endWords({ ...last!, end: walk.end })
  return [style === 'danger' ? `${clean(last!.host)}: ${said}` : `${said}, on ${clean(last!.host)}`, style]
}

function replyEnd(
  { question }: NetworkTrace,
  reply: Walk & { readonly fits: boolean },
  paint: Paint,
  width: number,
): string[] {
  if (reply.fits) return [`╰ ${paint('gets back to whoever asked', 'good')}`]
  const last = reply.hops.at(-1)
  const wanted = reversedPacket(question.packet)
  if (reply.end !== 'delivered' || last === undefined) return endLines(reply, false, paint, width)
  const said = `comes to ${clean(last.host)} as ${endsText(last.packet)}, where ${endsText(wanted)} is waited for`
  return [wrap(`╰ ${paint(said, 'danger')}`, width, 2, 0).join('\n')]
}
