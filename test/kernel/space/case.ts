/** A row of a table of cases: a program in the notation of `notation.ts`, with what each action is to come to. */
import type { Outcome, Program, Surroundings } from '../../../src/model/space/program.ts'
import type { Step } from './exclusions.ts'
import type { Disagreement, OpenModel } from './judge.ts'
import { type Line, parseLine, printAction, type Wanted } from './notation.ts'
import { BLOCK } from './rebase.ts'
import { PLAIN } from './surroundings.ts'

export interface Case {
  readonly name: string
  /** What differs from `PLAIN`. */
  readonly surroundings?: Partial<Surroundings>
  /** Lines, or actions with semicolons between them. */
  readonly program: string
}

export interface ReadCase {
  readonly name: string
  readonly program: Program
  readonly lines: readonly Line[]
}

export function readCase({ name, surroundings, program }: Case): ReadCase {
  const lines = program
    .split(/[\n;]/)
    .filter(text => text.trim() !== '')
    .flatMap(parseLine)
  const actions = lines.map(({ action }) => action)
  return { name, lines, program: { surroundings: { ...PLAIN, ...surroundings }, actions } }
}

/** What is not as wanted, with the line that says so; null when all is. */
export function unlike({ action, wanted }: Line, outcome: Outcome): string | null {
  const what = difference(wanted, outcome)
  return what === null ? null : `${printAction(action)}: ${what}`
}

function difference({ errno, address, ports, peer, receivers }: Wanted, outcome: Outcome): string | null {
  if (outcome.errno !== errno) return `${outcome.errno} instead of ${errno}`
  if (address !== undefined && outcome.local?.address !== address)
    return `at ${outcome.local?.address} instead of ${address}`
  if (ports !== undefined && !ports.includes(outcome.local?.port ?? -1))
    return `port ${outcome.local?.port} instead of ${ports.join(' or ')}`
  if (peer !== undefined && (outcome.peer?.address !== peer.address || outcome.peer.port !== peer.port))
    return `from ${JSON.stringify(outcome.peer)} instead of ${JSON.stringify(peer)}`
  if (receivers !== undefined && !(outcome.receiver !== undefined && receivers.includes(outcome.receiver)))
    return `received by ${outcome.receiver} instead of ${receivers.join(' or ')}`
  return null
}

/** Where the model allows more than the row wants, another errno, port or receiver; or fewer ports or receivers. */
export function inexact(
  openModel: OpenModel,
  { lines, program }: ReadCase,
  steps: readonly Step[],
): Disagreement | null {
  const model = openModel(program.surroundings)
  for (const [at, { action, outcome }] of steps.entries()) {
    const { errnos, ports, receivers } = model.expect(action)
    const { wanted } = lines[at]!
    const other = errnos.find(errno => errno !== wanted.errno)
    if (other !== undefined) return { at, why: `${other} would do as well` }
    if (wanted.errno === 'OK' && wanted.ports !== undefined && ports !== undefined) {
      const port = Array.from({ length: BLOCK }, (_, i) => i).find(
        i => ports(i) && !wanted.ports!.includes(i),
      )
      if (port !== undefined) return { at, why: `port ${port} would do as well` }
      const unfree = wanted.ports.find(one => !ports(one))
      if (unfree !== undefined) return { at, why: `port ${unfree} may be chosen as well` }
    }
    const allowed = receivers?.(outcome.local?.port ?? 0)
    const receiver = allowed?.find(id => wanted.receivers?.includes(id) === false)
    const missing = allowed && wanted.receivers?.find(id => !allowed.includes(id))
    if (wanted.errno === 'OK' && missing !== undefined) return { at, why: `${missing} may receive as well` }
    if (wanted.errno === 'OK' && receiver !== undefined) return { at, why: `${receiver} would do as well` }
    model.adopt(action, outcome)
  }
  return null
}
