/** What a host's own sources say to a name, each by itself: its hosts file, and every resolver that it is set up to ask. */
import type { Address } from '../../model/address.ts'
import { valueOr } from '../../model/known.ts'
import type { OS } from '../../os/os.ts'
import { type HostsEntry, hostsEntriesOf, parseHostsFile } from '../../wire/hosts-file.ts'
import { parseNsswitch } from '../../wire/nsswitch-conf.ts'
import { namesToAsk, parseResolvConf, type ResolvConf } from '../../wire/resolv-conf.ts'
import { askResolver, type ResolverAnswer } from './ask-resolver.ts'

export interface NameSources {
  /** Of the hosts file, those of the name. */
  readonly hosts: readonly HostsEntry[]
  /** How resolvers are asked; absent where the host doesn't tell. */
  readonly settings?: ResolvConf
  /** The host asks none for such a name: it is local (RFC 6761 section 6.3, RFC 6762 section 3), or the hosts file has it. */
  readonly asksNobody: boolean
  /** Whether mDNS is asked for names under `.local`; absent where that isn't told. */
  readonly multicast?: boolean
  readonly resolvers: readonly ResolverAnswer[]
}

export interface SourcesQuestion {
  readonly name: string
  /** For each name that is asked for, milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Resolvers are asked even if the hosts file has the name. */
  readonly beyondHosts?: true
}

export async function askNameSources(
  os: OS,
  { name, timeoutMs, signal, beyondHosts }: SourcesQuestion,
): Promise<NameSources> {
  const naming = await os.naming()
  const hosts = hostsEntriesOf(parseHostsFile(valueOr(naming.hosts, '')), name)
  const settings = naming.resolvers.known ? parseResolvConf(naming.resolvers.value) : undefined
  const services = naming.order.known ? parseNsswitch(naming.order.value, 'hosts') : undefined
  const asksNobody = isLocalName(name) || (hosts.length > 0 && beyondHosts !== true)
  const servers = asksNobody || settings === undefined ? [] : [...new Set(settings.servers)]
  const names = settings === undefined ? [name] : namesToAsk(name, settings)
  const resolvers = await Promise.all(
    servers.map(server => askResolver(os, { server, names, timeoutMs, signal })),
  )
  return {
    hosts,
    ...(settings === undefined ? {} : { settings }),
    asksNobody,
    ...(services === undefined
      ? {}
      : { multicast: services.some(service => /mdns|resolve/.test(service.name)) }),
    resolvers,
  }
}

/** Names that no resolver is asked for. */
export const isLocalName = (name: string): boolean => /(?:^|\.)localhost\.?$|\.local\.?$/i.test(name)

/** Every address that some source has, with who has it. */
export function addressesTold({ hosts, resolvers }: NameSources): ReadonlyMap<Address, string> {
  const told = new Map<Address, string>()
  for (const { address, line } of hosts) told.set(address, `the hosts file, line ${line}`)
  for (const { server, asked } of resolvers)
    for (const { addresses } of asked)
      for (const address of addresses) if (!told.has(address)) told.set(address, `resolver ${server}`)
  return told
}
