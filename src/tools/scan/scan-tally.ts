/**
 * Results put together: counts by target, state and reason, and the results that are worth a line each. A port that is closed is one of
 * tens of thousands, and so are others where one reason holds for many.
 */
import type { Address } from '../../model/address.ts'
import { compareAddresses } from '../../model/address.ts'
import type { ProbeState } from '../../os/probe-plan.ts'
import type { ScanResult } from './scan.ts'

/** Ports of one target that are filtered or unknown for one reason: more of them are only counted. */
const FEW = 20

export interface ScanGroup {
  readonly state: ProbeState
  readonly reason: string
  readonly ports: number
  /** They are only counted here, and not among the results. */
  readonly summedUp: boolean
}

export interface TargetTally {
  readonly address: Address
  readonly name?: string
  readonly counts: Readonly<Record<ProbeState, number>>
  readonly groups: readonly ScanGroup[]
  /** Tries at ports that were heard in the end, open or closed; and how many of them were not answered. */
  readonly heard: { readonly tries: number; readonly lost: number }
}

interface Group {
  readonly state: ProbeState
  readonly reason: string
  ports: number
  /** Null: too many. */
  kept: ScanResult[] | null
}

interface Target {
  readonly name: string | undefined
  readonly counts: Record<ProbeState, number>
  readonly groups: Map<string, Group>
  readonly heard: { tries: number; lost: number }
}

export class ScanTally {
  readonly #all: boolean
  readonly #targets = new Map<Address, Target>()
  readonly total: Readonly<Record<ProbeState, number>> & { readonly tries: number }
  readonly #total = { open: 0, closed: 0, filtered: 0, unknown: 0, tries: 0 }

  /** `all`: every result is kept. */
  constructor(all = false) {
    this.#all = all
    this.total = this.#total
  }

  add(result: ScanResult): void {
    const { address, state, reason } = result
    this.#total[state]++
    this.#total.tries += result.tries
    let target = this.#targets.get(address)
    if (target === undefined) {
      target = {
        name: result.name,
        counts: { open: 0, closed: 0, filtered: 0, unknown: 0 },
        groups: new Map(),
        heard: { tries: 0, lost: 0 },
      }
      this.#targets.set(address, target)
    }
    target.counts[state]++
    if (result.ms !== undefined && (state === 'open' || state === 'closed')) {
      target.heard.tries += result.tries
      target.heard.lost += result.tries - 1
    }
    const key = `${state} ${reason}`
    let group = target.groups.get(key)
    if (group === undefined) {
      group = { state, reason, ports: 0, kept: this.#all || state !== 'closed' ? [] : null }
      target.groups.set(key, group)
    }
    group.ports++
    group.kept?.push(result)
    if (!this.#all && state !== 'open' && group.ports > FEW) group.kept = null
  }

  /** Results so far. */
  get settled(): number {
    const { open, closed, filtered, unknown } = this.#total
    return open + closed + filtered + unknown
  }

  /** Addresses in order, in each the states with most ports last. */
  targets(): readonly TargetTally[] {
    return [...this.#targets]
      .sort(([a], [b]) => compareAddresses(a, b))
      .map(([address, { name, counts, groups, heard }]) => ({
        address,
        ...(name === undefined ? {} : { name }),
        counts,
        heard,
        groups: [...groups.values()]
          .sort((a, b) => a.ports - b.ports || (a.reason < b.reason ? -1 : 1))
          .map(({ state, reason, ports, kept }) => ({ state, reason, ports, summedUp: kept === null })),
      }))
  }

  /** What was kept, by address and port. */
  results(): readonly ScanResult[] {
    return [...this.#targets.values()]
      .flatMap(({ groups }) => [...groups.values()].flatMap(({ kept }) => kept ?? []))
      .sort((a, b) => (a.address === b.address ? a.port - b.port : compareAddresses(a.address, b.address)))
  }
}
