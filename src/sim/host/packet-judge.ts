/**
 * What a host's rules make of a packet. A judge remembers connections; time is handed to it, milliseconds that never go back.
 */
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Connection } from '../../model/path/connections.ts'
import type { Host } from '../../model/path/host.ts'
import { type Path, pathOf, type Travel } from '../../model/path/path.ts'

export interface PacketJudge {
  /** A packet that came in by a device. */
  receive(travel: Travel, now: number): Path
  /** A packet made here. */
  make(travel: Travel, now: number): Path
}

export class RuleJudge implements PacketJudge {
  readonly #ruleset: Ruleset
  readonly #host: Host
  #connections: readonly Connection[] = []

  constructor(ruleset: Ruleset, host: Host) {
    this.#ruleset = ruleset
    this.#host = host
  }

  receive(travel: Travel): Path {
    return this.#judge(travel)
  }

  make(travel: Travel): Path {
    return this.#judge(travel)
  }

  #judge(travel: Travel): Path {
    const path = pathOf(this.#ruleset, this.#host, { ...travel, connections: this.#connections })
    this.#connections = path.connections
    return path
  }
}
