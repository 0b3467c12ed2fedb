/** What `ports nat` writes as JSON. */
import { HOOKS, TABLE_FAMILIES } from '../../../model/filter/ruleset.ts'
import { UNKNOWN_REASONS } from '../../../model/known.ts'
import { DEPENDENCES } from '../../../model/nat/behaviour.ts'
import { NAT_NAMES, NOT_TOLD, RULE_UNKNOWN } from '../../../tools/nat/nat.ts'
import { finding } from './finding.ts'
import {
  documentOf,
  lineOf,
  list,
  number,
  object,
  oneOf,
  orNull,
  port,
  text,
  time,
  whole,
  yesNo,
} from './parts.ts'

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
    startedAt: time('When it began'),
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

export const natEvents = lineOf(
  'nat-events@1',
  'Connections as they come and go, a line each: ports nat --watch -o ndjson',
  object(
    {
      type: oneOf(
        ['listening', 'new', 'update', 'destroy', 'lost'],
        'What happened; listening: nothing is missed from here on; lost: there were more than could be read',
      ),
      seq: whole('Counts the lines from 0, without gaps'),
      at: time('When it was noticed'),
    },
    { connection: { ...connection, description: 'Which; of an update and an end only what is told' } },
  ),
)

export const natRules = documentOf('nat-rules@1', 'Rules that translate: ports nat --rules --json', rule)
export const natSources = documentOf(
  'nat-sources@1',
  'Who uses the ports of translated addresses: ports nat --sources --json',
  source,
)

const DEPENDENCE = (description: string) => orNull(oneOf(DEPENDENCES, description), 'not found out')
const whyNot = oneOf(NOT_TOLD, 'Why it isn’t known')
const place = object({ address: text('Address'), port })

export const natType = documentOf(
  'nat-type@1',
  'What NAT is between here and a server: ports nat type --server host --json',
  object(
    {
      type: oneOf(NAT_NAMES, 'What people call it'),
      server: { ...place, description: 'Who was asked' },
      otherAddress: {
        ...place,
        type: ['object', 'null'],
        description: 'Its other address; null: it tells none',
      },
      local: { ...place, description: 'Our socket' },
      mapped: {
        ...place,
        type: ['object', 'null'],
        description: 'How the server sees it; null: no answer came',
      },
      translated: orNull(yesNo('There is a NAT'), 'no answer came'),
      mapping: DEPENDENCE('What decides about the outside port, after all that was tried'),
      mappingAtFirst: DEPENDENCE('The same by the tests of RFC 5780 alone'),
      filtering: DEPENDENCE('What decides about who comes in'),
      hairpin: orNull(
        oneOf(
          ['external-source', 'internal-source', 'none'],
          'Whether insiders reach each other by outside endpoints',
        ),
        'not found out',
      ),
      portPreservation: orNull(
        oneOf(['always', 'sometimes', 'never'], 'The inside port is kept'),
        'not found out',
      ),
      samples: list(object({ local: port, external: port }), 'Sockets by which that was told'),
      inboundFirst: orNull(oneOf(['keeps-port', 'changes-port'], 'When others send first'), 'not found out'),
      collision: orNull(
        oneOf(['keeps-mapping', 'changes-mapping'], 'When another inside endpoint has the port'),
        'not found out',
      ),
      overloads: orNull(yesNo('One outside port was given to two inside endpoints'), 'not found out'),
      lifetimeSeconds: {
        ...object(
          { atLeast: whole('It was still there after so long') },
          { below: whole('It was gone after so long; absent: it outlived the longest look') },
        ),
        type: ['object', 'null'],
        description: 'How long a mapping lasts without a packet from inside; null: not found out',
      },
      rewritesPayload: orNull(yesNo('Something rewrites addresses in payloads'), 'not found out'),
      carrierGrade: orNull(yesNo('There is another NAT behind the router'), 'not found out'),
      means: object(
        { calls: text('For calls'), games: text('For games'), holePunching: text('For hole punching') },
        {},
        'What it means',
      ),
    },
    {
      portStep: number('What is added from one outside port to the next'),
      ...Object.fromEntries(
        [
          'translated',
          'mapping',
          'mappingAtFirst',
          'filtering',
          'hairpin',
          'portPreservation',
          'inboundFirst',
          'collision',
          'overloads',
          'lifetimeSeconds',
          'rewritesPayload',
          'carrierGrade',
        ].map(name => [`${name}Unknown`, whyNot]),
      ),
    },
  ),
)
