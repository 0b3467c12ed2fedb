/** Whether any chain stands where the frames of a bridge pass, so that it matters by which port they do. */
import type { BaseChain, Ruleset } from '../filter/ruleset.ts'

const known = new WeakMap<Ruleset, Map<string, boolean>>()

export function looksAtFrames(ruleset: Ruleset, ports: readonly string[]): boolean {
  const answers = known.get(ruleset) ?? new Map<string, boolean>()
  known.set(ruleset, answers)
  const key = ports.join(' ')
  const answer = answers.get(key) ?? anyChain(ruleset, ports)
  answers.set(key, answer)
  return answer
}

const anyChain = ({ tables }: Ruleset, ports: readonly string[]): boolean =>
  tables.some(
    ({ family, dormant, chains }) =>
      !dormant &&
      chains.some(({ base }) => base !== undefined && (family === 'bridge' || standsAt(base, ports))),
  )

/** A chain whose devices aren't known may stand anywhere. */
const standsAt = ({ hook, devices }: BaseChain, ports: readonly string[]): boolean =>
  (hook === 'ingress' || hook === 'egress') &&
  (devices.length === 0 || devices.some(device => ports.includes(device)))
