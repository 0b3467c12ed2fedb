/** Listeners of a port in the other network namespaces of a machine, where they may be read. */
import { isFault } from '../../../model/fault.ts'
import type { NetworkNamespace } from '../../../os/os.ts'
import { itemMaker, readTable } from '../../sockets/sockets.ts'
import type { ReadView } from '../view.ts'

export interface Elsewhere {
  readonly namespace: string
  readonly says: string
}

/** The first that is found; undefined where there is none, or none can be read. */
export async function listenersElsewhere(
  { os, label }: ReadView,
  protocol: 'tcp' | 'udp',
  port: number,
  signal: AbortSignal,
): Promise<Elsewhere | undefined> {
  const others = (await os.namespaces()).filter(({ self, readable }) => !self && readable.known)
  for (const one of others) {
    const found = await listenerIn(one)
    if (found !== undefined) return found
  }
  return undefined

  async function listenerIn(namespace: NetworkNamespace): Promise<Elsewhere | undefined> {
    const table = await tableOf(namespace.inode)
    const row = table?.rows[0]
    if (table === undefined || row === undefined) return undefined
    const item = await itemMaker(table, () => null, table.rows.slice(0, 1))
    const { owners } = item(row)
    const holder = owners?.[0]
    const name =
      namespace.name ??
      (holder === undefined ? `namespace ${namespace.inode}` : `that of ${holder.name} (${holder.pid})`)
    const who = holder === undefined ? 'somebody' : `${holder.name} (${holder.pid})`
    return {
      namespace: name,
      says: `${who} listens on ${protocol} port ${port} in another network namespace of ${label}, ${name}`,
    }
  }

  async function tableOf(inode: number) {
    try {
      return await readTable(os, {
        protocols: [protocol],
        localPort: port,
        listening: true,
        netns: [inode],
        owners: true,
        signal,
      })
    } catch (error) {
      // It may have gone meanwhile, or be closed to us after all.
      if (!isFault(error)) throw error
      return undefined
    }
  }
}
