/**
 * The namespace that programs are run in: `lo`, two devices with an IPv4 and an IPv6 address each, and the settings that a
 * program asks for.
 *
 * The devices are ends of cables whose other ends belong to nobody: what is sent out through one is lost, and what is sent
 * to its address stays in the namespace.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Surroundings } from '../../../src/model/space/program.ts'
import { newNamespace } from './calls.ts'
import { ADDRESSES } from './namespace-addresses.ts'

const MOST_LOOKS = 1000
const MS_BETWEEN_LOOKS = 5

/** Takes the kernel's own route to a local address and puts it back with one attribute more. */
function acknowledgeAtOnce(to: string, device: string, source = to): string[] {
  const route = `local ${to} dev ${device} table local proto kernel`
  const rest = to.includes(':') ? '' : `scope host src ${source}`
  return [`route del ${route}`, `route add ${route} ${rest} quickack 1`]
}

/** Makes a namespace and moves this thread into it. The one before goes when nothing holds it. */
export function enterNamespace(): Settings {
  newNamespace()
  const devices = [...new Set(ADDRESSES.map(({ device }) => device))]
  ip([
    'link set lo up',
    ...devices.flatMap(device => [
      `link add ${device} type veth peer name ${device}x`,
      // Without neighbours to be asked for, what goes out is lost at once and the same way every time.
      ...[device, `${device}x`].flatMap(end => [
        `link set ${end} addrgenmode none`,
        `link set ${end} arp off`,
        `link set ${end} up`,
      ]),
    ]),
    ...ADDRESSES.map(({ device, address }) =>
      address.includes(':')
        ? `address add ${address}/64 dev ${device} nodad`
        : `address add ${address}/24 dev ${device}`,
    ),
  ])
  awaitAddresses()
  // Every FIN is acknowledged at once: else its sender is in FIN_WAIT_1 for up to 40 ms, and which state a program finds
  // it in would depend on how fast the machine is.
  ip([
    ...acknowledgeAtOnce('127.0.0.0/8', 'lo', '127.0.0.1'),
    ...acknowledgeAtOnce('127.0.0.1', 'lo'),
    ...acknowledgeAtOnce('::1', 'lo'),
    ...ADDRESSES.flatMap(({ device, address }) => acknowledgeAtOnce(address, device)),
  ])
  return new Settings()
}

/** The kernel routes to an IPv6 address a moment after it was given, when a worker of its own has come to it. */
function awaitAddresses(): void {
  const wanted = ADDRESSES.map(({ address }) => address).filter(address => address.includes(':'))
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let i = 0; i < MOST_LOOKS; i++) {
    const routes = spawnSync('ip', ['-6', 'route', 'show', 'table', 'local'], { encoding: 'utf8' }).stdout
    if (wanted.every(address => routes.includes(`local ${address} `))) return
    Atomics.wait(pause, 0, 0, MS_BETWEEN_LOOKS)
  }
  throw new Error(`the kernel has no routes to ${wanted.join(' and ')}`)
}

function ip(commands: readonly string[]): void {
  const done = spawnSync('ip', ['-batch', '-'], { input: `${commands.join('\n')}\n`, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`ip: ${done.error?.message ?? done.stderr.trim()}`)
}

/** The settings under /proc/sys/net/ipv4 of the namespace that this thread is in. */
export class Settings {
  readonly #files = new Map<string, { readonly fd: number; text: string }>()

  constructor() {
    // No program lasts as long as this, so that tcp_tw_reuse never depends on how fast the machine is.
    this.#write('tcp_tw_reuse_delay', '60000')
  }

  /** Sets what differs from the program before. The kernel refuses a range that reaches below the floor. */
  apply({ range, reserved, floor, autobindReuse, timeWaitReuse }: Surroundings): void {
    const ports = range.join(' ')
    if (this.#files.get('ip_local_port_range')?.text !== ports) {
      this.#write('ip_unprivileged_port_start', '0')
      this.#write('ip_local_port_range', ports)
    }
    this.#write('ip_unprivileged_port_start', String(floor))
    this.#write('ip_local_reserved_ports', reserved.join(','))
    this.#write('ip_autobind_reuse', autobindReuse ? '1' : '0')
    this.#write('tcp_tw_reuse', String(timeWaitReuse))
  }

  close(): void {
    for (const { fd } of this.#files.values()) closeSync(fd)
  }

  #write(name: string, text: string): void {
    let file = this.#files.get(name)
    if (file?.text === text) return
    if (file === undefined) {
      file = { fd: openSync(`/proc/sys/net/ipv4/${name}`, 'w'), text }
      this.#files.set(name, file)
    }
    writeSync(file.fd, `${text}\n`, 0)
    file.text = text
  }
}
