/** The verdict in one sentence without its end: what became of the target, and by whom, as far as that is known. */
import { formatEndpoint } from '../../model/endpoint.ts'
import type { AddressDiagnosis, DiagnosedCause, Verdict } from './diagnosis.ts'
import type { Facts } from './facts.ts'
import { isAnswered } from './is-answered.ts'
import type { Target } from './target.ts'

/** Causes that one sentence can name. */
const MOST_NAMED = 2

export function verdictSentence(
  target: Target,
  verdict: Verdict,
  causes: readonly DiagnosedCause[],
  addresses: readonly AddressDiagnosis[],
): string {
  const { text } = target
  if (verdict === 'reachable') return reached(target, addresses)
  const [first] = causes
  const stands = addresses.some(({ facts }) => isTaken(target, facts))
  const state = {
    // Who is let in and gets nowhere has met somebody.
    unreachable: stands && first?.leg === 'after' ? 'takes connections, but ' : 'can’t be reached: ',
    degraded:
      stands && !addresses.some(({ facts }) => isAnswered(facts))
        ? 'takes connections, but '
        : 'answers, but ',
    unknown: 'is not known to answer: ',
  }[verdict]
  if (first === undefined) return `${text} ${state.replace(/(?:, but|:) $/, '')}`
  const says = `${text} ${state}`
  if (first.certainty === 'proven') return `${says}${named(first)}`
  const likely = causes.filter(({ certainty }) => certainty === 'likely').map(({ title }) => title)
  if (likely.length > 0 && likely.length <= MOST_NAMED)
    return `${says}most likely ${[...new Set(likely)].join(', or ')}`
  return causes.length === 1
    ? `${says}perhaps ${first.title}`
    : `${says}the evidence leaves ${causes.length} causes`
}

/** With the rule of a filter, where it is known. */
const named = ({ code, title, where: { rule } }: DiagnosedCause): string =>
  rule !== undefined && (code === 'filter-drop' || code === 'filter-reject') ? `${title} (${rule})` : title

function reached({ text, protocol, port }: Target, addresses: readonly AddressDiagnosis[]): string {
  const by = addresses.find(one => one.verdict === 'reachable')
  const ms = by?.facts.tried?.attempt.ms
  const time =
    ms === undefined || protocol === 'udp' ? '' : ` in ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  const endpoint = by === undefined ? text : formatEndpoint({ address: by.address, port })
  const at = endpoint === text ? '' : `, at ${endpoint}`
  if (by === undefined || protocol === 'udp' || isAnswered(by.facts)) return `${text} answers${at}${time}`
  const unasked = by.facts.talk === undefined ? '' : '; whether the service answers was not asked'
  return `${text} takes connections${at}${time}${unasked}`
}

/** The connection stands: the kernel's handshake, which says nothing of a process (listen(2)). */
const isTaken = ({ protocol }: Target, { tried }: Facts): boolean =>
  protocol === 'tcp' && tried?.attempt.outcome.kind === 'yes'
