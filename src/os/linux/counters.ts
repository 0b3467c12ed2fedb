/**
 * Counters from `/proc`: `net/snmp`, `net/netstat`, `net/snmp6`, `net/xfrm_stat`, `net/dev`, `net/sockstat`, those of neighbours
 * and conntrack, `file-nr`, `<pid>/limits`; what queueing disciplines dropped from rtnetlink(7).
 */
import { type Known, known, type Unknown, unknown } from '../../model/known.ts'
import {
  parseConntrackStat,
  parseCounterLines,
  parseDeviceCounters,
  parseFileNumbers,
  parseOpenFilesLimit,
  parsePairedCounters,
  parseSockstat,
} from '../../wire/proc-counters.ts'
import { decodeQueues, encodeQdiscRequest, type QueueCounters } from '../../wire/rtnetlink-links.ts'
import type { ConntrackCounters, CounterQuery, Counters, FilesInUse } from '../counters.ts'
import { codeOf, type FileTree } from './file-tree.ts'
import { linksOf } from './outside-filters.ts'
import type { NetlinkSource } from './sources.ts'

export function readCounters(
  files: FileTree,
  route: NetlinkSource | null,
  { pids = [] }: CounterQuery = {},
): Counters {
  return {
    protocols: joined(files, PROTOCOL_FILES),
    devices: readDevices(files, route),
    sockets: joined(files, [
      ['/proc/net/sockstat', parseSockstat],
      ['/proc/net/sockstat6', parseSockstat],
    ]),
    conntrack: readConntrack(files),
    files: mapped(read(files, '/proc/sys/fs/file-nr'), parseFileNumbers),
    descriptors: new Map(pids.map(pid => [pid, readDescriptors(files, pid)])),
  }
}

type CounterFile = readonly [path: string, parse: (text: string) => ReadonlyMap<string, number>]

type CounterFiles = readonly [CounterFile, ...CounterFile[]]

/** Of all processors; how many entries there are is told once. */
const neighbours =
  (group: 'Arp' | 'Ndisc') =>
  (text: string): ReadonlyMap<string, number> =>
    new Map([...parseConntrackStat(text)].map(([name, value]) => [`${group}.${name}`, value]))

const PROTOCOL_FILES: CounterFiles = [
  ['/proc/net/snmp', parsePairedCounters],
  ['/proc/net/netstat', parsePairedCounters],
  ['/proc/net/snmp6', parseCounterLines],
  ['/proc/net/xfrm_stat', parseCounterLines],
  ['/proc/net/stat/arp_cache', neighbours('Arp')],
  ['/proc/net/stat/ndisc_cache', neighbours('Ndisc')],
]

/** Several files as one; all but the first may be missing. */
function joined(
  files: FileTree,
  [[first, parse], ...others]: CounterFiles,
): Known<ReadonlyMap<string, number>> {
  const main = read(files, first)
  if (!main.known) return main
  const more = others.flatMap(([path, parseMore]) => {
    const text = read(files, path)
    return text.known ? [...parseMore(text.value)] : []
  })
  return known(new Map([...parse(main.value), ...more]))
}

function readDevices(files: FileTree, route: NetlinkSource | null): Counters['devices'] {
  const devices = mapped(read(files, '/proc/net/dev'), parseDeviceCounters)
  if (!devices.known) return devices
  const drops = queueDrops(route)
  return known(
    new Map([...devices.value].map(([name, told]) => [name, { ...told, queueDrops: drops(name) }])),
  )
}

/** Classful disciplines count what their leaves dropped as well, so the roots' numbers are the whole. */
function queueDrops(route: NetlinkSource | null): (name: string) => Known<number> {
  const links = route === null ? null : linksOf(route)
  const queues: QueueCounters[] = []
  const told = route?.dump(encodeQdiscRequest(), (views, length) => decodeQueues(views, length, queues))
  if (links === null || told?.errno !== 0) return () => unknown('unsupported')
  const byIndex = new Map<number, number>()
  for (const { index, root, drops } of queues) if (root) byIndex.set(index, (byIndex.get(index) ?? 0) + drops)
  return name => {
    const link = links.find(one => one.name === name)
    return link === undefined ? unknown('vanished') : known(byIndex.get(link.index) ?? 0)
  }
}

/** The module is loaded where the files are there; what it drops is told by a kernel that was built to (`NF_CONNTRACK_PROCFS`). */
function readConntrack(files: FileTree): Known<ConntrackCounters> {
  const entries = mapped(read(files, '/proc/sys/net/netfilter/nf_conntrack_count'), wholeNumber)
  if (!entries.known) return entries
  const limit = mapped(read(files, '/proc/sys/net/netfilter/nf_conntrack_max'), wholeNumber)
  if (!limit.known) return limit
  const told = read(files, '/proc/net/stat/nf_conntrack')
  const stat = told.known ? parseConntrackStat(told.value) : null
  const counter = (name: string): Known<number> => {
    const value = stat?.get(name)
    return value === undefined ? unknown(told.known ? 'unsupported' : told.reason) : known(value)
  }
  return known({
    entries: entries.value,
    limit: limit.value,
    drop: counter('drop'),
    insertFailed: counter('insert_failed'),
    earlyDrop: counter('early_drop'),
  })
}

function readDescriptors(files: FileTree, pid: number): Known<FilesInUse> {
  const limit = mapped(read(files, `/proc/${pid}/limits`), parseOpenFilesLimit)
  if (!limit.known) return limit.reason === 'unsupported' ? unknown('vanished') : limit
  try {
    const folder = `/proc/${pid}/fd`
    // Since Linux 6.2 the folder's size is their number; before, it is 0.
    const open = files.stat(folder).size || files.list(folder).length
    return known({ open, limit: limit.value })
  } catch (error) {
    return refusal(error, 'vanished')
  }
}

function read(files: FileTree, path: string): Known<string> {
  try {
    return known(files.read(path).toString('latin1'))
  } catch (error) {
    return refusal(error, 'unsupported')
  }
}

const refusal = (error: unknown, otherwise: 'vanished' | 'unsupported'): Unknown =>
  unknown(codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM' ? 'denied' : otherwise)

function mapped<T>(text: Known<string>, parse: (text: string) => T | null): Known<T> {
  if (!text.known) return text
  const value = parse(text.value)
  return value === null ? unknown('unsupported') : known(value)
}

const wholeNumber = (text: string): number | null => (/^\d{1,15}\s*$/.test(text) ? Number(text) : null)
