/**
 * The command tree, and which command the words ask for. A spec is imported when its command is asked for, so a command
 * pays only for itself. A command of a group has two words, the group's first: `fw test`.
 */
import type { AnySpec, Example } from './command.ts'

export interface CommandEntry {
  /** One line, for help and completion. */
  readonly brief: string
  /** Left out of lists: it has a shorter spelling, or is for machines. */
  readonly hidden?: true
  readonly spec: () => Promise<{ readonly default: AnySpec }>
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = Object.freeze({
  overview: {
    brief: 'Show what listens, by who can reach it',
    hidden: true,
    spec: () => import('./specs/overview.ts'),
  },
  explain: {
    brief: 'Say who holds a port, since when, who can reach it',
    spec: () => import('./specs/explain.ts'),
  },
  ls: {
    brief: 'List sockets and their owners',
    spec: () => import('./specs/ls.ts'),
  },
  watch: {
    brief: 'Report sockets as they open, close and change hands',
    spec: () => import('./specs/watch.ts'),
  },
  stop: {
    brief: 'Free a port by ending who holds it, after asking',
    spec: () => import('./specs/stop.ts'),
  },
  wait: {
    brief: 'Wait until a port, page or file is there, or a port is free',
    spec: () => import('./specs/wait.ts'),
  },
  why: {
    brief: 'Say why a port can’t be reached, and what to do about it',
    spec: () => import('./specs/why.ts'),
  },
  scan: {
    brief: 'Say which TCP ports of others are open, closed or filtered',
    spec: () => import('./specs/scan.ts'),
  },
  forward: {
    brief: 'Pass on what comes to a port of this machine',
    spec: () => import('./specs/forward.ts'),
  },
  listen: {
    brief: 'Listen on a port and say who comes, and from where',
    spec: () => import('./specs/listen.ts'),
  },
  capacity: {
    brief: 'Say how long ports, queues and tables last, and why they run out',
    spec: () => import('./specs/capacity.ts'),
  },
  'nat show': {
    brief: 'Say what is translated, by which rules, and what is left',
    spec: () => import('./specs/nat-show.ts'),
  },
  'nat type': {
    brief: 'Say what NAT is between here and a server',
    spec: () => import('./specs/nat-type.ts'),
  },
  'nat plan': {
    brief: 'Say how many addresses subscribers behind a NAT need',
    spec: () => import('./specs/nat-plan.ts'),
  },
  trace: {
    brief: 'Follow a packet through this machine, stage by stage',
    spec: () => import('./specs/trace.ts'),
  },
  'fw show': {
    brief: 'Say who manages the filter and what it opens, then the rules',
    spec: () => import('./specs/fw-show.ts'),
  },
  'fw test': {
    brief: 'Say whether packets pass, and which rule decides',
    spec: () => import('./specs/fw-test.ts'),
  },
  'fw explain': {
    brief: 'Say from where a port can be reached, through which rules',
    spec: () => import('./specs/fw-explain.ts'),
  },
  'fw find': {
    brief: 'Find a packet that passes or not, or prove that there is none',
    spec: () => import('./specs/fw-find.ts'),
  },
  'fw lint': {
    brief: 'Find rules that are shadowed, unreachable, too wide, unused',
    spec: () => import('./specs/fw-lint.ts'),
  },
  'fw diff': {
    brief: 'Compare two rule sets by what they do',
    spec: () => import('./specs/fw-diff.ts'),
  },
  'fw export': {
    brief: 'Print the rules as nftables text',
    spec: () => import('./specs/fw-export.ts'),
  },
  'fw status': {
    brief: 'Say whether a change of the rules is on trial',
    spec: () => import('./specs/fw-status.ts'),
  },
  'fw apply': {
    brief: 'Put rules on trial, rolled back unless confirmed',
    spec: () => import('./specs/fw-apply.ts'),
  },
  'fw confirm': {
    brief: 'Keep the rules on trial, from a new login',
    spec: () => import('./specs/fw-confirm.ts'),
  },
  'fw rollback': {
    brief: 'Take the rules on trial back',
    spec: () => import('./specs/fw-rollback.ts'),
  },
  'fw open': {
    brief: 'Let others in to a port',
    spec: () => import('./specs/fw-open.ts'),
  },
  'fw close': {
    brief: 'Keep others out of a port',
    spec: () => import('./specs/fw-close.ts'),
  },
  'fw generate': {
    brief: 'Print the least rules for what listens, or for a policy',
    spec: () => import('./specs/fw-generate.ts'),
  },
  'fw watchdog': {
    brief: 'Watch over rules on trial until they are decided',
    hidden: true,
    spec: () => import('./specs/fw-watchdog.ts'),
  },
  name: {
    brief: 'Say what a port is for, or which port a service has',
    spec: () => import('./specs/name.ts'),
  },
  'can-bind': {
    brief: 'Say whether a port can be bound, and what is in the way',
    spec: () => import('./specs/can-bind.ts'),
  },
  free: {
    brief: 'Print ports that are free on IPv4 and IPv6',
    spec: () => import('./specs/free.ts'),
  },
  lease: {
    brief: 'Lease a port to a name, until its holder ends',
    spec: () => import('./specs/lease.ts'),
  },
  leases: {
    brief: 'List the leased ports of this machine',
    spec: () => import('./specs/leases.ts'),
  },
  release: {
    brief: 'End leases before their time',
    spec: () => import('./specs/release.ts'),
  },
  exec: {
    brief: 'Run a program with a leased port',
    spec: () => import('./specs/exec.ts'),
  },
  'hold-lease': {
    brief: 'Keep the ports of a lease bound while it lasts',
    hidden: true,
    spec: () => import('./specs/hold-lease.ts'),
  },
  agent: {
    brief: 'Answer a ports on another machine',
    spec: () => import('./specs/agent.ts'),
  },
  platform: {
    brief: 'Show the port rules of this system and of others',
    spec: () => import('./specs/platform.ts'),
  },
  completions: {
    brief: 'Print a script that completes commands in a shell',
    spec: () => import('./specs/completions.ts'),
  },
  schema: {
    brief: 'Print the JSON Schema of a document',
    spec: () => import('./specs/schema.ts'),
  },
  self: {
    brief: 'Say what this program uses and what it may see here',
    spec: () => import('./specs/self.ts'),
  },
})

export interface CommandGroup {
  readonly brief: string
  /** The command that the group's name alone stands for. */
  readonly preset: string
  readonly examples: readonly [Example, Example, Example]
}

/** Commands under one word. */
export const GROUPS: Readonly<Record<string, CommandGroup>> = Object.freeze({
  fw: {
    brief: 'Ask the packet filter what passes, and change it safely',
    preset: 'show',
    examples: [
      ['ports fw', 'who manages the filter, and what it opens'],
      ['ports fw test "tcp 10.0.0.9:4000 -> 10.0.0.2:22"', 'does that packet pass, by which rule?'],
      ['ports fw explain 443', 'from where is port 443 reached?'],
    ],
  },
  nat: {
    brief: 'See what is translated, ask what NAT lies ahead, and plan',
    preset: 'show',
    examples: [
      ['sudo ports nat', 'what is translated, and by which rules?'],
      ['ports nat type --server stun.example.net', 'what NAT is between us and it?'],
      ['ports nat plan --subscribers 5000 --rate 0.2 --hold 5m', 'how many addresses do they need?'],
    ],
  },
})

/** The commands of a group, without the group's name. */
export const commandsOf = (group: string): readonly string[] =>
  Object.keys(COMMANDS).flatMap(name =>
    name.startsWith(`${group} `) && COMMANDS[name]!.hidden !== true ? [name.slice(group.length + 1)] : [],
  )

/** What a command is called in messages and help. */
export const commandLine = (name: string): string => (name === 'overview' ? 'ports' : `ports ${name}`)

export type Route =
  | { readonly kind: 'command'; readonly name: string; readonly words: readonly string[] }
  | { readonly kind: 'complete'; readonly words: readonly string[] }
  | { readonly kind: 'group'; readonly name: string }
  /** No such command; or none in the group. */
  | { readonly kind: 'unknown'; readonly word: string; readonly group?: string }
  | { readonly kind: 'help' | 'version' }

/**
 * A word that can only be a port or an endpoint: it starts with a digit, a colon, a bracket or a protocol.
 * `-5` is a port somebody got wrong: `explain` says so.
 */
const TARGET = /^(?:-?\d|:|\[|(?:tcp|udp|sctp|dccp)\/)/

export function route(argv: readonly string[]): Route {
  const [first, ...rest] = argv
  if (first === undefined) return { kind: 'command', name: 'overview', words: [] }
  if (first === '-h' || first === '--help') return { kind: 'help' }
  if (first === '-v' || first === '--version') return { kind: 'version' }
  if (first === 'help') {
    return rest[0] === undefined ? { kind: 'help' } : route([...rest.slice(0, 2), '--help'])
  }
  if (TARGET.test(first)) return { kind: 'command', name: 'explain', words: argv }
  if (first.startsWith('-')) return { kind: 'command', name: 'overview', words: argv }
  if (first === '__complete') return { kind: 'complete', words: rest }
  if (Object.hasOwn(GROUPS, first)) return routeIn(first, rest)
  if (Object.hasOwn(COMMANDS, first)) return { kind: 'command', name: first, words: rest }
  return { kind: 'unknown', word: first }
}

function routeIn(group: string, words: readonly string[]): Route {
  const [second, ...rest] = words
  if (second === '-h' || second === '--help' || second === 'help') return { kind: 'group', name: group }
  if (second === undefined || second.startsWith('-'))
    return { kind: 'command', name: `${group} ${GROUPS[group]!.preset}`, words }
  const name = `${group} ${second}`
  if (Object.hasOwn(COMMANDS, name)) return { kind: 'command', name, words: rest }
  return { kind: 'unknown', word: second, group }
}
