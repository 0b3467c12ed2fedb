/** `ports ls`: lists sockets and their owners. */
import type { Family, SocketProtocol } from '../../../model/protocol.ts'
import { SOCKET_STATES, type SocketState } from '../../../model/socket.ts'
import type { OS } from '../../../os/os.ts'
import { readTable, type SocketTable, type TableRequest } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import type { ExitStatus } from '../exit.ts'
import { formatOf, print } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import { ending, type Listing } from '../sockets/listing.ts'
import { socketLines } from '../sockets/socket-lines.ts'
import type { LsFlags } from '../specs/ls.ts'
import type { Format } from '../specs/shared-flags.ts'

export default async function ls(this: CliContext, flags: LsFlags, ...words: string[]): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports ls')
  const os = await this.openOS()
  try {
    const listing = await listingOf(this, os, flags, format, words)
    if (flags.summary) return await (await import('../sockets/summary.ts')).summary(listing)
    if (flags.rate !== undefined)
      return await (await import('../sockets/rates.ts')).rates(listing, flags.rate)
    if (flags.countBy !== undefined)
      return await (await import('../sockets/counts.ts')).counts(listing, flags.countBy)
    const table = await readTable(os, listing.request)
    const known = incompleteness(table, listing.unread)
    await printTable(listing, table, known)
    return await ending(listing, { rows: table.rows.length, complete: known.complete })
  } finally {
    await os.close()
  }
}

async function printTable(
  { context, flags, format, os, request }: Listing,
  table: SocketTable,
  known: ReturnType<typeof incompleteness>,
): Promise<void> {
  const owners = flags.owners !== 'none'
  const shared = { schema: 'sockets@1', type: 'socket', ...known, rows: table.rows }
  if (format === 'json' || format === 'ndjson') {
    const { namedItems } = await import('../sockets/items.ts')
    return print(context, flags, { ...shared, columns: [], item: await namedItems(context, table) })
  }
  await table.facts.prepare(table.rows, { owners, exposure: true })
  const item = () => ({})
  const several = request.netns !== undefined
  if (format === 'plain' && flags.fields === undefined && !flags.resolve && !flags.wide && !several) {
    return print(context, flags, {
      ...shared,
      columns: [],
      item,
      plain: ({ header }) => socketLines(table, { header, owners }),
    })
  }
  const { chosenColumns } = await import('../sockets/chosen-columns.ts')
  const columns = await chosenColumns(context, os, table, { ...flags, several })
  return print(context, { ...flags, fields: undefined }, { ...shared, columns, item })
}

async function listingOf(
  context: CliContext,
  os: OS,
  flags: LsFlags,
  format: Format,
  words: readonly string[],
): Promise<Listing> {
  const filter =
    words.length === 0
      ? undefined
      : await (await import('../sockets/filter-words.ts')).filterOf(context, words)
  const netns = flags.netns ?? (filter?.speaksOf.namespaces === true ? 'all' : undefined)
  const namespaces =
    netns === undefined ? null : await (await import('../sockets/namespaces.ts')).namespacesOf(os, netns)
  const protocols = filter?.speaksOf.protocols === true ? undefined : protocolsOf(flags)
  const families = familiesOf(flags)
  const states = filter?.speaksOf.states === true ? undefined : statesOf(flags)
  const request: TableRequest = {
    signal: context.signal,
    owners: needsOwners(flags),
    details: detailsOf(flags, format),
    ...(namespaces === null ? {} : { netns: namespaces.inodes }),
    ...(filter === undefined ? {} : { filter }),
    ...(protocols === undefined ? {} : { protocols }),
    ...(families === undefined ? {} : { families }),
    ...(states === undefined ? {} : { states }),
    ...(flags.listening && !flags.all ? { listening: true } : {}),
  }
  const unread = namespaces?.unread ?? []
  return { context, flags, format, os, request, filtered: words.length > 0, unread }
}

/** To look at every process is dear: counts need it only where they name processes. */
const needsOwners = ({ owners, countBy, summary }: LsFlags): boolean =>
  owners !== 'none' && !summary && (countBy === undefined || countBy === 'process')

function detailsOf(flags: LsFlags, format: Format): NonNullable<TableRequest['details']> {
  if (flags.rate !== undefined || format === 'json' || format === 'ndjson') return ['queues', 'tcp']
  return flags.wide || (flags.fields?.includes('drops') ?? false) ? ['queues'] : []
}

function protocolsOf({ tcp, udp, unix, all }: LsFlags): readonly SocketProtocol[] | undefined {
  const named: SocketProtocol[] = [
    ...(tcp ? ['tcp' as const] : []),
    ...(udp ? ['udp' as const] : []),
    ...(unix ? ['unix' as const] : []),
  ]
  if (named.length > 0) return named
  return all ? undefined : ['tcp', 'udp', 'sctp', 'dccp']
}

function familiesOf({ ipv4, ipv6 }: LsFlags): readonly Family[] | undefined {
  if (ipv4 === ipv6) return ipv4 ? ['ipv4', 'ipv6'] : undefined
  return [ipv4 ? 'ipv4' : 'ipv6']
}

/** All: every state. Otherwise what is neither a remnant of a connection nor the beginning of one. */
const statesOf = ({ all }: LsFlags): readonly SocketState[] | undefined =>
  all
    ? undefined
    : SOCKET_STATES.filter(state => state !== 'time-wait' && state !== 'syn-recv' && state !== 'closed')
