/**
 * Lets the running kernel translate: packets are written into tun devices of a namespace that this thread enters, and what
 * comes out of them is read, with the kernel's table of connections after each. On one processor all has happened when the
 * call that writes a packet returns, so nothing is waited for.
 */
import { spawnSync } from 'node:child_process'
import { readSync, writeFileSync, writeSync } from 'node:fs'
import type { Tuple } from '../../../src/model/filter/packet.ts'
import type { IpFamily } from '../../../src/model/protocol.ts'
import {
  closeFile,
  enterNewNamespace,
  forgetConnections,
  openNetfilter,
  openSender,
  openSink,
  openTun,
  openWitness,
  ready,
  receive,
  sendAll,
  sendRaw,
} from '../filter/calls.ts'
import { COMMANDS, DEVICES, type Device, OTHER_PROTOCOLS, PORTS, SETTINGS } from '../filter/ground.ts'

import {
  countersRequest,
  decodeCounters,
  decodeTable,
  deletion,
  entryRequest,
  type KernelCounters,
  type KernelEntry,
  tableRequest,
} from './dump.ts'

/**
 * The router's own stack answers what nobody listens for; those answers go no further, before connection tracking sees
 * them. The model is shown this table, too.
 */
const QUIET = `table inet quiet {
  chain out {
    type filter hook output priority -400; policy accept;
    tcp flags & rst == rst drop
    icmp type destination-unreachable drop
    icmpv6 type { destination-unreachable, parameter-problem } drop
  }
}`

export interface Passage {
  readonly delivered: readonly Uint8Array[]
  readonly left: readonly { readonly device: Device; readonly packet: Uint8Array }[]
}

export class NatExecutor {
  readonly #tuns: readonly number[]
  readonly #witnesses: readonly number[]
  readonly #senders: { readonly v4: number; readonly v6: number }
  readonly #netfilter: number
  readonly #held: number[] = []
  readonly #buffer = Buffer.allocUnsafeSlow(65_536)

  constructor() {
    enterNewNamespace()
    this.#tuns = DEVICES.map(openTun)
    for (const command of COMMANDS) run(['ip', ...command.split(' ')])
    for (const [name, value] of Object.entries(SETTINGS)) writeFileSync(`/proc/sys/net/${name}`, `${value}\n`)
    this.#witnesses = [6, 17, ...OTHER_PROTOCOLS].map(protocol => openWitness(false, protocol))
    this.#senders = { v4: openSender(false), v6: openSender(true) }
    this.#netfilter = openNetfilter()
    for (const port of PORTS)
      for (const isV6 of [false, true])
        this.#held.push(openSink('tcp', isV6, port), openSink('udp', isV6, port))
  }

  load(
    rules: string,
    settings: Readonly<Record<string, number>>,
  ): { readonly listing: string } | { readonly refused: string } {
    for (const [name, value] of Object.entries(settings))
      writeFileSync(`/proc/sys/net/netfilter/nf_conntrack_${name}`, `${value}\n`)
    const done = spawnSync('nft', ['-f', '-'], {
      input: `flush ruleset\n${QUIET}\n${rules}\n`,
      encoding: 'utf8',
    })
    if (done.status !== 0) return { refused: done.stderr }
    forgetConnections(this.#netfilter)
    this.#drain()
    return { listing: run(['nft', '-j', '-a', 'list', 'ruleset']) }
  }

  pass(from: Device | null, destination: string, packet: Uint8Array): Passage {
    if (from !== null) writeSync(this.#tuns[DEVICES.indexOf(from)]!, packet)
    else sendRaw(destination.includes(':') ? this.#senders.v6 : this.#senders.v4, packet, destination)
    return { left: this.#readTuns(), delivered: this.#readWitnesses() }
  }

  entries(): readonly KernelEntry[] {
    return this.#ask(tableRequest(), decodeTable).flatMap(({ entries }) => entries)
  }

  /** The entry whose first packet had that tuple. A whole listing takes the kernel a thousand times as long. */
  entry(family: IpFamily, protocol: number, original: Tuple): KernelEntry | undefined {
    sendAll(this.#netfilter, entryRequest(family, protocol, original))
    const bytes = receive(this.#netfilter)
    if (bytes === null) throw new Error('the kernel does not answer')
    return decodeTable(bytes).entries[0]
  }

  counters(): KernelCounters {
    const [counters] = this.#ask(countersRequest(), decodeCounters).map(one => one.counters)
    return counters!
  }

  forget(entry: KernelEntry): void {
    sendAll(this.#netfilter, deletion(entry))
    const answer = receive(this.#netfilter)
    if (answer === null || answer.readInt32LE(16) !== 0) throw new Error('an entry is not forgotten')
  }

  #ask<T extends { readonly done: boolean }>(request: Buffer, decode: (bytes: Buffer) => T): T[] {
    sendAll(this.#netfilter, request)
    const answers: T[] = []
    while (answers.at(-1)?.done !== true) {
      const bytes = receive(this.#netfilter)
      if (bytes === null) throw new Error('the kernel stopped in the middle of its answer')
      answers.push(decode(bytes))
    }
    return answers
  }

  #readTuns(): Passage['left'] {
    const left: { device: Device; packet: Uint8Array }[] = []
    for (let some = ready(this.#tuns); some.includes(true); some = ready(this.#tuns)) {
      for (const [i, fd] of this.#tuns.entries()) {
        if (!some[i]) continue
        const length = readSync(fd, this.#buffer)
        left.push({ device: DEVICES[i]!, packet: Uint8Array.from(this.#buffer.subarray(0, length)) })
      }
    }
    return left
  }

  #readWitnesses(): Uint8Array[] {
    const got: Uint8Array[] = []
    const some = ready(this.#witnesses)
    for (const [i, fd] of this.#witnesses.entries()) {
      if (!some[i]) continue
      for (let bytes = receive(fd); bytes !== null; bytes = receive(fd)) got.push(Uint8Array.from(bytes))
    }
    return got
  }

  #drain(): void {
    this.#readTuns()
    this.#readWitnesses()
  }

  close(): void {
    const { v4, v6 } = this.#senders
    for (const fd of [...this.#tuns, ...this.#witnesses, ...this.#held, this.#netfilter, v4, v6])
      closeFile(fd)
  }
}

function run([program = '', ...args]: readonly string[]): string {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`)
  return done.stdout
}
