/**
 * Random programs over the port space: the same seed and profile make the same program. Ports are those of one block
 * (`rebase.ts`), explicit ones and the ephemeral range overlap, and what is likely to get in each other's way is.
 */
import type {
  Action,
  Program,
  SocketId,
  SpaceProtocol,
  Surroundings,
} from '../../../src/model/space/program.ts'
import { demultiplexing } from './generate-demux.ts'
import { PROFILES, type Profile, type ProfileName, type Verb } from './profile.ts'
import { Random } from './random.ts'
import { BLOCK } from './rebase.ts'
import { PLAIN } from './surroundings.ts'

const MOST_ACTIONS = 40
const FEWEST_ACTIONS = 34
const FEWEST_SOCKETS = 6
const MOST_SOCKETS = 20
export const UIDS = [0, 1000, 1001] as const
export const DEVICES = ['d0', 'd1'] as const
const NOBODYS = { ipv4: '10.99.0.9', ipv6: 'fd99::9' }

export function generate(seed: number, name: ProfileName): Program {
  const random = new Random(seed)
  return name === 'demux' ? demultiplexing(random) : new Writer(random, PROFILES[name]).write()
}

export function randomSurroundings(random: Random, mostPorts: number): Surroundings {
  const size = random.whole(1, mostPorts)
  const low = random.whole(1, BLOCK - 1 - size)
  const high = low + size - 1
  const inRange = Array.from({ length: size }, (_, i) => low + i)
  return {
    ...PLAIN,
    range: [low, high],
    reserved: random.chance(0.2) ? inRange.filter(() => random.chance(0.4)) : [],
    // The kernel takes no range that begins below the floor.
    floor: random.chance(0.25) ? random.whole(1, low) : 0,
    autobindReuse: random.chance(0.3),
    timeWaitReuse: random.pick([0, 1, 2] as const),
  }
}

/** What the writer knows of a socket without having run anything. */
interface Sketch {
  readonly id: SocketId
  readonly protocol: SpaceProtocol
  readonly family: 'ipv4' | 'ipv6'
  address: string | null
  listens: boolean
  connects: boolean
}

class Writer {
  readonly #random: Random
  readonly #profile: Profile
  readonly #surroundings: Surroundings
  readonly #ports: readonly number[]
  readonly #reuse: { readonly address: number; readonly port: number }
  readonly #family: number
  readonly #uids: readonly number[]
  readonly #actions: Action[] = []
  readonly #sockets: Sketch[] = []
  #ids = 0

  constructor(random: Random, profile: Profile) {
    this.#random = random
    this.#profile = profile
    this.#surroundings = randomSurroundings(random, profile.range)
    const [low, high] = this.#surroundings.range
    this.#ports = Array.from({ length: random.whole(1, profile.ports) }, () =>
      random.chance(0.5) ? random.whole(low, high) : random.whole(1, BLOCK - 1),
    )
    this.#reuse = { address: random.pick(profile.reuse), port: random.pick(profile.reuse) }
    this.#family = random.pick([0, 0.5, 0.5, 1])
    this.#uids = random.chance(0.5) ? [random.pick(UIDS)] : UIDS
  }

  write(): Program {
    for (let i = 0; i < FEWEST_SOCKETS; i++) this.#open()
    const most = this.#random.whole(FEWEST_ACTIONS, MOST_ACTIONS)
    // A verb for which there is no socket writes nothing: the loop ends all the same.
    for (let i = 0; i < 4 * MOST_ACTIONS && this.#actions.length < most; i++) this.#next()
    return { surroundings: this.#surroundings, actions: this.#actions.slice(0, MOST_ACTIONS) }
  }

  #next(): void {
    const verb = this.#random.weighted<Verb>(this.#profile.weights)
    if (verb === 'socket') {
      if (this.#ids < MOST_SOCKETS) this.#open()
      return
    }
    const own = this.#actor(verb)
    if (own === undefined) return
    const action = this.#action(verb, own)
    this.#actions.push(action)
    if (action.do !== 'connect' || typeof action.port === 'number' || own.protocol === 'udp') return
    const { of } = action.port
    const listener = this.#sockets.find(({ id }) => id === of)
    if (listener !== undefined && this.#random.chance(0.5))
      this.#actions.push(this.#action('accept', listener))
  }

  #open(): void {
    const random = this.#random
    const id = this.#ids++
    const protocol = random.pick(this.#profile.protocols)
    const family = random.chance(this.#family) ? 'ipv6' : 'ipv4'
    this.#sockets.push({ id, protocol, family, address: null, listens: false, connects: false })
    this.#actions.push({ do: 'socket', id, protocol, family, uid: random.pick(this.#uids) })
    const set = (option: Extract<Action, { do: 'set' }>['option']) =>
      this.#actions.push({ do: 'set', id, option, on: true })
    if (random.chance(this.#reuse.address)) set('reuseAddress')
    if (random.chance(this.#reuse.port)) set('reusePort')
    if (family === 'ipv6' && random.chance(0.15)) set('v6only')
    if (random.chance(0.08)) set('noPort')
    if (random.chance(this.#profile.device))
      this.#actions.push({ do: 'device', id, device: random.pick(DEVICES) })
  }

  /** Somebody who is likely to have success, or now and then anybody. */
  #actor(verb: Verb): Sketch | undefined {
    const fit = this.#sockets.filter(
      one => suits(verb, one) || (verb !== 'send' && this.#random.chance(0.06)),
    )
    return fit.length === 0 ? undefined : this.#random.pick(fit)
  }

  #action(verb: Exclude<Verb, 'socket'>, own: Sketch): Action {
    const random = this.#random
    const { id } = own
    switch (verb) {
      case 'set': {
        const option = random.weighted({
          reuseAddress: 4,
          reusePort: 4,
          noPort: 1,
          v6only: own.family === 'ipv6' ? 2 : 0,
        } as const)
        return { do: 'set', id, option, on: random.chance(0.5) }
      }
      case 'device':
        return { do: 'device', id, device: random.pick([...DEVICES, null]) }
      case 'range':
        return { do: 'range', id, low: this.#bound(), high: this.#bound() }
      case 'bind': {
        const address = this.#address(own)
        const port = random.chance(this.#profile.chosen) ? 0 : random.pick(this.#ports)
        own.address = address
        return { do: 'bind', id, address, port }
      }
      case 'listen':
        own.listens = true
        return { do: 'listen', id }
      case 'connect':
      case 'send':
        if (verb === 'connect') own.connects = true
        return { do: verb, id, ...this.#target(own) }
      case 'accept': {
        const as = this.#ids++
        this.#sockets.push({ ...own, id: as, address: null, listens: false, connects: true })
        return { do: 'accept', id, as }
      }
      case 'shutdown':
        return { do: 'shutdown', id, how: random.pick(['read', 'write', 'both']) }
      case 'disconnect':
        own.connects = false
        return { do: 'disconnect', id }
      case 'close':
        this.#sockets.splice(this.#sockets.indexOf(own), 1)
        return random.chance(0.3) ? { do: 'close', id, abort: true } : { do: 'close', id }
    }
  }

  /** Half of a per-socket range: within the namespace's, near it, or none. */
  #bound(): number {
    const [low, high] = this.#surroundings.range
    return this.#random.chance(0.15) ? 0 : this.#random.whole(Math.max(1, low - 1), high + 1)
  }

  #address({ family }: Sketch): string {
    if (this.#random.chance(this.#profile.odd)) return this.#oddAddress(family)
    return this.#random.pick(family === 'ipv4' ? this.#profile.v4 : this.#profile.v6)
  }

  #oddAddress(family: Sketch['family']): string {
    const other = family === 'ipv4' ? 'ipv6' : 'ipv4'
    return this.#random.chance(0.5)
      ? NOBODYS[family]
      : this.#random.pick(this.#profile[other === 'ipv4' ? 'v4' : 'v6'])
  }

  /** Mostly somebody who is there, at an address at which he may be. */
  #target(own: Sketch): { address: string; port: number | { of: SocketId } } {
    const random = this.#random
    const others = this.#sockets.filter(
      one =>
        one !== own &&
        one.protocol === own.protocol &&
        (own.protocol === 'udp' ? one.address !== null : one.listens),
    )
    const other = others.length > 0 && random.chance(0.85) ? random.pick(others) : undefined
    const port = other === undefined || random.chance(0.15) ? random.pick(this.#ports) : { of: other.id }
    const address = other?.address != null && random.chance(0.75) ? reach(other.address, own.family) : null
    return { address: address ?? this.#address(own), port }
  }
}

function suits(verb: Verb, one: Sketch): boolean {
  switch (verb) {
    case 'bind':
      return one.address === null && !one.connects
    case 'listen':
      return one.protocol === 'tcp' && !one.connects && !one.listens
    case 'accept':
      return one.listens
    case 'connect':
      return one.protocol === 'udp' || (!one.listens && !one.connects)
    case 'send':
      return one.protocol === 'udp'
    case 'shutdown':
      return one.protocol === 'tcp' && (one.connects || one.listens)
    case 'disconnect':
      return one.connects
    case 'set':
    case 'device':
    case 'range':
      return true
    case 'close':
      return one.connects || one.address !== null
    case 'socket':
      return false
  }
}

/** An address with which a socket of that family may reach what is bound to another, or null. */
function reach(address: string, family: Sketch['family']): string | null {
  const v4 = !address.includes(':') || address.includes('.')
  if (family === 'ipv4') return v4 ? address.replace('::ffff:', '') : address === '::' ? '127.0.0.1' : null
  return v4 && !address.includes(':') ? `::ffff:${address}` : address
}
