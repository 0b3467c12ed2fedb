/**
 * Addresses of a namespace's interfaces, through rtnetlink(7), else what Node tells of our own, else from
 * `/proc/<pid>/net`.
 */
import { withoutZone } from '../../model/address.ts'
import {
  decodeAddresses,
  decodeLinks,
  encodeAddressRequest,
  encodeLinkRequest,
  type Link,
  type LinkAddress,
} from '../../wire/rtnetlink.ts'
import type { InterfaceAddress } from '../os.ts'
import { textOr } from './file-tree.ts'
import type { WaysIn } from './namespace-readers.ts'
import type { NetlinkSource, Sources } from './sources.ts'

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

export async function readAddresses(
  sources: Sources,
  { route, folder, own }: WaysIn,
): Promise<readonly InterfaceAddress[]> {
  return (
    (route === null ? null : fromNetlink(route)) ??
    (own ? sources.interfaces() : null) ??
    (folder === null ? [] : await fromProc(sources, folder))
  )
}

/** Null where the kernel won't tell. */
function fromNetlink(socket: NetlinkSource): readonly InterfaceAddress[] | null {
  const links: Link[] = []
  const addresses: LinkAddress[] = []
  const first = socket.dump(encodeLinkRequest(), (views, length) => decodeLinks(views, length, links))
  const second = socket.dump(encodeAddressRequest(), (views, length) =>
    decodeAddresses(views, length, addresses),
  )
  if (first.errno !== 0 || second.errno !== 0) return null
  const names = new Map(links.map(({ index, name }) => [index, name]))
  return addresses.map(({ index, address, prefix }) => ({
    interface: names.get(index) ?? String(index),
    index,
    address: withoutZone(address),
    prefix,
  }))
}

async function fromProc({ files }: Sources, folder: string): Promise<readonly InterfaceAddress[]> {
  const { parseFibTrie, parseIfInet6 } = await import('../../wire/proc-addresses.ts')
  const routes = textOr(files, `${folder}/route`)
  const v4 = parseFibTrie(textOr(files, `${folder}/fib_trie`), routes, LITTLE_ENDIAN)
  const v6 = parseIfInet6(textOr(files, `${folder}/if_inet6`))
  return [...v4, ...v6].map(one => ({
    interface: one.interface,
    index: one.index,
    address: withoutZone(one.address),
    prefix: one.prefix,
  }))
}
