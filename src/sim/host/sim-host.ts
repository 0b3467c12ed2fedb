/**
 * A simulated host: devices, addresses, routes, rules, and what runs on it. `network.ts` makes them; links join them.
 */
import { type Address, parseAddress } from '../../model/address.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Host } from '../../model/path/host.ts'
import { LinuxRouter } from '../../model/path/linux-router.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { Engine } from '../engine/engine.ts'
import { Device, SMALLEST_MTU } from '../link/link.ts'
import type { Below, Sent } from '../transport/transport.ts'
import type { HostOptions } from './host-options.ts'
import { icmpError, mayBeAnswered, typeAndCodeOf } from './icmp-error.ts'
import { NetworkLayer } from './network-layer.ts'
import { echoReply, type PingOptions, type PingResult, Pings } from './pings.ts'
import { isNetworkItself, type ReadAddress, readAddress } from './read-address.ts'
import { readNeighbour } from './read-neighbour.ts'
import { refused } from './refused.ts'
import { hostOf, LOOPBACK_ADDRESSES } from './routing-tables.ts'
import { hearsWhoAsks } from './solicited.ts'
import { trackingSettings } from './tracking-settings.ts'
import type { Translator } from './translator.ts'

/** Gets what is for the transports of a host: TCP, UDP, and ICMP errors about them. */
export type Upper = (datagram: Datagram, device: string) => void

export class SimHost {
  readonly name: string
  readonly options: HostOptions
  /** By name; loopback isn't among them. */
  readonly devices: ReadonlyMap<string, Device>
  /** Addresses of loopback: those that every host has, and what was given to `lo`. */
  readonly loopback: readonly ReadAddress[]
  /** Addresses, routes and rules, as packets' paths are told by them. */
  readonly host: Host
  readonly ruleset: Ruleset | undefined
  readonly engine: Engine
  readonly below: Below
  readonly network: NetworkLayer
  /** Remembers connections, where there are rules. */
  readonly router: LinuxRouter | undefined
  upper: Upper | undefined
  /** Whether a program here waits for a packet: of a NAT box, which else translates. */
  waitsFor: ((datagram: Datagram) => boolean) | undefined
  readonly #pings: Pings

  /** Throws `E_SIM_NETWORK`, and `E_RULES_SYNTAX` for its rules. */
  constructor(
    name: string,
    options: HostOptions,
    engine: Engine,
    translatorOf?: (host: SimHost) => Translator,
  ) {
    this.name = name
    this.options = options
    this.engine = engine
    const { down = [], mtu = {}, machine } = options
    const isOff = machine?.tunables?.[DISABLE_IPV6] === '1'
    const described = (options.addresses ?? []).map(text => readAddress(text))
    const addresses = isOff ? described.filter(isV4) : described
    const bad = addresses.find(isNetworkItself)
    if (bad !== undefined)
      throw refused(
        `host ${name}: ${bad.address}/${bad.prefixLength} is a network or its broadcast address, and no host's`,
      )
    const names = [...new Set(described.map(({ device }) => device))].filter(one => one !== 'lo')
    this.devices = new Map(
      names.map((device, i) => [
        device,
        // Loopback has index 1.
        new Device(
          name,
          device,
          i + 2,
          addresses.filter(one => one.device === device && (!down.includes(device) || isV4(one))),
          { up: !down.includes(device), ...(mtu[device] === undefined ? {} : { mtu: mtu[device] }) },
        ),
      ]),
    )
    for (const device of [...down, ...Object.keys(mtu)])
      if (!this.devices.has(device)) throw refused(`host ${name}: there is no device ${device}`)
    for (const [device, bytes] of Object.entries(mtu))
      if (!Number.isInteger(bytes) || bytes < SMALLEST_MTU)
        throw refused(`host ${name}: the MTU of ${device} is ${bytes}, and goes from ${SMALLEST_MTU}`)
    this.loopback = [
      ...(isOff ? LOOPBACK_ADDRESSES.filter(isV4) : LOOPBACK_ADDRESSES),
      ...addresses.filter(({ device }) => device === 'lo'),
    ]
    this.host = hostOf(name, isOff ? withoutIpv6(options) : options, [
      ...this.loopback,
      ...addresses.filter(({ device }) => device !== 'lo'),
    ])
    this.ruleset =
      options.nft === undefined ? undefined : parseNftText(options.nft, { name: `rules of ${name}` }).ruleset
    this.router =
      this.ruleset === undefined
        ? undefined
        : new LinuxRouter(this.ruleset, this.host, {
            random: engine.random,
            settings: trackingSettings(name, machine?.tunables),
          })
    const { ruleset, host, router } = this
    if (ruleset !== undefined && router !== undefined)
      for (const device of this.devices.values())
        device.answers = (address, asker) =>
          hearsWhoAsks({ ruleset, host, router, now: engine.now() }, { address, device, asker })
    const fixed = (options.neighbours ?? []).map(text => readNeighbour(text, name, this.devices))
    const translator = translatorOf?.(this)
    this.network = new NetworkLayer({
      engine,
      host: this.host,
      devices: this.devices,
      ...(this.router === undefined ? {} : { judge: this.router }),
      ...(translator === undefined ? {} : { translator }),
      fixedNeighbours: new Map(fixed),
      reversePath: options.reversePath ?? 'off',
      processingMs: options.processingMs ?? 0,
      deliver: (datagram, device) => this.#deliver(datagram, device),
    })
    this.#pings = new Pings(engine, datagram => this.send(datagram))
    this.below = this.#below()
  }

  get addresses(): readonly { readonly device: string; readonly address: Address }[] {
    return this.below.addresses()
  }

  /** Puts a packet on its way, as if a program with a raw socket had. */
  send(datagram: Datagram, device?: string): Sent {
    return this.network.send(datagram, device)
  }

  /** Asks an address for an echo, and tells what came. Throws `E_ADDRESS_SYNTAX`. */
  ping(address: string, options: PingOptions = {}): Promise<PingResult> {
    const destination = parseAddress(address)
    const source = options.source ?? this.network.ways.sourceFor(destination)
    return this.#pings.ping(source, destination, options)
  }

  #deliver(datagram: Datagram, device: string): void {
    const { payload } = datagram
    if (payload.kind === 'icmp') {
      if (this.#pings.take(datagram, payload)) return
      const reply = echoReply(datagram, payload)
      if (reply !== undefined) {
        if (mayBeAnswered(datagram)) this.send(reply)
        return
      }
    }
    if (payload.kind !== 'other') this.upper?.(datagram, device)
    else this.#refuse(datagram)
  }

  /** Nobody here speaks that protocol (RFC 1122 section 3.2.2.1). */
  #refuse(datagram: Datagram): void {
    const source = this.network.ways.sourceFor(datagram.source)
    if (source === undefined || !mayBeAnswered(datagram)) return
    this.send(icmpError(datagram, typeAndCodeOf('protocol-unreachable', datagram), source))
  }

  #below(): Below {
    const { engine, network } = this
    const addresses = [
      ...this.loopback.map(({ device, address }) => ({ device, address })),
      ...[...this.devices].flatMap(([device, { addresses }]) =>
        addresses.map(({ address }) => ({ device, address })),
      ),
    ]
    return {
      now: () => engine.now(),
      random: engine.random,
      schedule: (afterMs, run) => engine.schedule(afterMs, run),
      send: (datagram, device) => {
        const { payload } = datagram
        if (payload.kind === 'tcp') network.tally.segmentSent(payload.flags)
        return network.send(datagram, device)
      },
      sourceFor: destination => network.ways.sourceFor(destination),
      refusal: destination => network.ways.refusal(destination),
      addresses: () => addresses,
      mtuTo: destination => network.ways.mtuTo(destination),
      tally: network.tally,
      tell: () => engine.tell(),
    }
  }
}

/** Routes of IPv6 go with its addresses. */
const withoutIpv6 = (options: HostOptions): HostOptions => ({
  ...options,
  gateway: [options.gateway ?? []].flat().filter(one => !one.includes(':')),
  routes: (options.routes ?? []).filter(one => !one.includes(':')),
})

/** Of all devices, those that it is not said of among them (ip-sysctl). */
const DISABLE_IPV6 = 'net.ipv6.conf.all.disable_ipv6'

const isV4 = ({ address }: ReadAddress): boolean => !address.includes(':')
