/**
 * The text of `ss -H -n -e -p` as rows, for tests that compare our table with it. Written against iproute2 6.1 to 7.1;
 * takes the words apart by pattern, because names of processes and paths stand in it raw, line feeds and all.
 */

export interface SsRow {
  /** `tcp`, `udp`, `raw`, or for unix sockets `u_str` and its like. */
  readonly table: string
  readonly state: string
  readonly receiveQueue: number
  readonly sendQueue: number
  /** Address as ss writes it without brackets and interface, `*` for either family; or a unix name. */
  readonly local: string
  readonly port: string
  readonly peer: string
  readonly peerPort: string
  readonly interface: string | undefined
  readonly holders: readonly { readonly pid: number; readonly fd: number }[]
  readonly timer: string | undefined
  readonly uid: number
  readonly inode: number
  /** Decimal; absent where ss shows none. */
  readonly cookie: string | undefined
  readonly v6only: boolean | undefined
}

/** The arguments whose output this reads; `table` is `t`, `u`, `w` or `x`. */
export const ssArguments = (table: string): readonly string[] => [
  '-H',
  '-n',
  '-a',
  '-e',
  '-p',
  '-O',
  `-${table}`,
]

const STATE =
  '(?:ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING|UNKNOWN)'

/** Internet sockets of one table. */
export const readInternet = (text: string, table: string): SsRow[] =>
  records(text, new RegExp(`^${STATE} +\\d`)).map(record => {
    const [, state, receive, send, local, peer, rest] = /^(\S+) +(\d+) +(\d+) +(\S+) +(\S+)(.*)$/s.exec(
      record,
    )!
    const { address, port, device } = endOf(local!)
    const { address: peerAddress, port: peerPort } = endOf(peer!)
    const detail = (name: string, value: string): string | undefined =>
      new RegExp(` ${name}:(${value})`).exec(rest!)?.[1]
    const cookie = detail('sk', '[0-9a-f]+')
    const v6only = detail('v6only', '[01]')
    return {
      table,
      state: state!,
      receiveQueue: Number(receive),
      sendQueue: Number(send),
      local: address,
      port,
      peer: peerAddress,
      peerPort,
      interface: device,
      holders: holdersIn(rest!),
      timer: /timer:\((\w+)/.exec(rest!)?.[1],
      uid: Number(detail('uid', '\\d+') ?? 0),
      inode: Number(detail('ino', '\\d+') ?? 0),
      cookie: cookie === undefined ? undefined : String(BigInt(`0x${cookie}`)),
      v6only: v6only === undefined ? undefined : v6only === '1',
    }
  })

/** Unix sockets: for a port there stands the inode. */
export const readUnix = (text: string): SsRow[] =>
  records(text, new RegExp(`^u_\\w+ +${STATE} +\\d`)).map(record => {
    const [, table, state, receive, send, local, inode, peer, peerInode, rest] =
      /^(\S+) +(\S+) +(\d+) +(\d+) +(.+?) (\d+) +(.+?) (\d+) +((?:users:|<->|-->|<--|---).*)$/s.exec(record)!
    return {
      table: table!,
      state: state!,
      receiveQueue: Number(receive),
      sendQueue: Number(send),
      local: local!,
      port: inode!,
      peer: peer!,
      peerPort: peerInode!,
      interface: undefined,
      holders: holdersIn(rest!),
      timer: undefined,
      uid: 0,
      inode: Number(inode),
      cookie: undefined,
      v6only: undefined,
    }
  })

/** A record goes on until a line that begins like one: a name of two lines is in the middle of its record. */
function records(text: string, start: RegExp): string[] {
  const found: string[] = []
  for (const line of text.split('\n')) {
    if (start.test(line)) found.push(line)
    else if (found.length > 0) found.push(`${found.pop()}\n${line}`)
  }
  return found.map(record => record.trimEnd())
}

/** `127.0.0.1:80`, `0.0.0.0%eth0:68`, `[fe80::1]%eth0:22`, `*:80`, `[::]:*`. */
function endOf(text: string): { address: string; port: string; device: string | undefined } {
  const [, bracketed, bare, device, port] = /^(?:\[(.*?)\]|(.*?))(?:%(.*))?:([^:]*)$/s.exec(text)!
  return { address: bracketed ?? bare!, port: port!, device }
}

const holdersIn = (text: string): { pid: number; fd: number }[] =>
  Array.from(text.matchAll(/,pid=(\d+),fd=(\d+)\)/g), ([, pid, fd]) => ({ pid: Number(pid), fd: Number(fd) }))
