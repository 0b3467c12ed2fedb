/** Sockets as JSON items, with the names of their services. */
import { itemMaker, type SocketItem, type SocketTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { serviceNames } from './service-names.ts'

export const namedItems = async (
  context: CliContext,
  table: SocketTable,
): Promise<(row: number) => SocketItem> => itemMaker(table, await serviceNames(context))
