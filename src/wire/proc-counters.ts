/**
 * What the kernel has counted, out of the texts of `/proc`: protocols, sockets, tracked connections, files.
 *
 * Counters have the kernel's own names, with those of their group in front: `TcpExt.ListenOverflows`, `TCP.tw`. Numbers
 * beyond 2^53 lose their last digits. Sources: proc_pid_net(5), net/ipv4/proc.c, net/ipv6/proc.c,
 * net/netfilter/nf_conntrack_standalone.c, fs/file_table.c.
 */

/**
 * `/proc/net/snmp` and `/proc/net/netstat`: pairs of lines, names and then numbers, with the group in front of both.
 * A number of which there is no name, and a name without a number, is left out.
 */
export function parsePairedCounters(text: string): Map<string, number> {
  const counters = new Map<string, number>()
  const lines = text.split('\n')
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [group = '', ...names] = lines[at]!.trim().split(/\s+/)
    const [same, ...values] = lines[at + 1]!.trim().split(/\s+/)
    if (!group.endsWith(':') || group !== same) continue
    for (const [i, name] of names.entries()) put(counters, `${group}${name}`, values[i])
  }
  return counters
}

/** `/proc/net/sockstat` and `/proc/net/sockstat6`: a group a line, then names and numbers in turn. */
export function parseSockstat(text: string): Map<string, number> {
  const counters = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [group = '', ...words] = line.trim().split(/\s+/)
    if (!group.endsWith(':')) continue
    for (let at = 0; at + 1 < words.length; at += 2) put(counters, `${group}${words[at]}`, words[at + 1])
  }
  return counters
}

/** Groups of the files that have a counter a line, in the order in which they are looked for. */
const LINE_GROUPS = ['Icmp6', 'UdpLite6', 'Udp6', 'Ip6', 'Xfrm'] as const

/** `/proc/net/snmp6` and `/proc/net/xfrm_stat`: a counter a line, its group in front: `Ip6InTooBigErrors 0`. */
export function parseCounterLines(text: string): Map<string, number> {
  const counters = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [whole = '', digits] = line.trim().split(/\s+/)
    const group = LINE_GROUPS.find(one => whole.startsWith(one) && whole.length > one.length)
    if (group !== undefined) put(counters, `${group}.${whole.slice(group.length)}`, digits)
  }
  return counters
}

/** What an interface has passed on to the system, and what it was given. */
export interface DeviceTraffic {
  readonly received: { readonly packets: number; readonly errors: number; readonly drops: number }
  /** `carrier`: losses of the link while it was sending. */
  readonly sent: {
    readonly packets: number
    readonly errors: number
    readonly drops: number
    readonly carrier: number
  }
}

/** `/proc/net/dev`: an interface a line, eight numbers of what it received and eight of what it sent. */
export function parseDeviceCounters(text: string): Map<string, DeviceTraffic> {
  const devices = new Map<string, DeviceTraffic>()
  for (const line of text.split('\n')) {
    const [, name, rest = ''] = /^\s*([^\s:]+(?::[^\s:]+)?):(.*)$/.exec(line) ?? []
    const numbers = rest.trim().split(/\s+/)
    if (name === undefined || numbers.length < 16 || !numbers.every(one => /^\d{1,20}$/.test(one))) continue
    const [, packets, errors, drops, , , , , , sent, failed, dropped, , , carrier] = numbers.map(Number)
    devices.set(name, {
      received: { packets: packets!, errors: errors!, drops: drops! },
      sent: { packets: sent!, errors: failed!, drops: dropped!, carrier: carrier! },
    })
  }
  return devices
}

function put(counters: Map<string, number>, name: string, digits: string | undefined): void {
  if (digits !== undefined && /^-?\d{1,20}$/.test(digits))
    counters.set(name.replace(':', '.'), Number(digits))
}

/**
 * `/proc/net/stat/nf_conntrack`: a header and a line for each processor, in hexadecimal, summed. The column `entries`
 * stands whole in every line, so the first is taken.
 */
export function parseConntrackStat(text: string): Map<string, number> {
  const [header = '', ...rows] = text.split('\n').filter(line => line.trim() !== '')
  const counters = new Map<string, number>()
  const cells = rows.map(row => row.trim().split(/\s+/))
  for (const [i, name] of header.trim().split(/\s+/).entries()) {
    const values = cells.map(row => row[i]).filter(one => one !== undefined && /^[\da-f]{1,16}$/i.test(one))
    if (name === '' || values.length === 0) continue
    const numbers = values.map(one => Number.parseInt(one!, 16))
    counters.set(name, name === 'entries' ? numbers[0]! : numbers.reduce((sum, one) => sum + one, 0))
  }
  return counters
}

/** The soft limit of open files in `/proc/<pid>/limits`; `Infinity` for unlimited, null where it isn't told. */
export function parseOpenFilesLimit(text: string): number | null {
  const [, limit] = /^Max open files\s+(\d{1,15}|unlimited)\s/m.exec(text) ?? []
  return limit === undefined ? null : limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}

/** `/proc/sys/fs/file-nr`: open files of the whole system, and how many there may be; null where it isn't that. */
export function parseFileNumbers(text: string): { readonly open: number; readonly limit: number } | null {
  const [, allocated, free, limit] = /^(\d{1,20})\s+(\d{1,20})\s+(\d{1,20})\s*$/.exec(text) ?? []
  return limit === undefined ? null : { open: Number(allocated) - Number(free), limit: Number(limit) }
}
