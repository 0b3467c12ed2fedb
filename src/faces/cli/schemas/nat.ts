/** What `ports nat` writes as JSON. */
import { HOOKS, TABLE_FAMILIES } from '../../../model/filter/ruleset.ts'
import { UNKNOWN_REASONS } from '../../../model/known.ts'
import { RULE_UNKNOWN } from '../../../tools/nat/nat.ts'
import { finding } from './finding.ts'
import { documentOf, list, number, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'

const end = object({ address: text('Address') }, { port }, 'One end; protocols without ports have an address')
const tuple = (description: string) => object({ source: end, destination: end }, {}, description)
const reference = object({
  family: oneOf(TABLE_FAMILIES, 'Family of the table'),
  table: text('Name of the table'),
  chain: text('Name of the chain'),
  handle: orNull(whole('Handle of the rule'), 'the rule set has none'),
  text: text('The rule as its own program lists it'),
})
const traffic = object({ packets: text('Packets, as text'), bytes: text('Bytes, as text') })

const connection = object(
  {
    protocol: text('Keyword of the protocol, or its number'),
    family: oneOf(['ipv4', 'ipv6'], 'Family'),
    original: tuple('The first packet as it came'),
    reply: tuple('What answers look like when they come in: its source is where the first packet went to'),
    state: text('State of the protocol; without one unreplied, replied or assured'),
    answered: yesNo('An answer was seen'),
    assured: yesNo('It isn’t thrown out early when the table is full'),
    mark: whole('Mark of the connection'),
    zone: whole('Zone of connection tracking'),
    id: whole('The kernel’s number of the entry'),
  },
  {
    timeoutSeconds: whole('Seconds until it is forgotten, if nothing more comes'),
    rule: {
      ...reference,
      type: ['object', 'null'],
      description: 'The first rule that translated it; null: not proven; absent: it isn’t translated',
    },
    ruleUnknown: oneOf(RULE_UNKNOWN, 'Why no rule is named'),
    rules: list(reference, 'All rules that translated it, in their order'),
    icmp: object({ type: whole('Type'), code: whole('Code'), id: whole('Identifier') }),
    counters: object({ original: traffic, reply: traffic }, {}, 'Where the kernel counts'),
    startedAt: text('When it began; RFC 3339, UTC'),
  },
)

const rule = object(
  {
    kind: oneOf(['masquerade', 'snat', 'dnat', 'redirect'], 'What it does'),
    does: text('Which packets, and what becomes of them'),
    rule: reference,
    backend: oneOf(['nftables', 'iptables-nft', 'iptables-legacy'], 'Who keeps it'),
    hooks: list(oneOf(HOOKS, 'Hook'), 'From which packets come to it; none where it is empty'),
  },
  { maker: text('Who makes rules like it'), packets: text('Packets counted, as text') },
)

const source = object({
  address: text('The inside address'),
  connections: whole('Connections whose source is translated'),
  share: number('Its share of the pool of which it uses most, 0 to 1'),
  pool: object(
    {
      protocol: text('Protocol'),
      external: text('The address that it gets'),
      destination: end,
      used: whole('Ports in use, by all sources'),
      ports: whole('Ports that there are'),
    },
    {},
    'Ports of one external address towards one destination',
  ),
})

const why = oneOf(UNKNOWN_REASONS, 'Why it isn’t known')
const counter = (description: string) => orNull(whole(description), 'the system does not tell')

export const nat = documentOf(
  'nat@1',
  'What this machine translates: ports nat --json',
  connection,
  {
    rules: { ...list(rule, 'Rules that translate; null: not known'), type: ['array', 'null'] },
    forwards: {
      ...object({ ipv4: yesNo('IPv4 of others is passed on'), ipv6: yesNo('IPv6 of others is passed on') }),
      type: ['object', 'null'],
    },
    table: {
      ...object(
        {
          entries: whole('Tracked connections'),
          limit: whole('Room for them'),
          insertFailed: counter('Connections that found no place since boot'),
          drop: counter('Packets dropped since boot'),
          earlyDrop: counter('Connections thrown out early since boot'),
        },
        {
          insertFailedUnknown: why,
          dropUnknown: why,
          earlyDropUnknown: why,
        },
      ),
      type: ['object', 'null'],
      description: 'The table of connections; null: not known',
    },
    sources: list(source, 'Who uses how much of the ports'),
    findings: list(finding, 'What goes wrong'),
  },
  { rulesUnknown: why, forwardsUnknown: why, tableUnknown: why },
)

export const natRules = documentOf('nat-rules@1', 'Rules that translate: ports nat --rules --json', rule)
export const natSources = documentOf(
  'nat-sources@1',
  'Who uses the ports of translated addresses: ports nat --sources --json',
  source,
)
