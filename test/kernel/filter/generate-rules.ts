/** Random rules, in nft's words, such as the kernel takes at the hook where they stand. */
import type { Random } from '../space/random.ts'
import type { Family, HookName } from './generate.ts'
import { MATCHES, type MatchMaker } from './generate-matches.ts'

export interface Place {
  readonly hook: HookName
  readonly isNat: boolean
}

const REJECTS_V4 = [
  'host-unreachable',
  'port-unreachable',
  'net-prohibited',
  'admin-prohibited',
  'prot-unreachable',
]
const REJECTS_V6 = ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable']
const REJECTS_X = ['no-route', 'port-unreachable', 'host-unreachable', 'admin-prohibited']

const NOTHING = ''

function fits(parts: readonly string[], family: Family): boolean {
  const text = parts.join(' ')
  const isV6 = family === 'ip6' || /\bip6\b|icmpv6|ipv6|exthdr/.test(text)
  const isV4 =
    family === 'ip' || /\bip (?!to)|icmp |ipv4|dnat ip |snat ip |(?:saddr|daddr) (?:!= )?\d/.test(text)
  const transports = ['tcp', 'udp', 'icmp', 'icmpv6'].filter(name =>
    new RegExp(`(?:^|[ .])${name} (?:[ds]port|flags|option|type|code|reset|ct|mtu|gateway|sequence)`).test(
      text,
    ),
  )
  const named = text.match(/l4proto|nexthdr|ip protocol/g)?.length ?? 0
  // Its listing loses a protocol beside ports of whatever protocol.
  if (named > 0 && /@th|th [sd]port/.test(text) && !/l4proto \{ tcp, udp \} th/.test(text)) return false
  // nft 1.0.6 makes one comparison of two that lie side by side, which for two != is wrong.
  const negations = text.split('!= ').length - 1
  // Its listing loses an nfproto beside a reset, which doesn’t need it.
  if (text.includes('nfproto') && text.includes('reset')) return false
  // And it makes one range of two comparisons, of whatever fields.
  if ((text.match(/[<>]/g)?.length ?? 0) > 1) return false
  return negations <= 1 && !(isV6 && isV4) && transports.length + named <= 1
}

export class RuleWriter {
  /** Named sets and maps that the rules refer to, as they came up. */
  readonly sets: string[] = []
  readonly family: Family
  readonly random: Random

  constructor(random: Random, family: Family) {
    this.random = random
    this.family = family
  }

  rules(place: Place, chains: readonly string[], count: number): string[] {
    return Array.from({ length: count }, () => this.#rule(place, chains))
  }

  /** A named set of these elements; its name, to be written after an @. */
  named(kind: 'set' | 'map', type: string, elements: string, flags = ''): string {
    const name = `s${this.sets.length}`
    this.sets.push(`${kind} ${name} { type ${type}; ${flags} elements = { ${elements} }; }`)
    return name
  }

  /** A set that rules fill, one of each type. */
  filled(type: 'ipv4_addr' | 'inet_service'): string {
    const name = `filled_${type}`
    const set = `set ${name} { type ${type}; size ${type === 'ipv4_addr' ? 3 : 100}; flags dynamic; }`
    if (!this.sets.includes(set)) this.sets.push(set)
    return name
  }

  #rule(place: Place, chains: readonly string[]): string {
    const { random } = this
    const parts: string[] = []
    for (let i = random.weighted({ 0: 2, 1: 6, 2: 3, 3: 1 }); Number(i) > parts.length; )
      parts.push(this.#match(place, parts))
    if (random.chance(0.15)) parts.splice(random.whole(0, parts.length), 0, this.#aside(place))
    if (random.chance(0.12)) parts.push(this.#fitting(parts, () => this.#change(place), 'counter'))
    if (random.chance(0.85) || parts.length === 0)
      parts.push(this.#fitting(parts, () => this.#ending(place, chains), 'accept'))
    return parts.join(' ')
  }

  #match(place: Place, beside: readonly string[]): string {
    const make = (): string => {
      const maker: MatchMaker = this.random.pick(MATCHES)
      return maker(this, place) ?? NOTHING
    }
    return this.#fitting(beside, make, 'meta length > 1')
  }

  /** nft refuses a rule that asks for two protocols at once. */
  #fitting(beside: readonly string[], make: () => string, otherwise: string): string {
    for (let tries = 0; tries < 30; tries++) {
      const made = make()
      if (made !== NOTHING && fits([...beside, made], this.family)) return made
    }
    return otherwise
  }

  /** What holds always. */
  #aside({ hook }: Place): string {
    const all = [
      'counter',
      'log prefix "x"',
      'limit rate 1000000/second',
      'limit rate over 1000000/second',
      'continue',
    ]
    const made = this.random.pick(hook === 'input' ? [...all, 'counter'] : all)
    return made === 'continue' ? 'counter' : made
  }

  #change({ hook, isNat }: Place): string {
    const { random } = this
    const changes = [
      `meta mark set ${random.whole(0, 3)}`,
      'meta mark set meta mark | 0x10',
      'meta mark set meta mark and 0xf0 xor 0x3',
      `ct mark set ${random.whole(0, 3)}`,
      'ct mark set meta mark',
      'meta mark set ct mark',
      ...(this.family === 'ip6' ? [] : [`ip dscp set ${random.pick(['cs1', 'af21'])}`, 'ip ttl set 33']),
      ...(this.family === 'ip' ? [] : ['ip6 hoplimit set 44']),
      ...(hook === 'output' && !isNat ? ['meta mark set 7'] : []),
      ...(hook === 'prerouting' && !isNat ? ['notrack'] : []),
      ...(hook === 'output' && !isNat ? ['notrack'] : []),
      `ct label set ${random.whole(1, 3)}`,
      ...((hook === 'prerouting' || hook === 'output') && !isNat
        ? [`ct zone set ${random.whole(0, 2)}`, `ct original zone set ${random.whole(1, 2)}`]
        : []),
      ...(isNat
        ? []
        : [
            'tcp option maxseg size set 500',
            'reset tcp option maxseg',
            'tcp dport set 443',
            'udp sport set 4001',
          ]),
      ...(isNat || this.family === 'ip6' ? [] : ['ip daddr set 10.2.0.2', 'ip saddr set 10.1.0.2']),
      ...(this.family === 'ip6'
        ? []
        : [
            `${random.pick(['add', 'update', 'delete'])} @${this.filled('ipv4_addr')} { ip ${random.pick(['saddr', 'daddr'])} }`,
          ]),
      `${random.pick(['add', 'update', 'delete'])} @${this.filled('inet_service')} { tcp ${random.pick(['sport', 'dport'])} }`,
    ]
    return random.pick(changes)
  }

  #ending(place: Place, chains: readonly string[]): string {
    const { random } = this
    if (place.isNat && random.chance(0.7)) return this.#translation(place)
    const calls = chains.length === 0 ? [] : ['jump', 'jump', 'jump', 'goto']
    const rejects = !place.isNat && place.hook !== 'postrouting' ? ['reject', 'reject'] : []
    const made = random.pick([
      'accept',
      'accept',
      'accept',
      'drop',
      'drop',
      'return',
      'vmap',
      ...calls,
      ...rejects,
    ])
    if (made === 'jump' || made === 'goto') return `${made} ${random.pick(chains)}`
    if (made === 'reject') return this.#reject()
    if (made === 'vmap') return this.#verdictMap(chains)
    return made
  }

  #verdictMap(chains: readonly string[]): string {
    const { random } = this
    const verdict = (): string =>
      random.pick([
        'accept',
        'drop',
        'return',
        'continue',
        ...chains.map(chain => `jump ${chain}`),
        ...chains.map(chain => `goto ${chain}`),
      ])
    switch (random.whole(0, 4)) {
      case 0:
        return `tcp dport vmap { 22 : ${verdict()}, 80-443 : ${verdict()}, 8080 : ${verdict()} }`
      case 1:
        return `meta l4proto vmap { tcp : ${verdict()}, udp : ${verdict()} }`
      case 2:
        return `ct state vmap { new : ${verdict()}, established : ${verdict()}, related : ${verdict()}, invalid : ${verdict()} }`
      case 3:
        return `meta iifname . meta l4proto vmap { "t0" . tcp : ${verdict()}, "t1" . udp : ${verdict()} }`
      default: {
        const name = this.named(
          'map',
          'inet_service : verdict',
          `22 : ${verdict()}, 53 : ${verdict()}, 4000-4008 : ${verdict()}`,
          'flags interval;',
        )
        return `${random.pick(['tcp', 'udp', 'th'])} dport vmap @${name}`.replace(
          /^th/,
          'meta l4proto { tcp, udp } th',
        )
      }
    }
  }

  #reject(): string {
    const { random, family } = this
    const kinds = [
      'reject',
      'reject with tcp reset',
      ...(family === 'ip6' ? [] : [`reject with icmp ${random.pick(REJECTS_V4)}`]),
      ...(family === 'ip' ? [] : [`reject with icmpv6 ${random.pick(REJECTS_V6)}`]),
      ...(family === 'inet' ? [`reject with icmpx ${random.pick(REJECTS_X)}`] : []),
    ]
    return random.pick(kinds)
  }

  #translation({ hook }: Place): string {
    const { random, family } = this
    const four = family === 'ip' ? '' : ' ip'
    const six = family === 'ip6' ? '' : ' ip6'
    const isV4 = family !== 'ip6'
    const isV6 = family !== 'ip'
    if (hook === 'postrouting' || hook === 'input') {
      return random.pick([
        ...(hook === 'postrouting' ? ['masquerade', 'masquerade'] : []),
        ...(isV4 ? [`snat${four} to 10.2.0.${random.whole(30, 33)}`] : []),
        ...(isV6 ? [`snat${six} to fd02::${random.whole(30, 33)}`] : []),
      ])
    }
    const port = random.pick([80, 443, 8080])
    return random.pick([
      `tcp dport ${random.pick([22, 80])} redirect to :${port}`,
      'redirect',
      ...(isV4
        ? [
            `dnat${four} to 10.2.0.${random.whole(2, 4)}`,
            `tcp dport { 80, 443 } dnat${four} to 10.2.0.2:${port}`,
            `udp dport 53 dnat${four} to 10.2.0.3:53`,
            `dnat${four} to tcp dport map { 22 : 10.2.0.2, 80 : 10.1.0.9 }`,
          ]
        : []),
      ...(isV6
        ? [`dnat${six} to fd02::${random.whole(2, 4)}`, `tcp dport 80 dnat${six} to [fd02::2]:${port}`]
        : []),
    ])
  }
}
