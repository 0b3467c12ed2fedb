/**
 * A TCP conversation as its two ends would have it, and as networks spoil it: repeated, late, out of bounds, reset, opened
 * from both sides, closed and opened again.
 */
import type { Random } from '../space/random.ts'
import type { Side, Step, Traits } from './steps.ts'

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16]

interface End {
  /** The number that it sends next, and the first one that it sent. */
  next: number
  readonly first: number
  /** What it has seen of the other: the number that it waits for. */
  awaits: number
  windowSize: number
  readonly scale: number | undefined
  readonly sack: boolean
}

const wrap = (number: number): number => number >>> 0

/** Steps of one conversation. */
export function tcpScript(random: Random, flow: number): Step[] {
  const ends: Record<Side, End> = { client: newEnd(random), server: newEnd(random) }
  const steps: Step[] = []
  const send = (by: Side, traits: Traits): void => {
    steps.push({ kind: 'send', flow, by, traits })
  }
  const other = (by: Side): Side => (by === 'client' ? 'server' : 'client')
  /** A segment in its order, and what both ends know then. */
  const proper = (by: Side, tcpFlags: number, payload = 0): void => {
    const from = ends[by]
    const to = ends[other(by)]
    send(by, {
      tcpFlags,
      sequence: from.next,
      acknowledge: (tcpFlags & ACK) === 0 ? 0 : from.awaits,
      windowSize: from.windowSize,
      ...((tcpFlags & SYN) === 0 ? {} : optionsOf(from)),
      ...(payload === 0 ? { payload: 0 } : { payload }),
    })
    from.next = wrap(from.next + payload + ((tcpFlags & (SYN | FIN)) === 0 ? 0 : 1))
    to.awaits = from.next
  }
  const begin = random.weighted({ usual: 12, midway: 2, both: 1, alone: 2, reset: 1 })
  if (begin === 'midway') proper('client', ACK, random.whole(0, 50))
  else proper('client', SYN)
  if (begin === 'both') {
    proper('server', SYN)
    proper('client', SYN | ACK)
    proper('server', SYN | ACK)
  }
  if (begin === 'reset') {
    proper('server', RST | ACK)
    return steps
  }
  if (begin === 'usual') {
    if (random.chance(0.15)) spoil(random, ends, send)
    proper('server', SYN | ACK)
    if (random.chance(0.1)) spoil(random, ends, send)
    if (random.chance(0.9)) proper('client', ACK)
  }
  for (let turns = random.whole(0, 5); turns > 0; turns--) {
    const by = random.pick<Side>(['client', 'server'])
    if (random.chance(0.3)) spoil(random, ends, send)
    else proper(by, random.chance(0.3) ? ACK | PSH : ACK, random.chance(0.6) ? random.whole(1, 200) : 0)
  }
  const close = random.weighted({ proper: 5, half: 2, reset: 2, open: 2 })
  const first = random.pick<Side>(['client', 'server'])
  if (close === 'reset') proper(first, RST | (random.chance(0.5) ? ACK : 0))
  if (close === 'proper' || close === 'half') {
    proper(first, FIN | ACK)
    if (random.chance(0.7)) proper(other(first), ACK)
    if (random.chance(0.15)) spoil(random, ends, send)
    if (close === 'proper') {
      proper(other(first), FIN | ACK)
      if (random.chance(0.85)) proper(first, ACK)
    }
  }
  if (random.chance(0.2)) spoil(random, ends, send)
  // The same ends once more.
  if (random.chance(0.25)) {
    const again = random.chance(0.85)
      ? wrap(ends.client.next + random.whole(1, 100_000))
      : random.whole(0, 2 ** 32 - 1)
    send('client', {
      tcpFlags: SYN,
      sequence: again,
      windowSize: ends.client.windowSize,
      ...optionsOf(ends.client),
    })
    if (random.chance(0.7))
      send('server', {
        tcpFlags: SYN | ACK,
        sequence: random.whole(0, 2 ** 32 - 1),
        acknowledge: wrap(again + 1),
        windowSize: ends.server.windowSize,
        ...optionsOf(ends.server),
      })
  }
  return steps
}

const newEnd = (random: Random): End => {
  const first = random.chance(0.1) ? wrap(2 ** 32 - random.whole(1, 60)) : random.whole(1, 2 ** 32 - 1)
  return {
    first,
    next: first,
    awaits: 0,
    windowSize:
      random.weighted({ usual: 6, small: 2, none: 1 }) === 'usual'
        ? random.whole(8000, 65_535)
        : random.pick([0, 1, 100, 500]),
    scale: random.chance(0.6) ? random.pick([0, 2, 7, 14]) : undefined,
    sack: random.chance(0.6),
  }
}

const optionsOf = ({ scale, sack }: End): Traits => ({
  ...(scale === undefined ? {} : { windowScale: scale }),
  ...(sack ? { sackPermitted: true } : {}),
})

/** What can be wrong with a segment: how often, and what it is then. `usual` would be in its order. */
type Spoiled = (random: Random, usual: Required<Traits>, from: End, to: End) => Traits

const OFFSETS = [-1, 1, 10, 100, -100, 5000, 70_000, -70_000, 1_000_000, 2 ** 31]
const off = (random: Random, number: number): number => wrap(number + random.pick(OFFSETS))

const SPOILED: Readonly<Record<string, readonly [weight: number, Spoiled]>> = {
  syn: [
    2,
    (random, { sequence }, from) => ({
      tcpFlags: SYN,
      acknowledge: 0,
      sequence: random.chance(0.4) ? from.first : off(random, sequence),
      ...optionsOf(from),
    }),
  ],
  synAck: [
    1,
    (random, { sequence }, from) => ({
      tcpFlags: SYN | ACK,
      ...optionsOf(from),
      sequence: random.chance(0.5) ? from.first : sequence,
    }),
  ],
  ack: [1, (random, { acknowledge }) => ({ acknowledge: off(random, acknowledge) })],
  old: [
    2,
    (random, { sequence }) => ({
      sequence: wrap(sequence - random.whole(1, 300)),
      payload: random.whole(0, 200),
    }),
  ],
  far: [2, (random, { sequence }) => ({ sequence: off(random, sequence), payload: random.whole(0, 50) })],
  slightly: [
    1,
    (random, { sequence }, _from, to) => ({
      sequence: wrap(sequence + to.windowSize + random.whole(0, 3)),
      payload: 20,
    }),
  ],
  unseen: [2, (random, { acknowledge }) => ({ acknowledge: wrap(acknowledge + random.whole(1, 2000)) })],
  late: [
    1,
    (random, { acknowledge }) => ({
      acknowledge: wrap(acknowledge - random.pick([1, 65_999, 66_000, 66_001, 66_002, 200_000])),
    }),
  ],
  reset: [
    5,
    (random, { sequence, acknowledge }) => ({
      tcpFlags: RST | (random.chance(0.4) ? ACK : 0),
      sequence: random.chance(0.4) ? sequence : random.chance(0.3) ? 0 : off(random, sequence),
      acknowledge: random.chance(0.3) ? 0 : acknowledge,
    }),
  ],
  fin: [
    1,
    (random, { sequence }) => ({
      tcpFlags: FIN | ACK,
      sequence: random.chance(0.5) ? sequence : off(random, sequence),
    }),
  ],
  sack: [
    1,
    (random, { acknowledge }) => ({
      sack: [
        [wrap(acknowledge + 10), wrap(acknowledge + random.pick([20, 200, 70_000]))],
        [wrap(acknowledge + 300), wrap(acknowledge + 310)],
      ],
    }),
  ],
  shut: [1, random => ({ windowSize: random.pick([0, 0, 1, 65_535]) })],
  keepAlive: [1, (_random, { sequence }) => ({ sequence: wrap(sequence - 1) })],
  flags: [1, random => ({ tcpFlags: random.pick([0, SYN | FIN, FIN, PSH, SYN | RST, SYN | ACK | FIN]) })],
}
const WEIGHTS = {
  again: 4,
  ...Object.fromEntries(Object.entries(SPOILED).map(([name, [weight]]) => [name, weight])),
}

/** A segment that is not in its order; or one and the same, several times. */
function spoil(random: Random, ends: Record<Side, End>, send: (by: Side, traits: Traits) => void): void {
  const by = random.pick<Side>(['client', 'server'])
  const from = ends[by]
  const to = ends[by === 'client' ? 'server' : 'client']
  const usual: Traits = {
    tcpFlags: ACK,
    sequence: from.next,
    acknowledge: from.awaits,
    windowSize: from.windowSize,
    payload: 0,
  }
  const [, spoiled] = SPOILED[random.weighted(WEIGHTS)] ?? []
  if (spoiled !== undefined) send(by, { ...usual, ...spoiled(random, usual as Required<Traits>, from, to) })
  else for (let times = random.whole(1, 5); times > 0; times--) send(by, usual)
}
