/**
 * What is supported of nftables, against nft(8)'s own list of families, objects, datatypes, expressions and statements.
 *
 * `shown` finds the sections of the corpus that show a construct, by their names. What isn't said is "yes"; a reason says why
 * not, or not wholly. `constructs.test.ts` holds it against the manual and against what the parsers and the evaluator do with
 * those sections; docs/firewall-constructs.md is made of it.
 */
export interface Construct {
  /** The heading of nft(8). */
  readonly manual: string
  readonly what: string
  readonly shown: RegExp
  /** Reasons why it isn't read from JSON, isn't read from text, isn't printed, isn't evaluated. */
  readonly json?: string
  readonly text?: string
  readonly printed?: string
  readonly evaluated?: string
}

const NOT_IP =
  'questions are about IP packets; chains of this family are read and printed, and not walked. One that may drop is named in a warning, and `fw explain` says unknown instead of open'

const FAMILIES: readonly Construct[] = [
  {
    manual: 'IPV4/IPV6/INET ADDRESS FAMILIES',
    what: 'tables of `ip`, `ip6`, `inet`',
    shown: /^base chains of every type/,
  },
  { manual: 'ARP ADDRESS FAMILY', what: 'tables of `arp`', shown: /^arp .*\(arp\)/, evaluated: NOT_IP },
  {
    manual: 'BRIDGE ADDRESS FAMILY',
    what: 'tables of `bridge`, on the machine itself, which knows the ports',
    shown: /^base chains of bridge/,
  },
  {
    manual: 'NETDEV ADDRESS FAMILY',
    what: 'tables of `netdev`, hooks ingress and egress',
    shown: /^base chains of netdev/,
    json: 'devices are missing in the JSON of nft before 1.1.0: a warning says so',
  },
  {
    manual: 'TABLES',
    what: '`flags dormant`, comments',
    shown: /^a dormant table/,
    json: 'nft 1.0.6 writes the flags of a table wrong in its JSON, which is refused: give the text',
  },
  {
    manual: 'CHAINS',
    what: 'types, hooks, priorities by name and number, policies',
    shown: /^base chains of every type/,
  },
  {
    manual: 'CHAINS',
    what: 'chains without a name, `jump { … }`',
    shown: /^a chain without a name/,
    json: 'nft writes only their text into its JSON',
    printed: 'on one line where it was read from text',
  },
  { manual: 'RULES', what: 'rules with comments and handles', shown: /comment "a rule"/ },
  {
    manual: 'SETS',
    what: 'sets: flags, timeouts, sizes, counters of elements',
    shown: /^(?:plain, concat|intervals, names|a set )/,
  },
  {
    manual: 'SETS',
    what: '`typeof`',
    shown: /by (?:its|their) fields?$/,
    printed:
      'from JSON of nft 1.0.6, a whole number has no width: it is printed by the rule that uses it, or not loadable',
  },
  { manual: 'MAPS', what: 'maps to values, verdicts, ranges and objects', shown: /^maps (?:of every|to)/ },
  {
    manual: 'ELEMENTS',
    what: 'elements: timeouts, comments, counters, the catch-all `*`',
    shown: /^(?:plain, concat|intervals, names|maps of every)/,
  },
  { manual: 'FLOWTABLES', what: 'flow tables', shown: /^a flow table/ },
  { manual: 'CT HELPER', what: 'helpers', shown: /^a helper/ },
  { manual: 'CT TIMEOUT', what: 'timeout policies', shown: /^a timeout policy$/ },
  { manual: 'CT EXPECTATION', what: 'expectations', shown: /^an expectation/ },
  { manual: 'COUNTER', what: 'counters with a name', shown: /^maps to objects|^counter name/ },
  { manual: 'QUOTA', what: 'quotas with a name', shown: /^quota name/ },
]

const DATATYPES: readonly Construct[] = [
  { manual: 'INTEGER TYPE', what: 'whole numbers of any width', shown: /^ip (?:ttl|id|length)/ },
  { manual: 'BITMASK TYPE', what: 'flags', shown: /^(?:tcp flags|comp flags)/ },
  { manual: 'STRING TYPE', what: 'names, and their beginnings `eth*`', shown: /^iifname/ },
  { manual: 'LINK LAYER ADDRESS TYPE', what: 'hardware addresses', shown: /^ether saddr/ },
  { manual: 'IPV4 ADDRESS TYPE', what: 'IPv4 addresses, prefixes, ranges', shown: /^ip saddr (?:\d|\{)/ },
  { manual: 'IPV6 ADDRESS TYPE', what: 'IPv6 addresses, prefixes, ranges', shown: /^ip6 saddr/ },
  { manual: 'BOOLEAN TYPE', what: '`exists`, `missing`', shown: /(?:exists|missing) / },
  { manual: 'ICMP TYPE TYPE', what: 'ICMP types', shown: /^icmp type/ },
  { manual: 'ICMP CODE TYPE', what: 'ICMP codes', shown: /^icmp code/ },
  { manual: 'ICMPV6 TYPE TYPE', what: 'ICMPv6 types', shown: /^icmpv6 type/ },
  { manual: 'ICMPV6 CODE TYPE', what: 'ICMPv6 codes', shown: /^icmpv6 code/ },
  { manual: 'ICMPVX CODE TYPE', what: 'codes of both', shown: /^reject with icmpx/ },
  {
    manual: 'CONNTRACK TYPES',
    what: 'states, directions, status, events, labels',
    shown: /^ct (?:state|direction|status|event|label)/,
  },
  { manual: 'DCCP PKTTYPE TYPE', what: 'DCCP packet types', shown: /^dccp type/ },
]

const EXPRESSIONS: readonly Construct[] = [
  {
    manual: 'META EXPRESSIONS',
    what: 'interfaces, protocols, marks, lengths, owners, packet types',
    shown:
      /^(?:meta (?:length|protocol|nfproto|l4proto|mark|iif|oif|skuid|skgid|pkttype|iiftype|cpu|cgroup|iifkind)|iif|oif)/,
  },
  {
    manual: 'META EXPRESSIONS',
    what: '`hour`, `time`, `day`: the clock of the host that listed them',
    shown: /^meta (?:hour|time|day)/,
  },
  {
    manual: 'META EXPRESSIONS',
    what: '`priority`, `rtclassid`, `random`, `ipsec`, `secmark`, `sdif`',
    shown: /^meta (?:priority \S+ accept|rtclassid|random|ipsec|secmark set|sdif)/,
  },
  {
    manual: 'META EXPRESSIONS',
    what: '`ibrname`, `obrname`, `ibrpvid`, `ibrvproto`',
    shown: /^meta i?o?br/,
  },
  { manual: 'SOCKET EXPRESSION', what: '`transparent`, `mark`, `wildcard`, `cgroupv2`', shown: /^socket/ },
  { manual: 'OSF EXPRESSION', what: '`osf name`, `osf version`', shown: /^osf/ },
  { manual: 'FIB EXPRESSIONS', what: '`fib … type`, `oif`, `oifname`, `exists`, `missing`', shown: /^fib/ },
  {
    manual: 'ROUTING EXPRESSIONS',
    what: '`rt classid`, `nexthop`, `mtu`, `ipsec`',
    shown: /^rt (?:classid|ip6? nexthop|mtu|ipsec)/,
  },
  { manual: 'IPSEC EXPRESSIONS', what: '`ipsec in reqid` and others', shown: /^ipsec/ },
  { manual: 'NUMGEN EXPRESSION', what: '`numgen inc`, `numgen random`', shown: /^numgen/ },
  { manual: 'HASH EXPRESSIONS', what: '`jhash`, `symhash`', shown: /^(?:jhash|symhash)/ },
  { manual: 'ETHERNET HEADER EXPRESSION', what: '`ether`', shown: /^ether \w+ \S+ accept$/ },
  { manual: 'VLAN HEADER EXPRESSION', what: '`vlan`', shown: /^vlan/ },
  { manual: 'ARP HEADER EXPRESSION', what: '`arp`', shown: /^arp .*\(arp\)/, evaluated: NOT_IP },
  {
    manual: 'IPV4 HEADER EXPRESSION',
    what: '`ip`',
    shown:
      /^ip (?:version|hdrlength|dscp|ecn|length|id|frag-off|ttl|protocol|checksum|saddr|daddr) \S+ accept$/,
  },
  { manual: 'ICMP HEADER EXPRESSION', what: '`icmp`', shown: /^icmp / },
  { manual: 'IGMP HEADER EXPRESSION', what: '`igmp`', shown: /^igmp / },
  {
    manual: 'IPV6 HEADER EXPRESSION',
    what: '`ip6`',
    shown: /^ip6 (?:version|dscp|ecn|flowlabel|length|nexthdr|hoplimit|saddr|daddr) \S+ accept$/,
  },
  {
    manual: 'ICMPV6 HEADER EXPRESSION',
    what: '`icmpv6`',
    shown: /^icmpv6 (?:type|code|checksum|mtu|id|sequence|max-delay)/,
  },
  {
    manual: 'TCP HEADER EXPRESSION',
    what: '`tcp`',
    shown: /^tcp (?:sport|dport|sequence|ackseq|doff|reserved|flags|window|checksum|urgptr) \S+ accept$/,
  },
  { manual: 'UDP HEADER EXPRESSION', what: '`udp`', shown: /^udp / },
  { manual: 'UDP-LITE HEADER EXPRESSION', what: '`udplite`', shown: /^udplite/ },
  { manual: 'SCTP HEADER EXPRESSION', what: '`sctp`, and chunks', shown: /^sctp/ },
  { manual: 'DCCP HEADER EXPRESSION', what: '`dccp`', shown: /^dccp (?!option)/ },
  { manual: 'AUTHENTICATION HEADER EXPRESSION', what: '`ah`', shown: /^ah / },
  { manual: 'ENCRYPTED SECURITY PAYLOAD HEADER EXPRESSION', what: '`esp`', shown: /^esp / },
  { manual: 'IPCOMP HEADER EXPRESSION', what: '`comp`', shown: /^comp / },
  {
    manual: 'RAW PAYLOAD EXPRESSION',
    what: '`@th,16,16`, of link, network, transport, inner header',
    shown: /^@/,
  },
  {
    manual: 'EXTENSION HEADER EXPRESSIONS',
    what: '`hbh`, `frag`, `rt`, `dst`, `mh`, `srh`, `exthdr`',
    shown: /^(?:hbh|frag|dst|srh|mh|exthdr|rt (?:type|nexthdr))/,
  },
  {
    manual: 'EXTENSION HEADER EXPRESSIONS',
    what: '`tcp option`',
    shown: /^tcp option \S+ (?:\w+ \S+ accept|exists)/,
  },
  { manual: 'EXTENSION HEADER EXPRESSIONS', what: '`ip option`', shown: /^ip option/ },
  {
    manual: 'CONNTRACK EXPRESSIONS',
    what: '`ct state`, `status`, `mark`, `direction`, `helper`, `zone`, addresses, counts',
    shown:
      /^ct (?:state|status|mark|direction|helper|zone|original|reply|bytes|avgpkt|l3proto|label|id) (?!set)/,
  },
  {
    manual: 'CONNTRACK EXPRESSIONS',
    what: '`ct expiration`',
    shown: /^ct expiration/,
    json: 'its JSON has whole seconds',
  },
]

const STATEMENTS: readonly Construct[] = [
  {
    manual: 'VERDICT STATEMENT',
    what: '`accept`, `drop`, `continue`, `return`, `jump`, `goto`',
    shown: /^(?:accept|drop|continue|return|jump c2|goto c2)$/,
  },
  {
    manual: 'PAYLOAD STATEMENT',
    what: '`ip dscp set …` and other fields',
    shown: /^(?:ip6?|tcp|udp|ether) \w+ set /,
  },
  {
    manual: 'EXTENSION HEADER STATEMENT',
    what: '`tcp option maxseg size set …`, `reset tcp option`',
    shown: /^(?:tcp option maxseg size set|reset)/,
  },
  { manual: 'LOG STATEMENT', what: '`log`', shown: /^log/ },
  { manual: 'REJECT STATEMENT', what: '`reject` with each answer', shown: /reject/ },
  { manual: 'COUNTER STATEMENT', what: '`counter`', shown: /^counter/ },
  {
    manual: 'CONNTRACK STATEMENT',
    what: '`ct mark set`, `label`, `event`, `zone`',
    shown: /^ct (?:original )?(?:mark|label|event|zone) set/,
  },
  { manual: 'NOTRACK STATEMENT', what: '`notrack`', shown: /^notrack/ },
  {
    manual: 'META STATEMENT',
    what: '`meta mark set`, `priority`, `nftrace`',
    shown: /^meta (?:mark|priority|nftrace) set (?!ip dscp(?: <<|$))/,
  },
  { manual: 'LIMIT STATEMENT', what: '`limit rate`, `over`, bursts, bytes', shown: /^limit/ },
  {
    manual: 'NAT STATEMENTS',
    what: '`snat`, `dnat`, `masquerade`, `redirect`',
    shown: /(?:snat|dnat|masquerade|redirect)(?! accept)/,
  },
  { manual: 'TPROXY STATEMENT', what: '`tproxy`', shown: /^meta l4proto tcp tproxy/ },
  { manual: 'SYNPROXY STATEMENT', what: '`synproxy`', shown: /^synproxy/ },
  { manual: 'FLOW STATEMENT', what: '`flow add @f`', shown: /^a flow table and/ },
  { manual: 'QUEUE STATEMENT', what: '`queue` to a number or range', shown: /^queue(?:$| num| to)/ },
  {
    manual: 'QUEUE STATEMENT',
    what: '`queue` to a computed number',
    shown: /^queue flags bypass to/,
    text: 'the number of a queue is a value here',
    evaluated: 'it is not read',
    json: 'kept as unsupported',
    printed: 'it is not read',
  },
  { manual: 'DUP STATEMENT', what: '`dup`', shown: /^dup to (?:lo|1\.1\.1\.1)/ },
  { manual: 'FWD STATEMENT', what: '`fwd`', shown: /^fwd .*\(netdev\)/ },
  { manual: 'SET STATEMENT', what: '`add @s { … }`, `update`, `delete`', shown: /^(?:add|update|delete) @s/ },
  {
    manual: 'SET STATEMENT',
    what: '`update @m { … : … }` of a map',
    shown: /^update @m9 \{ ip saddr : /,
    json: 'nft before 1.0.9 writes only its text into its JSON',
  },
  {
    manual: 'SET STATEMENT',
    what: '`meter`, as old versions list it',
    shown: /^meter mm \{/,
  },
  { manual: 'MAP STATEMENT', what: '`… map { … }`', shown: /^(?!queue).* map \{/ },
  { manual: 'VMAP STATEMENT', what: '`… vmap { … }`', shown: / vmap / },
]

export const CONSTRUCTS: readonly Construct[] = [...FAMILIES, ...DATATYPES, ...EXPRESSIONS, ...STATEMENTS]

/** Headings of nft(8) that aren't constructs of a rule set, and those that only iptables makes. */
export const OTHER_HEADINGS: Readonly<Record<string, string>> = {
  'LEXICAL CONVENTIONS': 'how files are written',
  'INCLUDE FILES': 'how files are written',
  'SYMBOLIC VARIABLES': 'how files are written',
  'DESCRIBE COMMAND': 'a command',
  MONITOR: 'a command',
  'XT STATEMENT':
    'extensions of iptables: kept as unsupported, their arguments are only in the listing of iptables-save',
}
