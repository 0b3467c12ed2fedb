/**
 * A relay over a host's sockets: listeners for every rule, who may come and how many, a connection or conversation for each, what
 * is told of them, and the end.
 *
 * Kept: the end of one way while the other goes on, resets, back-pressure. Not kept: the client's address (the other side sees ours),
 * urgent data (RFC 6093), what a listener's queue holds at the moment in which it is closed. A name is looked up for each.
 */
import { withoutZone } from '../model/address.ts'
import { type Endpoint, endpointKey } from '../model/endpoint.ts'
import { contains } from '../model/prefix.ts'
import { localOf, type Opened, openPackets, openServer, peerOf } from './open-doors.ts'
import type { Cancellable } from './os.ts'
import { type Tried, triedOf } from './reach.ts'
import { type Because, RelayConnection } from './relay-connection.ts'
import { RelayConversation } from './relay-conversation.ts'
import { codeOf, type Doors, type StreamServer, type StreamSocket } from './relay-doors.ts'
import { RelayPackets } from './relay-packets.ts'
import { type Passing, RelayPassing } from './relay-passing.ts'
import type { Relay, RelayEvent, RelayOutcome, RelayPlan, RelayRule } from './relay-plan.ts'
import { resetStream } from './reset-stream.ts'
import { ToldQueue } from './told-queue.ts'

/** Events that are kept for a reader. */
const MOST_EVENTS = 16_384
/** How often a port that the host chose may turn out to be taken at another address. */
const CHOICES = 16
/** A conversation has no end: while we drain, one is over that was silent for so long, milliseconds. */
const LAST_ANSWER_MS = 2000
/** Clients of datagrams that were refused, each told of once in this time, milliseconds. */
const [REFUSED_MS, MOST_REFUSED] = [1000, 1024]

/** An event but for its time. */
type Told<E = RelayEvent> = E extends RelayEvent ? Omit<E, 'atMs'> : never

export async function relayOver(doors: Doors, plan: RelayPlan): Promise<RelayOutcome> {
  const relay = new DoorRelay(doors, plan)
  for (const [i, rule] of plan.rules.entries()) {
    const failed = await relay.open(i, rule)
    if (failed === null) continue
    await relay.drain({ signal: AbortSignal.abort() })
    return { kind: 'failed', rule, ...failed }
  }
  return { kind: 'running', relay }
}

class DoorRelay implements Relay {
  readonly listening: (readonly Endpoint[])[] = []
  readonly events: ToldQueue<RelayEvent>
  readonly #doors: Doors
  readonly #plan: RelayPlan
  readonly #passing: RelayPassing
  readonly #listeners: { close(): unknown }[] = []
  readonly #refused = new Set<string>()
  #lastId = 0
  #draining = false
  #isCut = false

  constructor(doors: Doors, plan: RelayPlan) {
    this.#doors = doors
    this.#plan = plan
    this.#passing = new RelayPassing(doors, plan.atMost)
    this.events = new ToldQueue(MOST_EVENTS, count => ({ kind: 'lost', count, atMs: doors.now() }))
  }

  /** Null, or where it could not listen and why. */
  async open(rule: number, { protocol, listen }: RelayRule): Promise<{ at: Endpoint; tried: Tried } | null> {
    const choices = listen.length > 1 && listen[0]?.port === 0 ? CHOICES : 1
    for (let choice = 1; ; choice++) {
      const opened: { close(): unknown }[] = []
      const places: Endpoint[] = []
      let failed: { at: Endpoint; tried: Tried } | null = null
      for (const wanted of listen) {
        const at = { ...wanted, port: places[0]?.port ?? wanted.port }
        const tried = await (protocol === 'tcp' ? this.#openStreams(rule, at) : this.#openPackets(rule, at))
        if (tried.kind !== 'yes') {
          failed = { at, tried }
          break
        }
        opened.push(tried.socket)
        places.push(tried.local)
      }
      if (failed === null) {
        this.#listeners.push(...opened)
        this.listening.push(places)
        return null
      }
      for (const one of opened) one.close()
      if (choice === choices || failed.tried.code !== 'EADDRINUSE') return failed
    }
  }

  async drain({ signal }: Cancellable = {}): Promise<void> {
    if (!this.#draining) {
      this.#draining = true
      for (const one of this.#listeners) one.close()
      this.#passing.hurry(one => {
        if (one instanceof RelayConversation)
          one.idleMs = Math.min(one.idleMs > 0 ? one.idleMs : LAST_ANSWER_MS, LAST_ANSWER_MS)
      })
    }
    const cut = (): void => {
      this.#isCut = true
      this.#passing.cutAll()
    }
    if (signal?.aborted) cut()
    signal?.addEventListener('abort', cut, { once: true })
    await this.#passing.empty()
    signal?.removeEventListener('abort', cut)
    this.events.end()
  }

  #openStreams(rule: number, at: Endpoint): Promise<Opened<StreamServer>> {
    const { bufferBytes } = this.#plan
    return openServer(
      this.#doors,
      { at, bufferBytes },
      socket => this.#welcome(rule, socket),
      tried => this.#tell({ kind: 'troubled', rule, tried }),
    )
  }

  #welcome(rule: number, client: StreamSocket): void {
    const from = peerOf(client)
    // Somebody who has gone already, of whom nothing is known any more; or who was taken as all were cut.
    if (from === undefined || this.#isCut) {
      client.on('error', () => {})
      resetStream(client)
      return
    }
    const because = this.#whyNot(from)
    if (because === null) this.#connect(rule, client, from)
    else {
      client.on('error', () => {})
      resetStream(client)
      this.#tell({ kind: 'refused', rule, from, because })
    }
  }

  #connect(rule: number, client: StreamSocket, from: Endpoint): void {
    const { doors, plan, id, startedAt } = this.#begin()
    const { to } = plan.rules[rule]!
    const upstream = doors.stream({ ...to, ...STREAM, highWaterMark: plan.bufferBytes })
    const broken = (): void => fail({ kind: 'broken', code: 'ECONNRESET' })
    const connecting: Passing = {
      idleMs: 0,
      activity: 0,
      cut: () => fail({ kind: 'broken', code: 'ECANCELED' }),
    }
    const settle = (): void => {
      stopWaiting()
      upstream.removeListener('error', refused)
      client.removeListener('error', broken)
      this.#passing.delete(connecting)
    }
    const fail = (tried: Tried): void => {
      settle()
      upstream.on('error', () => {})
      upstream.destroy()
      client.on('error', () => {})
      resetStream(client)
      this.#tell({ kind: 'failed', id, rule, from, tried })
    }
    const refused = (error: Error): void => fail(triedOf(codeOf(error)))
    const stopWaiting = doors.after(plan.connectTimeoutMs, () =>
      fail({ kind: 'timed-out', code: 'ETIMEDOUT' }),
    )
    client.on('error', broken)
    upstream.on('error', refused)
    upstream.once('connect', () => {
      const stands = peerOf(upstream)
      // Reset in the very moment in which it stood.
      if (stands === undefined) return fail({ kind: 'broken', code: 'ECONNRESET' })
      const passing: Passing = {
        idleMs: plan.tcpIdleMs,
        get activity() {
          return connection.activity
        },
        cut: because => connection.cut(because),
      }
      this.#tell({ kind: 'opened', id, rule, from, to: stands, as: localOf(upstream) })
      const connection = new RelayConnection(client, upstream, because => {
        const { forth, back } = connection
        this.#passing.delete(passing)
        this.#tell({ kind: 'closed', id, rule, from, forth, back, ms: this.#since(startedAt), because })
      })
      this.#passing.add(passing)
      settle()
    })
    this.#passing.add(connecting)
  }

  async #openPackets(rule: number, at: Endpoint): Promise<Opened<{ close(): unknown }>> {
    const opened = await openPackets(this.#doors, at, tried => this.#tell({ kind: 'troubled', rule, tried }))
    if (opened.kind !== 'yes') return opened
    const { socket, local } = opened
    const packets = new RelayPackets(socket, (from, answer, gone) => {
      const because = this.#whyNot(from)
      if (because !== null) {
        this.#tellRefused(rule, from, because)
        return null
      }
      const { doors, plan, id, startedAt } = this.#begin()
      const conversation: RelayConversation = new RelayConversation(
        {
          doors,
          to: plan.rules[rule]!.to,
          bufferBytes: plan.bufferBytes,
          answer,
          opened: (to, as) => this.#tell({ kind: 'opened', id, rule, from, to, as }),
          failed: tried => this.#tell({ kind: 'failed', id, rule, from, tried }),
          over: why => {
            this.#passing.delete(conversation)
            gone()
            const { forth, back, dropped } = conversation
            const ms = this.#since(startedAt)
            this.#tell({ kind: 'closed', id, rule, from, forth, back, dropped, ms, because: why })
          },
        },
        plan.udpIdleMs,
      )
      this.#passing.add(conversation)
      return conversation
    })
    return { kind: 'yes', socket: packets, local }
  }

  #begin() {
    this.#lastId++
    return { doors: this.#doors, plan: this.#plan, id: this.#lastId, startedAt: this.#doors.monotonic() }
  }

  #whyNot({ address }: Endpoint): 'denied' | 'full' | null {
    const { allow, deny } = this.#plan
    const from = withoutZone(address)
    const isIn = (prefixes: RelayPlan['allow']): boolean => prefixes.some(one => contains(one, from))
    if (isIn(deny) || (allow.length > 0 && !isIn(allow))) return 'denied'
    return this.#passing.full ? 'full' : null
  }

  /** Once for each client of datagrams in a second: it doesn't know that it was refused. */
  #tellRefused(rule: number, from: Endpoint, because: 'denied' | 'full'): void {
    const key = `${rule} ${endpointKey(from)}`
    if (this.#refused.has(key) || this.#refused.size >= MOST_REFUSED) return
    if (this.#refused.size === 0) this.#doors.after(REFUSED_MS, () => this.#refused.clear())
    this.#refused.add(key)
    this.#tell({ kind: 'refused', rule, from, because })
  }

  #since(startedAt: number): number {
    return Math.round(this.#doors.monotonic() - startedAt)
  }

  #tell(event: Told): void {
    this.events.tell({ ...event, atMs: this.#doors.now() } as RelayEvent)
  }
}

const STREAM = { allowHalfOpen: true, noDelay: true, keepAlive: true } as const

export type { Because }
