/** The table of names that a host has by itself, hosts(5): an address, its name and aliases on each line. */
import { type Address, isAddress, parseAddress } from '../model/address.ts'

export interface HostsEntry {
  /** Of the file, from 1. */
  readonly line: number
  readonly address: Address
  /** The name, then its aliases, as they are written. */
  readonly names: readonly string[]
}

/** Never throws; lines that begin with no address, or have no name, are left out. */
export function parseHostsFile(text: string): readonly HostsEntry[] {
  return text.split('\n').flatMap((whole, i): HostsEntry[] => {
    const [address, ...names] = whole.split('#', 1)[0]!.trim().split(/\s+/)
    if (address === undefined || names.length === 0 || !isAddress(address)) return []
    return [{ line: i + 1, address: parseAddress(address), names }]
  })
}

/** The entries of a name, in their order: without its case, and a dot at its end. */
export function hostsEntriesOf(entries: readonly HostsEntry[], name: string): readonly HostsEntry[] {
  const wanted = plain(name)
  return entries.filter(({ names }) => names.some(one => plain(one) === wanted))
}

const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase()
