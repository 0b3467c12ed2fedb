/** `ports ls`: lists sockets and their owners. */
import type { Family, SocketProtocol } from '../../../model/protocol.ts'
import { SOCKET_STATES, type SocketState } from '../../../model/socket.ts'
import type { OS } from '../../../os/os.ts'
import { readTable, type SocketTable, type TableRequest } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, print } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import { socketLines } from '../sockets/socket-lines.ts'
import type { LsFlags } from '../specs/ls.ts'
import type { Format } from '../specs/shared-flags.ts'

export default async function ls(this: CliContext, flags: LsFlags, ...words: string[]): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports ls')
  const os = await this.openOS()
  try {
    const request = await requestOf(this, os, flags, format, words)
    if (flags.summary) return await (await import('../sockets/summary.ts')).summary(this, flags, os, request)
    if (flags.rate !== undefined)
      return await (await import('../sockets/rates.ts')).rates(this, flags, os, request, flags.rate)
    const table = await readTable(os, request)
    if (flags.countBy !== undefined) {
      return await (await import('../sockets/counts.ts')).counts(this, flags, table, flags.countBy)
    }
    await printTable(this, flags, format, table)
    return statusOf(table, flags, words)
  } finally {
    await os.close()
  }
}

async function printTable(
  context: CliContext,
  flags: LsFlags,
  format: Format,
  table: SocketTable,
): Promise<void> {
  const { complete, warnings } = incompleteness(table)
  const owners = flags.owners !== 'none'
  const shared = { schema: 'sockets@1', type: 'socket', complete, warnings, rows: table.rows }
  if (format === 'json' || format === 'ndjson') {
    const { namedItems } = await import('../sockets/items.ts')
    return print(context, flags, { ...shared, columns: [], item: await namedItems(context, table) })
  }
  await table.facts.prepare(table.rows, { owners, exposure: true })
  const item = () => ({})
  if (format === 'plain' && flags.fields === undefined && !flags.resolve) {
    return print(context, flags, {
      ...shared,
      columns: [],
      item,
      plain: ({ header }) => socketLines(table, { header, owners }),
    })
  }
  const columns = await (await import('../sockets/chosen-columns.ts')).chosenColumns(context, table, flags)
  return print(context, { ...flags, fields: undefined }, { ...shared, columns, item })
}

/** Nothing matched is a status of its own only where something was asked for. */
function statusOf(table: SocketTable, flags: LsFlags, words: readonly string[]): ExitStatus {
  if (flags.strict && !incompleteness(table).complete) return EXIT.incomplete
  return table.rows.length === 0 && words.length > 0 ? EXIT.nothingMatched : EXIT.done
}

async function requestOf(
  context: CliContext,
  os: OS,
  flags: LsFlags,
  format: Format,
  words: readonly string[],
): Promise<TableRequest> {
  const filter =
    words.length === 0
      ? undefined
      : await (await import('../sockets/filter-words.ts')).filterOf(context, words)
  const netns = await namespacesOf(
    os,
    flags.netns ?? (filter?.speaksOf.namespaces === true ? 'all' : undefined),
  )
  const protocols = filter?.speaksOf.protocols === true ? undefined : protocolsOf(flags)
  const families = familiesOf(flags)
  const states = filter?.speaksOf.states === true ? undefined : statesOf(flags)
  return {
    signal: context.signal,
    owners: flags.owners !== 'none',
    details: detailsOf(flags, format),
    ...(netns === undefined ? {} : { netns }),
    ...(filter === undefined ? {} : { filter }),
    ...(protocols === undefined ? {} : { protocols }),
    ...(families === undefined ? {} : { families }),
    ...(states === undefined ? {} : { states }),
    ...(flags.listening && !flags.all ? { listening: true } : {}),
  }
}

async function namespacesOf(os: OS, text: string | undefined): Promise<readonly number[] | undefined> {
  if (text === undefined) return undefined
  const { whichNamespaces } = await import('../../../tools/sockets/sockets.ts')
  return whichNamespaces(os, text)
}

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
