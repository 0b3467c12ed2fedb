/**
 * What is evaluated and no row of these tables shows, each with its reason. `sample`: a rule set that the kernel, or its nft, refuses for
 * want of it; once it takes it, a row is due.
 */
export interface Unjudged {
  readonly words: readonly string[]
  readonly reason: string
  readonly sample: string
}

const inet = (rule: string): string =>
  `table inet t {\nchain c {\ntype filter hook prerouting priority 0;\n${rule}\n}\n}\n`

export const UNJUDGED: readonly Unjudged[] = [
  {
    words: ['verdict queue'],
    reason: 'the kernel is built without nft_queue',
    sample: inet('queue'),
  },
  {
    words: ['flowtable', 'statement flow-add'],
    reason: 'the kernel is built without flow tables',
    sample:
      'table inet t {\nflowtable f {\nhook ingress priority 0\ndevices = { lo }\n}\nchain c {\ntype filter hook forward priority 0\nflow add @f\n}\n}\n',
  },
  {
    words: ['meta sdif', 'meta sdifname'],
    reason: 'the kernel is built without VRF',
    sample: inet('meta sdifname "lo"'),
  },
  {
    words: ['dccp-option 40', 'dccp-option exists'],
    reason: 'the kernel is built without options of DCCP',
    sample: inet('dccp option 40 exists'),
  },
  {
    words: ['comp nexthdr'],
    reason: 'nft 1.0.6 fails over it',
    sample: inet('comp nexthdr tcp'),
  },
  {
    words: [
      'meta ibrname',
      'meta obrname',
      'meta ibrpvid',
      'meta ibrvproto',
      'meta broute',
      'set meta broute',
    ],
    reason: 'the kernel is built without nft_meta_bridge',
    sample:
      'table bridge t {\nchain c {\ntype filter hook prerouting priority 0;\nmeta ibrname "br0"\n}\n}\n',
  },
]

/** Questions are about IP packets: what only frames of ARP have is read and printed. */
export const OF_ARP: ReadonlySet<string> = new Set(['family arp', 'header arp', 'arp operation'])
