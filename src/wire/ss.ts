/**
 * What `ss -H -n -a -e -O` of iproute2 writes: a socket on each line, of which `/proc/net` tells the rest.
 *
 * Sockets without an inode (waiting out TIME-WAIT, half open) are left out: nothing tells which they are. Source: misc/ss.c.
 */

export interface SsSocket {
  readonly inode: number
  readonly cookie: bigint
  /** Of IPv6 sockets. */
  readonly v6only?: boolean
  /** Recv-Q and Send-Q: of listeners, the length and the limit of the accept queue. */
  readonly receive: number
  readonly send: number
}

export function parseSs(lines: readonly string[]): readonly SsSocket[] {
  return lines.flatMap(line => {
    const [, receive, send] = /^\S+\s+\S+\s+(\d{1,10})\s+(\d{1,10})\s/.exec(line) ?? []
    const inode = field(line, /\bino:(\d{1,10})\b/)
    const cookie = field(line, /\bsk:([\da-f]{1,16})\b/)
    if (receive === undefined || inode === undefined || inode === '0' || cookie === undefined) return []
    const v6only = field(line, /\bv6only:([01])\b/)
    return [
      {
        inode: Number(inode),
        cookie: BigInt(`0x${cookie}`),
        receive: Number(receive),
        send: Number(send),
        ...(v6only === undefined ? {} : { v6only: v6only === '1' }),
      },
    ]
  })
}

const field = (line: string, looks: RegExp): string | undefined => looks.exec(line)?.[1]
