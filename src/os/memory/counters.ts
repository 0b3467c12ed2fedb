/** Counters of a machine in memory: what it was described with, and nothing made up. */
import { type Known, known, unknown } from '../../model/known.ts'
import type { CounterQuery, Counters } from '../os.ts'
import type { Machine } from './machine.ts'

export function countersOf({ description, processes }: Machine, { pids = [] }: CounterQuery = {}): Counters {
  const { protocols, devices, sockets, conntrack, files, descriptors = {} } = description.counters ?? {}
  return {
    protocols: named(protocols),
    devices: devices === undefined ? unknown('unsupported') : known(new Map(Object.entries(devices))),
    sockets: named(sockets),
    conntrack: orUnsupported(conntrack),
    files: orUnsupported(files),
    descriptors: new Map(
      pids.map(pid => {
        const process = processes.get(pid)
        if (process === undefined || process.vanishes) return [pid, unknown('vanished')]
        return [pid, process.hidden ? unknown('denied') : orUnsupported(descriptors[pid])]
      }),
    ),
  }
}

const named = (counters: Readonly<Record<string, number>> | undefined): Known<ReadonlyMap<string, number>> =>
  counters === undefined ? unknown('unsupported') : known(new Map(Object.entries(counters)))

const orUnsupported = <T>(value: T | undefined): Known<T> =>
  value === undefined ? unknown('unsupported') : known(value)
