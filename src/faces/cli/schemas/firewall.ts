/** What the questions of `ports fw` write as JSON. */
import { EXPOSURE_LEVELS } from '../../../model/exposure.ts'
import { DECISIONS } from '../../../model/filter/decision.ts'
import { HOOKS, TABLE_FAMILIES } from '../../../model/filter/ruleset.ts'
import { finding } from './finding.ts'
import { documentOf, list, number, object, oneOf, orNull, port, text, whole, yesNo } from './parts.ts'

const OUTCOMES = [
  'no-match',
  'match',
  'accept',
  'drop',
  'reject',
  'jump',
  'goto',
  'return',
  'queue',
  'policy-accept',
  'policy-drop',
  'end',
  'translate',
  'forward',
  'assumed-match',
  'assumed-no-match',
]

const family = oneOf(TABLE_FAMILIES, 'Family of the table')
const hook = oneOf(HOOKS, 'Where the kernel asks')
export const rule = object({
  family,
  table: text('Name of the table'),
  chain: text('Name of the chain'),
  handle: orNull(whole('Handle of the rule'), 'the rule set has none'),
  text: text('The rule as its own program lists it'),
})

/** The decision about one packet: members of several documents. */
export const decision = {
  verdict: oneOf(DECISIONS, 'The answer'),
  rejectWith: orNull(text('What the sender gets: tcp reset, icmp port-unreachable'), 'nothing is sent'),
  rule: {
    ...rule,
    type: ['object', 'null'],
    description: 'The rule that decided; null: a policy did, or none',
  },
  policy: {
    ...object({
      family,
      table: text('Name of the table'),
      chain: text('Name of the chain'),
      hook,
      policy: oneOf(['accept', 'drop'], 'What it says'),
    }),
    type: ['object', 'null'],
    description: 'The policy that decided; null: a rule did, or none',
  },
  walk: list(
    object(
      {
        hook,
        family,
        table: text('Name of the table'),
        chain: text('Name of the chain'),
        rule: { ...rule, type: ['object', 'null'], description: 'Null at the end of a chain' },
        outcome: oneOf(OUTCOMES, 'What came of it'),
      },
      { because: text('The statement that decided this step') },
    ),
    'Every rule that was looked at, in order; where facts are unknown, one of the ways',
  ),
  unknown: list(
    object({
      expression: text('What the rules ask and nobody told'),
      unsupported: yesNo('Read and not understood, rather than not known'),
      ifTrue: oneOf(DECISIONS, 'What follows if it holds'),
      ifFalse: oneOf(DECISIONS, 'What follows if not'),
    }),
    'Facts that would decide',
  ),
}

const end = object({ address: text('Address') }, { port }, 'One end')
const ends = { source: end, destination: end }
const witness = (description: string) => ({
  ...object({ text: text('The packet, as "ports fw test" reads it'), ...decision }, { hook }),
  type: ['object', 'null'],
  description,
})

export const fwTest = documentOf(
  'fw-test@1',
  'Whether packets pass the filter: ports fw test "tcp 10.0.0.1:4000 -> 10.0.0.2:22" --json',
  object(
    {
      flow: object({ protocol: text('Protocol'), ...ends }),
      text: text('The question as it was written'),
      state: text('State of the connection, as it was said or supposed'),
      way: oneOf(['in', 'through', 'out', 'hook'], 'Delivered here, passed on, made here, or one hook'),
      ...decision,
    },
    {
      in: text('Interface that it comes in by'),
      out: text('Interface that it leaves by'),
      end: oneOf(
        ['no-route', 'not-forwarding', 'expired', 'returned', 'not-addressed'],
        'Why it gets nowhere though no rule is against it',
      ),
      translated: object(ends, {}, 'The ends afterwards, where a rule translated one'),
      wanted: oneOf(DECISIONS, 'What the suite expects'),
      asWanted: yesNo('It came so'),
    },
  ),
)

export const fwFind = documentOf(
  'fw-find@1',
  'A packet that meets a condition, or proof that there is none: ports fw find --allow "tcp dport 22" --json',
  object(
    {
      found: oneOf(['yes', 'no', 'unknown'], 'The answer; "no" is proven'),
      hook,
      witness: witness('The packet; null: none was found'),
    },
    { why: text('Why it isn’t known') },
  ),
)

export const fwExplain = documentOf(
  'fw-explain@1',
  'From where a port can be reached through the filter: ports fw explain 443 --json',
  object(
    {
      protocol: text('Protocol'),
      port,
      from: oneOf(EXPOSURE_LEVELS, 'Where somebody comes from'),
      family: oneOf(['ipv4', 'ipv6'], 'Family'),
      verdict: oneOf(['open', 'closed', 'published', 'unknown'], 'Whether any of them gets through'),
      witness: witness('A packet of them; null: there is none to show'),
    },
    {
      address: text('The address that was asked about'),
      publishedTo: text('The endpoint that a rule sends them to'),
      why: text('Why it isn’t known'),
    },
  ),
)

export const fwLint = documentOf('fw-lint@1', 'What is odd about rules: ports fw lint --json', finding)
export const fwDiff = documentOf(
  'fw-diff@1',
  'What two rule sets do differently: ports fw diff a b --json',
  finding,
)

export const fwShow = documentOf(
  'fw-show@1',
  'The packet filter: ports fw --json',
  object({
    managers: list(
      object({
        name: text('The program'),
        title: text('As people write it'),
        evidence: list(
          object({ source: text('Table'), says: text('What gave it away') }),
          'What gave it away',
        ),
        words: list(
          text('A rule'),
          'Its rules as it would list them itself; empty where it has no such words',
        ),
        rules: whole('Rules in its chains'),
      }),
      'Who made the rules',
    ),
    opens: list(
      object(
        {
          protocol: oneOf(['tcp', 'udp'], 'Protocol'),
          ports: object({ low: port, high: port }),
          families: list(oneOf(['ipv4', 'ipv6'], 'Family'), 'Families'),
          from: oneOf(EXPOSURE_LEVELS, 'The widest region that gets through'),
          verdict: oneOf(['open', 'published', 'unknown'], 'How'),
        },
        { publishedTo: text('The endpoint that a rule sends it to') },
      ),
      'What new connections from beyond this machine reach',
    ),
    opensComplete: yesNo('Every range of ports that rules tell apart was looked at'),
    outside: list(
      object(
        { kind: text('Kind'), place: text('Where'), says: text('What is known of it') },
        {
          direction: oneOf(['ingress', 'egress'], 'Which packets'),
          family: oneOf(['ipv4', 'ipv6'], 'Only packets of this family'),
          protocols: list(text('Protocol'), 'Only these'),
          hook,
          programs: list(
            object(
              { id: whole('Number of the program') },
              { type: text('Type, as bpftool names it'), name: text('Name, at most 15 bytes of it') },
            ),
            'BPF programs, in their order',
          ),
        },
      ),
      'What decides outside of the rules',
    ),
    chains: list(
      object(
        {
          table: object({
            family,
            name: text('Name'),
            backend: oneOf(['nftables', 'iptables-nft', 'iptables-legacy'], 'Who keeps it'),
            dormant: yesNo('Set aside with all its chains'),
          }),
          chain: text('Name'),
          hooks: list(hook, 'Hooks from which it is entered'),
          rules: list(
            object(
              { handle: orNull(whole('Handle'), 'the rule set has none'), text: text('The rule') },
              { packets: whole('Packets counted'), bytes: whole('Bytes counted'), comment: text('Comment') },
            ),
            'Its rules',
          ),
        },
        {
          base: object(
            {
              type: oneOf(['filter', 'nat', 'route'], 'Kind of chain'),
              hook,
              priority: number('Ascending order at a hook'),
              policy: oneOf(['accept', 'drop'], 'What happens at its end'),
              devices: list(text('Interface'), 'Of chains of devices'),
            },
            {},
            'Where packets enter it; absent of a chain that is jumped to',
          ),
        },
      ),
      'Chains in the order in which packets meet them',
    ),
  }),
)
