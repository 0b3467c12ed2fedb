/** The settings of a host that decide how many ports, waiting connections and orphans there may be. */
import { readRange } from '../../model/capacity/capacity.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { PortRange } from '../../model/port.ts'
import { PortSet, parsePortSet } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'

export interface Settings {
  /** What connect() and bind() to port 0 choose from. */
  readonly range: Known<PortRange>
  /** Ports that they leave out. */
  readonly reserved: Known<PortSet>
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
  }
}

const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)
