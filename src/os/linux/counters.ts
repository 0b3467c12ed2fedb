/** Counters from `/proc`: `net/snmp`, `net/netstat`, `net/sockstat`, conntrack's files, `file-nr`, `<pid>/limits`. */
import { type Known, known, type Unknown, unknown } from '../../model/known.ts'
import {
  parseConntrackStat,
  parseFileNumbers,
  parseOpenFilesLimit,
  parsePairedCounters,
  parseSockstat,
} from '../../wire/proc-counters.ts'
import type { ConntrackCounters, CounterQuery, Counters, FilesInUse } from '../counters.ts'
import { codeOf, type FileTree } from './file-tree.ts'

export function readCounters(files: FileTree, { pids = [] }: CounterQuery = {}): Counters {
  return {
    protocols: joined(files, ['/proc/net/snmp', '/proc/net/netstat'], parsePairedCounters),
    sockets: joined(files, ['/proc/net/sockstat', '/proc/net/sockstat6'], parseSockstat),
    conntrack: readConntrack(files),
    files: mapped(read(files, '/proc/sys/fs/file-nr'), parseFileNumbers),
    descriptors: new Map(pids.map(pid => [pid, readDescriptors(files, pid)])),
  }
}

/** Several files as one; those of IPv6 may be missing. */
function joined(
  files: FileTree,
  [first, second]: readonly [string, string],
  parse: (text: string) => Map<string, number>,
): Known<ReadonlyMap<string, number>> {
  const main = read(files, first)
  if (!main.known) return main
  const more = read(files, second)
  return known(new Map([...parse(main.value), ...(more.known ? parse(more.value) : [])]))
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
