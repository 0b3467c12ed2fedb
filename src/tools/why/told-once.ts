/**
 * One cause, told once: what an attempt says of the target's address, and what a look at that host says of its name, or what all
 * addresses together say of one of them. Pure.
 */

import type { DiagnosedCause } from './diagnosis.ts'
import { SUSPICIONS } from './suspects.ts'

/** `targets`: by which names views of the target's host are told. The vaguer of two gives its evidence to the other. */
export function toldOnce(
  causes: readonly DiagnosedCause[],
  targets: readonly string[],
  addresses: readonly string[],
): readonly DiagnosedCause[] {
  const isVague = ({ where }: DiagnosedCause): boolean =>
    addresses.includes(where.host) && where.stage === undefined && where.rule === undefined
  const betterOf = (one: DiagnosedCause): DiagnosedCause | undefined =>
    causes.find(
      other =>
        other !== one &&
        other.code === one.code &&
        // What merely fits, fits each place by itself.
        other.certainty !== 'possible' &&
        (other.address === undefined || one.address === undefined || other.address === one.address) &&
        (targets.includes(other.where.host) ||
          (other.where.host === one.where.host && sureness(other) > sureness(one))) &&
        sureness(other) >= sureness(one),
    )
  const into = new Map<DiagnosedCause, DiagnosedCause[]>()
  for (const one of causes.filter(isVague)) {
    const better = betterOf(one)
    if (better !== undefined) into.set(better, [...(into.get(better) ?? []), one])
  }
  const folded = new Set([...into.values()].flat())
  return causes
    .filter(one => !folded.has(one))
    .map(one => {
      const others = into.get(one)
      return others === undefined ? one : joined(one, others)
    })
}

const sureness = ({ certainty }: DiagnosedCause): number => SUSPICIONS.indexOf(certainty)

function joined(one: DiagnosedCause, others: readonly DiagnosedCause[]): DiagnosedCause {
  const evidence = [...one.evidence]
  for (const { source, says } of others.flatMap(other => other.evidence))
    if (!evidence.some(known => known.source === source && known.says === says))
      evidence.push({ source, says })
  return { ...one, evidence, moves: [...one.moves, ...others.flatMap(({ moves }) => moves)] }
}
