/**
 * firewalld's rules by zone: `public (eth0): service ssh, 22/tcp`, from the chains that it makes for each zone (table
 * `firewalld` of nftables).
 *
 * Services are told by their ports, since the rules don't name them: those of firewalld's own list that are usual.
 */
import type { Chain, Ruleset, Table } from '../../model/filter/ruleset.ts'
import { fieldsOf, type RuleFields } from './rule-fields.ts'

/** Names by port, as in firewalld's own definitions of services. */
const SERVICES: Readonly<Record<string, string>> = {
  '22/tcp': 'ssh',
  '25/tcp': 'smtp',
  '53/tcp': 'dns',
  '53/udp': 'dns',
  '67/udp': 'dhcp',
  '80/tcp': 'http',
  '123/udp': 'ntp',
  '137/udp': 'samba-client',
  '138/udp': 'samba-client',
  '443/tcp': 'https',
  '443/udp': 'http3',
  '546/udp': 'dhcpv6-client',
  '547/udp': 'dhcpv6',
  '631/tcp': 'ipp',
  '631/udp': 'ipp',
  '2049/tcp': 'nfs',
  '3306/tcp': 'mysql',
  '5353/udp': 'mdns',
  '5432/tcp': 'postgresql',
  '6379/tcp': 'redis',
  '6443/tcp': 'kube-apiserver',
  '9090/tcp': 'cockpit',
  '51820/udp': 'wireguard',
}

const ACTIONS = { accept: '', drop: 'drop ', reject: 'reject ' } as const

export function firewalldWords({ tables }: Ruleset): readonly string[] {
  return tables
    .filter(({ name, backend }) => name === 'firewalld' && backend === 'nftables')
    .flatMap(table => zonesOf(table).flatMap(zone => zoneWords(table, zone)))
}

/** Only zones that something is assigned to are in force. */
function zonesOf({ chains }: Table): readonly string[] {
  const zones = chains.find(({ name }) => name === 'filter_INPUT_ZONES')
  const names = zones?.rules.flatMap(rule => zoneAt(fieldsOf(rule)) ?? [])
  return [...new Set(names)]
}

const zoneAt = ({ verdict }: RuleFields): string | undefined =>
  verdict !== undefined && 'chain' in verdict ? /^filter_IN_(.+)$/.exec(verdict.chain)?.[1] : undefined

function zoneWords(table: Table, zone: string): readonly string[] {
  const chain = (name: string): Chain | undefined => table.chains.find(one => one.name === name)
  const places = (chain('filter_INPUT_ZONES')?.rules ?? []).flatMap(rule => {
    const fields = fieldsOf(rule)
    return zoneAt(fields) === zone ? [fields.input ?? fields.source ?? 'default'] : []
  })
  const title = `${zone} (${[...new Set(places)].join(', ')})`
  const parts = ['pre', 'deny', 'allow', 'post'].flatMap(
    part => chain(`filter_IN_${zone}_${part}`)?.rules ?? [],
  )
  const words = parts.flatMap(rule => {
    const fields = fieldsOf(rule)
    const what = wordsOf(fields)
    return what === undefined ? [] : [`${title}: ${what}${fields.more ? ', under conditions' : ''}`]
  })
  const forwards = (chain(`nat_PRE_${zone}_allow`)?.rules ?? []).flatMap(rule => {
    const { translate, protocol, destinationPort } = fieldsOf(rule)
    return translate === undefined || destinationPort === undefined
      ? []
      : [`${title}: forward-port ${destinationPort}/${protocol}`]
  })
  const all = chain(`filter_IN_${zone}`)?.rules.at(-1)
  const open = all?.statements.some(one => one.kind === 'verdict' && one.verdict.kind === 'accept') === true
  const trusted = open && all!.statements.every(({ kind }) => kind === 'verdict' || kind === 'counter')
  return [...words, ...forwards, ...(trusted ? [`${title}: everything`] : [])]
}

function wordsOf(fields: RuleFields): string | undefined {
  const { verdict, reject, protocol, destinationPort, source } = fields
  const action = reject ? 'reject' : verdict?.kind
  if (action !== 'accept' && action !== 'drop' && action !== 'reject') return undefined
  const port = destinationPort === undefined ? undefined : `${destinationPort}/${protocol}`
  const service = port === undefined ? undefined : SERVICES[port]
  const what =
    port === undefined
      ? (protocol ?? 'everything')
      : service === undefined
        ? `port ${port}`
        : `service ${service}, ${port}`
  return `${ACTIONS[action]}${what}${source === undefined ? '' : ` from ${source}`}`
}
