/**
 * What `/proc` shows, read in the slowest and most obvious way: an oracle for the owners and tables that we read in quicker
 * ones.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Processes by inode of the sockets that they, or one of their threads, hold a descriptor of. */
export function ownersByInode(): Map<number, Set<number>> {
  const owners = new Map<number, Set<number>>()
  for (const pid of numbersIn('/proc')) {
    const folders = [
      `/proc/${pid}/fd`,
      ...numbersIn(`/proc/${pid}/task`).map(tid => `/proc/${pid}/task/${tid}/fd`),
    ]
    for (const folder of folders) {
      for (const fd of numbersIn(folder)) {
        const inode = /^socket:\[(\d+)\]$/.exec(orElse('', () => readlinkSync(`${folder}/${fd}`)))?.[1]
        if (inode === undefined) continue
        const pids = owners.get(Number(inode)) ?? new Set()
        owners.set(Number(inode), pids.add(pid))
      }
    }
  }
  return owners
}

export interface ProcRow {
  readonly family: 'ipv4' | 'ipv6'
  /** Address bytes in network order, in hex, and port. */
  readonly local: string
  readonly peer: string
  /** The kernel's number. */
  readonly state: number
  readonly uid: number
  readonly inode: number
}

/** One of `tcp`, `tcp6`, `udp` … as a process's namespace has it. Little-endian machines only, like the tests. */
export const internetTable = (pid: number, table: string): ProcRow[] =>
  readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
    .split('\n')
    .slice(1)
    .filter(line => line !== '')
    .map(line => {
      const [, local, peer, state, , , , uid, , inode] = line.trim().split(/\s+/)
      return {
        family: table.endsWith('6') ? 'ipv6' : 'ipv4',
        local: endOf(local!),
        peer: endOf(peer!),
        state: Number.parseInt(state!, 16),
        uid: Number(uid),
        inode: Number(inode),
      }
    })

/** `0100007F:0016`: words of the address in host order. */
function endOf(text: string): string {
  const [address, port] = text.split(':')
  const words = address!.match(/.{8}/g)!.map(word => word.match(/../g)!.reverse().join(''))
  return `${words.join('').toLowerCase()} ${Number.parseInt(port!, 16)}`
}

/** Inode and name of unix sockets; those not accepted yet have no inode and are left out. */
export function unixTable(pid: number): Map<number, string> {
  const found = new Map<number, string>()
  let last = 0
  for (const line of readFileSync(`/proc/${pid}/net/unix`, 'utf8').split('\n').slice(1)) {
    const [, inode, name = ''] = /^[0-9a-f]+: \w+ \w+ \w+ \w+ \w+ +(\d+)(?: (.*))?$/.exec(line) ?? []
    if (inode === undefined) found.set(last, `${found.get(last)}\n${line}`)
    else {
      last = Number(inode)
      found.set(last, name)
    }
  }
  found.delete(0)
  return new Map([...found].map(([number, name]) => [number, name.replace(/\n$/, '')]))
}

const numbersIn = (folder: string): number[] =>
  orElse([], () => readdirSync(folder))
    .filter(name => /^\d+$/.test(name))
    .map(Number)

/** Processes and descriptors come and go while we look. */
function orElse<T>(otherwise: T, ask: () => T): T {
  try {
    return ask()
  } catch {
    return otherwise
  }
}
