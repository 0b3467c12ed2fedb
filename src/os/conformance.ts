/**
 * The suite that every host passes: what the doc comments of `os.ts` promise, as cases that throw where a promise is
 * broken.
 *
 * For the authors of hosts. A host comes with a stage, a small machine of which something is known: sockets that are
 * open, a process that lives, a namespace beside our own. Any test runner will do:
 *
 *     for (const one of CONFORMANCE) test(one.name, () => runCase(one, openStage))
 *
 * A case that needs what a stage doesn't have can't judge its host: `unmet` tells which those are. What a host answers
 * is judged on live tables, too: rows that came or went between two questions prove nothing and are left out.
 */
import type { Family, SocketProtocol } from '../model/protocol.ts'
import type { SocketState } from '../model/socket.ts'
import { ACT_CASES } from './conformance-acts.ts'
import { CONNECTION_CASES } from './conformance-connections.ts'
import { FILTER_CASES } from './conformance-filter.ts'
import { HOST_CASES } from './conformance-host.ts'
import { OWNER_CASES } from './conformance-owners.ts'
import { PASSING_CASES } from './conformance-passing.ts'
import { PORT_CASES } from './conformance-ports.ts'
import { PROBE_CASES } from './conformance-probe.ts'
import { SOCKET_CASES } from './conformance-sockets.ts'
import { SURROUNDING_CASES } from './conformance-surroundings.ts'
import { TRIAL_CASES } from './conformance-trials.ts'
import type { OS } from './os.ts'

export interface Stage {
  readonly os: OS
  /** Sockets that stay in the table of our own namespace while the stage stands. */
  readonly sockets?: readonly StagedSocket[]
  /** A process that lives in our own namespace and can be read while the stage stands. */
  readonly pid?: number
  /** Inode of another namespace that can be read, with a socket in it. */
  readonly otherNamespace?: number
  /** A setting that can be read, and what it is set to. */
  readonly tunable?: readonly [name: string, value: string]
  /** A user id that has a name. */
  readonly user?: readonly [uid: number, name: string]
  /** An address that one of our interfaces has. */
  readonly address?: string
  /** Binds can be tried here. */
  readonly binds?: true
  /** Claims can be made here, and there are none. */
  readonly claims?: true
  /** Takes down what was put up, after the host was closed. */
  close?(): void | Promise<void>
}

export interface StagedSocket {
  readonly protocol: SocketProtocol
  readonly family: Family
  readonly state: SocketState
  readonly localPort?: number
  readonly peerPort?: number
  /** A process that holds it and may be seen to. */
  readonly holder?: number
}

export interface Case {
  /** The promise, as a sentence. */
  readonly name: string
  /** What of a stage it can't do without. */
  readonly needs: readonly (keyof Stage)[]
  /** Throws an error that says what was wrong. */
  run(stage: Stage): Promise<void>
}

export const CONFORMANCE: readonly Case[] = Object.freeze([
  ...SOCKET_CASES,
  ...OWNER_CASES,
  ...SURROUNDING_CASES,
  ...FILTER_CASES,
  ...CONNECTION_CASES,
  ...ACT_CASES,
  ...TRIAL_CASES,
  ...PORT_CASES,
  ...PROBE_CASES,
  ...PASSING_CASES,
  ...HOST_CASES,
])

/** What a case needs and a stage doesn't have. */
export const unmet = (one: Case, stage: Stage): readonly (keyof Stage)[] =>
  one.needs.filter(need => stage[need] === undefined)

/** Opens a stage, runs the case on it, and closes both whatever happens. */
export async function runCase(one: Case, open: () => Promise<Stage>): Promise<void> {
  const stage = await open()
  try {
    const missing = unmet(one, stage)
    if (missing.length > 0) throw new Error(`the stage has no ${missing.join(', ')}`)
    await one.run(stage)
  } finally {
    await stage.os.close()
    await stage.close?.()
  }
}
