/**
 * A row of the matrix: a fault, how it is made and mended, what a plain program sees of it, and what must be said of it from each
 * point of view. What is expected was written down before any diagnosis was run.
 */

import type { Lab } from './lab/lab.ts'
import type { Order } from './lab/order.ts'
import type { PlainTry } from './lab/plain-connect.ts'
import type { Topology } from './lab/topology.ts'

export type Code = string

/** One step of making a fault; mending takes the steps back in the other order. */
export type Change =
  | { readonly kind: 'rules'; readonly host: string; readonly text: string }
  | {
      readonly kind: 'ip'
      readonly host: string
      readonly lines: readonly string[]
      readonly back: readonly string[]
    }
  | {
      readonly kind: 'tune'
      readonly host: string
      readonly settings: Readonly<Record<string, string | number>>
    }
  /** Instead of what serves there otherwise. `before`: words in front of the program. */
  | {
      readonly kind: 'serve'
      readonly host: string
      readonly orders: readonly Order[]
      readonly before?: readonly string[]
    }
  | {
      readonly kind: 'step'
      readonly inject: (lab: Lab) => Promise<void>
      readonly undo: (lab: Lab) => Promise<void>
      /** The same in words that a simulated network has, too. */
      readonly alike?: Alike
    }

/** What a step comes to, so that it can be made without a kernel. */
export type Alike =
  /** It is for what undoing leaves behind. */
  | { readonly is: 'nothing' }
  /** The program that serves there is stopped, or one beside it. */
  | { readonly is: 'stopped'; readonly host: string; readonly beside?: Order }
  /** The table of tracked connections is full, of connections that nobody gives up. */
  | { readonly is: 'full-table'; readonly host: string; readonly holds: number }
  /** Where the client looks names up (hosts(5), resolv.conf(5)). */
  | { readonly is: 'naming'; readonly hosts?: string; readonly resolvers?: string; readonly stays: boolean }
  /** The client tried a while before. */
  | { readonly is: 'tried'; readonly address: string; readonly port: number; readonly afterMs: number }
  /** The client has so many connections there, from such ports if they matter. */
  | {
      readonly is: 'connected'
      readonly address: string
      readonly port: number
      readonly times: number
      readonly sourcePort?: number
    }

/**
 * How a plain try ends. `time`: `at once` the call itself says no; `quick` within a second; `seconds` after some, since somebody was
 * waited for. Of silence there is no time.
 */
export interface Symptom {
  /** Or one of several where the kernel's timing or chance decides. */
  readonly connect: string | readonly string[]
  readonly time?: 'at once' | 'quick' | 'seconds'
  /** What came after the connection. */
  readonly next?: string | readonly string[] | RegExp
  /** What openssl says of the handshake. */
  readonly tls?: RegExp
}

export type Verdict = 'reachable' | 'unreachable' | 'degraded' | 'unknown'

/** `first`: this cause is named first. `oneOf`: all that is named is of these, and the culprit is among them. */
export interface Expected {
  readonly verdict: Verdict | readonly Verdict[]
  readonly first?: Code | readonly Code[]
  readonly oneOf?: readonly Code[]
  /** True as well, and may be proven. */
  readonly beside?: readonly Code[]
  /** What the culprit shows itself as from there, where less can be known. */
  readonly culprit?: Code | readonly Code[]
  /** A cause that must be told just so, wherever it stands among them. */
  readonly at?: {
    readonly code: Code
    readonly host: string
    readonly stage?: string
    readonly certainty: string
  }
  /** Of the first cause. */
  readonly host?: string
  readonly stage?: string
}

/** A network as a row wants it, and what is asked there. */
export interface Setting {
  readonly name: string
  /** The client, a router and a server by default. */
  readonly topology?: Topology
  /** What is asked: the server's port 8080 by default. */
  readonly target?: string
  readonly protocol?: 'tcp' | 'udp'
  readonly source?: string
  /** What the server has when nothing is wrong; a page at port 8080 by default. */
  readonly healthy?: readonly Order[]
  readonly changes: readonly Change[]
  /** Where the fault is in the request: the request that has none. */
  readonly mended?: { readonly target?: string; readonly source?: string }
  /** What a plain program says once it is connected. */
  readonly try?: Partial<PlainTry>
}

export interface Fault extends Setting {
  readonly plain: Symptom
  /** The cause that it is. */
  readonly culprit: Code
  readonly client: Expected
  readonly withTarget?: Expected
  readonly withRouter?: Expected
  /** Where less can be seen without rights, what is expected then; by default, as of the client with no proof that is wrong. */
  readonly unprivileged?: Expected
  /** It takes so much of the machine that others would be late beside it: it has the machine for itself. */
  readonly alone?: true
  /** Needs no evidence that only a kernel has: it runs on a simulated network, too. */
  readonly sim?: true
}

export const rules = (host: string, text: string): Change => ({ kind: 'rules', host, text })

/** A table with one chain of one rule: `chainOf('arp', 'type filter hook input priority 0', 'drop')`. */
export const chainOf = (family: string, spec: string, rule: string): string =>
  `table ${family} fault {\n  chain at {\n    ${spec};\n    ${rule}\n  }\n}\n`

const chain = (hook: string, rule: string, policy = 'accept', priority = 0): string =>
  chainOf('inet', `type filter hook ${hook} priority ${priority}; policy ${policy}`, rule)

/** A chain of one hook with one rule. */
export const filter = (
  host: string,
  hook: string,
  rule: string,
  policy?: string,
  priority?: number,
): Change => rules(host, chain(hook, rule, policy, priority))

export const ip = (host: string, lines: readonly string[], back: readonly string[]): Change => ({
  kind: 'ip',
  host,
  lines,
  back,
})

export const tune = (host: string, settings: Readonly<Record<string, string | number>>): Change => ({
  kind: 'tune',
  host,
  settings,
})

export const serve = (...orders: readonly Order[]): Change => ({ kind: 'serve', host: 'server', orders })

export const named = (first: Code, verdict: Verdict = 'unreachable'): Expected => ({ verdict, first })

export const at = (first: Code, host: string, stage?: string): Expected => ({
  verdict: 'unreachable',
  first,
  host,
  ...(stage !== undefined && { stage }),
})

export const among = (oneOf: readonly Code[], verdict: Verdict = 'unreachable'): Expected => ({
  verdict,
  oneOf,
})

/** The program that serves there is stopped, as a debugger or a full terminal stops it. */
export const stop = (host: string): Change => ({
  kind: 'step',
  inject: async lab => lab.signal(host, 'SIGSTOP'),
  undo: async lab => lab.signal(host, 'SIGCONT'),
  alike: { is: 'stopped', host },
})
