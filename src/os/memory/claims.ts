/** Claims of a described machine: a map, and processes that live while the machine has them. */
import type { Claim, ClaimHolder } from '../../model/claim.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { ClaimNote, ClaimStore } from '../os.ts'
import type { Machine } from './machine.ts'

/** Pid of the program that asks, and of who called it, on every machine. Neither needs to be described. */
const SELF = 4000
const CALLER = 3999

const stores = new WeakMap<Machine, Map<string, readonly [Claim, ClaimNote]>>()

export function claimsOf(machine: Machine): ClaimStore {
  const claims = stores.get(machine) ?? new Map<string, readonly [Claim, ClaimNote]>()
  stores.set(machine, claims)
  const startOf = (pid: number): number | undefined =>
    machine.processes.get(pid)?.process.startedAt ?? (pid === SELF || pid === CALLER ? 0 : undefined)
  const holder = (pid: number): Known<ClaimHolder> => {
    const start = startOf(pid)
    return start === undefined ? unknown('vanished') : known({ pid, start, space: 0 })
  }
  return {
    place: 'memory',
    uid: 0,
    list: () => Array.from(claims.values(), ([claim]) => claim),
    add(claim, text) {
      const name = nameOf(claim)
      if (claims.has(name)) return false
      claims.set(name, [claim, { uid: 0, text }])
      return true
    },
    remove(claim) {
      claims.delete(nameOf(claim))
      return true
    },
    note(claim) {
      const found = claims.get(nameOf(claim))
      return found === undefined ? unknown('vanished') : known(found[1])
    },
    lives: ({ pid, start }) => known(startOf(pid) === start),
    holder: which => holder(which === 'self' ? SELF : which === 'caller' ? CALLER : which),
  }
}

const nameOf = (claim: Claim): string => JSON.stringify(claim)
