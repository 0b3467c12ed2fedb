/** The settings of a host that decide how many ports, waiting connections and orphans there may be. */
import { readRange, TIME_WAIT_SECONDS } from '../../model/capacity/capacity.ts'
import { type Known, known, unknown, valueOr } from '../../model/known.ts'
import type { PortRange } from '../../model/port.ts'
import { PortSet, parsePortSet } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'

export interface Settings {
  /** What connect() and bind() to port 0 choose from. */
  readonly range: Known<PortRange>
  /** Ports that they leave out. */
  readonly reserved: Known<PortSet>
  /** After how many seconds connect() takes a port out of TIME_WAIT again, by the address it goes to. */
  readonly reusedAfter: (address: string) => number
  /** How many sockets may be in TIME_WAIT; further ones are closed at once. */
  readonly mostTimeWait: Known<number>
  /** How many closed sockets that nobody holds may still have something to send. Told in the first namespace only. */
  readonly mostOrphans: Known<number>
}

const NAMES = {
  range: 'net.ipv4.ip_local_port_range',
  reserved: 'net.ipv4.ip_local_reserved_ports',
  mostTimeWait: 'net.ipv4.tcp_max_tw_buckets',
  mostOrphans: 'net.ipv4.tcp_max_orphans',
  reuse: 'net.ipv4.tcp_tw_reuse',
  reuseDelay: 'net.ipv4.tcp_tw_reuse_delay',
  timestamps: 'net.ipv4.tcp_timestamps',
} as const

export async function readSettings(os: OS): Promise<Settings> {
  const told = await os.tunables(Object.values(NAMES))
  const read = <T>(name: keyof typeof NAMES, parse: (text: string) => T | null): Known<T> => {
    const setting = told.get(NAMES[name])!
    if (!setting.known) return setting
    const value = parse(setting.value)
    return value === null ? unknown('unsupported') : known(value)
  }
  return {
    range: read('range', readRange),
    reserved: read('reserved', text => (text === '' ? new PortSet() : parsePortSet(text))),
    mostTimeWait: read('mostTimeWait', wholeNumber),
    mostOrphans: read('mostOrphans', wholeNumber),
    reusedAfter: reuseOf(
      valueOr(read('reuse', wholeNumber), 0),
      valueOr(read('reuseDelay', wholeNumber), REUSE_DELAY_MS) / 1000,
      valueOr(read('timestamps', wholeNumber), 1) !== 0,
    ),
  }
}

/** Before it was a setting (Linux 6.14). */
const REUSE_DELAY_MS = 1000

/** 1: everywhere; 2: on loopback only (`tcp_twsk_unique`, net/ipv4/tcp_ipv4.c). Without timestamps never. */
const reuseOf =
  (mode: number, delay: number, timestamps: boolean) =>
  (address: string): number =>
    timestamps && (mode === 1 || (mode === 2 && /^(?:127\.|::1$|::ffff:127\.)/.test(address)))
      ? delay
      : TIME_WAIT_SECONDS

const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)
