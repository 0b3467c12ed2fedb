/**
 * Runs packets through the running kernel, in a namespace that this thread enters: loads rule sets, writes packets into the
 * devices, and says what came of each: delivered, sent on, answered, and by which rules it went.
 *
 * Nothing is waited for: on one processor a packet has been handled, through every chain, when the call that writes it
 * returns.
 */
import { spawnSync } from 'node:child_process'
import { readSync, writeFileSync, writeSync } from 'node:fs'
import { decodeTrace, type TraceEvent } from '../../../src/wire/nft-trace.ts'
import {
  closeFile,
  enterNewNamespace,
  forgetConnections,
  openNetfilter,
  openSender,
  openSenderAs,
  openSink,
  openTrace,
  openTun,
  openWitness,
  ready,
  receive,
  sendRaw,
} from './calls.ts'
import { type Ground, OTHER_PROTOCOLS } from './ground.ts'
import { PLAIN_SOCKETS, SOCKETS } from './ground-sockets.ts'
import { SENDERS, type Sender } from './notation.ts'

/** By itself: with the last rule that needs it goes conntrack, so that every rule set begins alike. */
const NO_RULES: Load = { command: ['nft', 'flush', 'ruleset'], input: '' }

/** Loads of nft that follow one another are one: starting programs is most of the work. */
function together(loads: readonly Load[]): Load[] {
  const joined: Load[] = []
  for (const load of loads) {
    const last = joined.at(-1)
    if (last !== undefined && last !== NO_RULES && last.command[0] === 'nft' && load.command[0] === 'nft')
      joined[joined.length - 1] = { command: last.command, input: `${last.input}\n${load.input}` }
    else joined.push(load)
  }
  return joined
}

export const TRACING_TABLE = 'judge'
/** Its chain that only packets made here meet. */
export const MADE = 'made'

export interface Shot {
  readonly from: string | null
  /** Whose socket sends it, where that isn't root's. */
  readonly sender?: Sender
  readonly destination: string
  readonly packet: Uint8Array
}

export interface Observation {
  /** The kernel refused to send it: a rule of `output` or `postrouting` dropped it. */
  readonly refused: boolean
  /** Copies of what was delivered here. */
  readonly delivered: readonly Uint8Array[]
  /** What left by a device. */
  readonly left: readonly { readonly device: string; readonly packet: Uint8Array }[]
  readonly trace: readonly TraceEvent[]
  /** Listings with counters after it, where they were asked for. */
  readonly counters?: readonly string[]
}

/** How rules are loaded: `nft -f -`, or iptables' restore programs. */
export interface Load {
  readonly command: readonly string[]
  readonly input: string
}

export class Executor {
  readonly #ground: Ground
  readonly #tuns: readonly number[]
  readonly #witnesses: readonly { readonly fd: number; readonly isV6: boolean }[]
  readonly #senders: ReadonlyMap<Sender | undefined, { readonly v4: number; readonly v6: number }>
  readonly #trace: number
  readonly #netfilter: number
  readonly #held: number[] = []
  readonly #buffer = Buffer.allocUnsafeSlow(65_536)

  constructor(ground: Ground) {
    this.#ground = ground
    enterNewNamespace()
    this.#tuns = ground.devices.map(device => openTun(device, ground.hasLink))
    for (const command of ground.commands) run(command.split(' '))
    for (const [name, value] of Object.entries(ground.settings))
      writeFileSync(`/proc/sys/net/${name}`, `${value}\n`)
    const protocols = [6, 17, ...OTHER_PROTOCOLS]
    this.#witnesses = [false, true].flatMap(isV6 =>
      protocols.map(protocol => ({ fd: openWitness(isV6, protocol), isV6 })),
    )
    this.#senders = new Map([
      [undefined, { v4: openSender(false), v6: openSender(true) }],
      ...SENDERS.map(one => [one, { v4: openSenderAs(one, false), v6: openSenderAs(one, true) }] as const),
    ])
    this.#trace = openTrace()
    this.#netfilter = openNetfilter()
    for (const socket of ground.hasSockets ? SOCKETS : PLAIN_SOCKETS) {
      for (const isV6 of [false, true])
        this.#held.push(openSink('tcp', isV6, socket), openSink('udp', isV6, socket))
    }
  }

  /** Forgets all rules and connections, and takes these. Answers what nft says of them, or why it refused them. */
  load(loads: readonly Load[]): { readonly listing: string } | { readonly refused: string } {
    const tracing: Load = { command: ['nft', '-f', '-'], input: this.#ground.tracing }
    for (const { command, input } of together([NO_RULES, ...loads, tracing])) {
      const done = spawnSync(command[0]!, command.slice(1), { input, encoding: 'utf8' })
      if (done.status !== 0) return { refused: `${command.join(' ')}: ${done.stderr}` }
    }
    forgetConnections(this.#netfilter)
    this.#drain()
    const listed = spawnSync('nft', ['-j', '-a', 'list', 'ruleset'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    // nft 1.0.6 fails over some of its own rules.
    return listed.status === 0 ? { listing: listed.stdout } : { refused: `nft list: ${listed.stderr}` }
  }

  shoot({ from, sender, destination, packet }: Shot): Observation {
    let refused = false
    if (from !== null) writeSync(this.#tuns[this.#ground.devices.indexOf(from)]!, packet)
    else {
      const { v4, v6 } = this.#senders.get(sender)!
      refused = !sendRaw(destination.includes(':') ? v6 : v4, packet, destination)
    }
    const left = this.#readTuns()
    const delivered = this.#readWitnesses()
    const trace: TraceEvent[] = []
    for (let bytes = receive(this.#trace); bytes !== null; bytes = receive(this.#trace))
      trace.push(...decodeTrace(bytes))
    return { refused, delivered, left, trace }
  }

  /** What has come meanwhile is nobody's. */
  forget(): void {
    this.#drain()
  }

  list(command: readonly string[]): string {
    return run(command)
  }

  #readTuns(): Observation['left'] {
    const left: { device: string; packet: Uint8Array }[] = []
    for (let some = ready(this.#tuns); some.includes(true); some = ready(this.#tuns)) {
      for (const [i, fd] of this.#tuns.entries()) {
        if (!some[i]) continue
        const length = readSync(fd, this.#buffer)
        const packet = this.#ground.packetIn(Uint8Array.from(this.#buffer.subarray(0, length)))
        if (packet !== null) left.push({ device: this.#ground.devices[i]!, packet })
      }
    }
    return left
  }

  #readWitnesses(): Uint8Array[] {
    const got: Uint8Array[] = []
    const some = ready(this.#witnesses.map(({ fd }) => fd))
    for (const [i, { fd }] of this.#witnesses.entries()) {
      if (!some[i]) continue
      for (let bytes = receive(fd); bytes !== null; bytes = receive(fd)) got.push(Uint8Array.from(bytes))
    }
    return got
  }

  #drain(): void {
    this.#readTuns()
    this.#readWitnesses()
    while (receive(this.#trace) !== null);
  }

  close(): void {
    const all = [
      ...this.#tuns,
      ...this.#witnesses.map(({ fd }) => fd),
      ...this.#held,
      this.#trace,
      this.#netfilter,
    ]
    const senders = [...this.#senders.values()].flatMap(({ v4, v6 }) => [v4, v6])
    for (const fd of [...all, ...senders]) closeFile(fd)
  }
}

function run([program = '', ...args]: readonly string[], input = ''): string {
  const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`)
  return done.stdout
}
