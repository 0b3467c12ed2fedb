/** Listeners of a port in the other network namespaces of a machine, where they may be read. */
import { familyOf, scopeOf } from '../../../model/address.ts'
import { isFault } from '../../../model/fault.ts'
import { networkOf } from '../../../model/prefix.ts'
import type { InterfaceAddress, NetworkNamespace } from '../../../os/os.ts'
import { itemMaker, readTable } from '../../sockets/sockets.ts'
import type { ReadView } from '../view.ts'

export interface Elsewhere {
  readonly namespace: string
  readonly says: string
  /** In the words of a cause. */
  readonly title: string
}

/** The first that is found; undefined where there is none, or none can be read. */
export async function listenersElsewhere(
  { os, label, addresses }: ReadView,
  protocol: 'tcp' | 'udp',
  port: number,
  signal: AbortSignal,
): Promise<Elsewhere | undefined> {
  const others = (await os.namespaces()).filter(({ self, readable }) => !self && readable.known)
  const all = await tableOf(
    others.map(({ inode }) => inode),
    false,
  )
  // One that has gone meanwhile makes the whole question fail: then each by itself.
  const concerned =
    all === undefined
      ? others
      : others.filter(({ inode }) => Array.from(all.rows, row => all.columns.netns[row]).includes(inode))
  for (const one of concerned) {
    const found = (await isNear(one)) ? await listenerIn(one) : undefined
    if (found !== undefined) return found
  }
  return undefined

  /**
   * A namespace with addresses that this one has no link to is a host of its own: what listens there is not what was meant. One without
   * any address can't be reached by anybody, and one on a link of ours is what containers are.
   */
  async function isNear({ inode }: NetworkNamespace): Promise<boolean> {
    const own = await addresses()
    const theirs = (await addressesOf(os, inode)).filter(({ address }) => !OWN_LINK.has(scopeOf(address)))
    return (
      theirs.length === 0 ||
      theirs.some(({ address }) =>
        own.some(
          one =>
            one.interface !== 'lo' &&
            familyOf(one.address) === familyOf(address) &&
            networkOf(one.address, one.prefix) === networkOf(address, one.prefix),
        ),
      )
    )
  }

  /** Who holds it is asked only where there is one: that takes a look at every process. */
  async function listenerIn(namespace: NetworkNamespace): Promise<Elsewhere | undefined> {
    if (((await tableOf([namespace.inode], false))?.rows.length ?? 0) === 0) return undefined
    const table = await tableOf([namespace.inode], true)
    const row = table?.rows[0]
    if (table === undefined || row === undefined) return undefined
    const item = await itemMaker(table, () => null, table.rows.slice(0, 1))
    const holder = item(row).owners?.[0]
    const name =
      namespace.name ??
      (holder === undefined ? `namespace ${namespace.inode}` : `that of ${holder.name} (${holder.pid})`)
    const who = holder === undefined ? 'somebody' : `${holder.name} (${holder.pid})`
    return {
      namespace: name,
      title: `nobody listens there; ${who} listens on that port in another network namespace, ${name}`,
      says: `${who} listens on ${protocol} port ${port} in another network namespace of ${label}, ${name}`,
    }
  }

  async function tableOf(netns: readonly number[], owners: boolean) {
    if (netns.length === 0) return undefined
    try {
      return await readTable(os, {
        protocols: [protocol],
        localPort: port,
        listening: true,
        netns,
        ...(owners && { owners: 'found' }),
        signal,
      })
    } catch (error) {
      // It may have gone meanwhile, or be closed to us after all.
      if (!isFault(error)) throw error
      return undefined
    }
  }
}

const OWN_LINK: ReadonlySet<string> = new Set(['loopback', 'link-local', 'multicast', 'unspecified'])

/** None of one that has gone meanwhile, or is closed to us. */
async function addressesOf(os: ReadView['os'], inode: number): Promise<readonly InterfaceAddress[]> {
  try {
    return await os.addresses(inode)
  } catch (error) {
    if (!isFault(error)) throw error
    return []
  }
}
