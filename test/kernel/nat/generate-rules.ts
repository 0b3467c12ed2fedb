/** Random rules that translate, in the words of nft(8), "NAT STATEMENTS". */
import type { Random } from '../space/random.ts'

type Words = (random: Random) => string

const maybe =
  (words: string, probability = 0.3): Words =>
  random =>
    random.chance(probability) ? ` ${words}` : ''
const flags: Words = random => random.pick(['', '', '', ' random', ' fully-random', ' persistent'])
const someProtocol: Words = random =>
  random.pick(['meta l4proto { tcp, udp }', 'meta l4proto tcp', 'meta l4proto udp', 'meta l4proto tcp'])
const ports: Words = random =>
  random.pick([
    '40000-40001',
    '40000-40003',
    '40000-40009',
    '40000',
    '4000-4001',
    '30000-60000',
    '53-55',
    '100-130',
  ])

const SOURCE: readonly Words[] = [
  random => `${maybe('oifname "t1" ')(random)}masquerade${flags(random)}`,
  random => `${maybe('oifname "t1" ')(random)}masquerade${flags(random)}`,
  random => `oifname "t1" ${someProtocol(random)} masquerade to :${ports(random)}${flags(random)}`,
  random => `oifname "t1" ${someProtocol(random)} masquerade to :${ports(random)}${flags(random)}`,
  random => `oifname "t1" snat ip to 10.2.0.30${flags(random)}`,
  random => `oifname "t1" snat ip to 10.2.0.30-10.2.0.33${flags(random)}`,
  random => `oifname "t1" snat ip to 10.2.0.30-10.2.0.200${flags(random)}`,
  random => `${someProtocol(random)} snat ip to 10.2.0.30:${ports(random)}${flags(random)}`,
  random => `${someProtocol(random)} snat ip to 10.2.0.30-10.2.0.31:${ports(random)}${flags(random)}`,
  () => 'oifname "t1" snat ip prefix to ip saddr map { 10.1.0.0/24 : 10.2.0.0/24 }',
  () => 'snat ip to ip saddr map { 10.1.0.2 : 10.2.0.40, 10.1.0.3 : 10.2.0.40 }',
  () =>
    'ip protocol tcp snat ip to ip saddr map { 10.1.0.2 : 10.2.0.40 . 40000, 10.1.0.3 : 10.2.0.41 . 40000 }',
  random => `oifname "t1" snat ip6 to fd02::30-fd02::33${flags(random)}`,
  random => `oifname "t1" snat ip6 to fd02::30-fd03::5${flags(random)}`,
  random => `oifname "t1" snat ip6 to fd02::30${flags(random)}`,
  random => `ip saddr 10.1.0.0/24 oifname "t0" masquerade${flags(random)}`,
  () => 'udp dport 53 accept',
]
const DESTINATION: readonly Words[] = [
  () => 'tcp dport 8080 dnat ip to 10.2.0.2:80',
  () => 'ip daddr { 10.1.0.1, 10.2.0.1 } tcp dport { 80, 443 } dnat ip to 10.1.0.3:8080',
  random => `ip daddr 10.2.0.1 ${someProtocol(random)} dnat ip to 10.1.0.2${maybe('random')(random)}`,
  random => `iifname "t0" dnat ip to 10.2.0.2-10.2.0.5${flags(random)}`,
  random => `udp dport 53 dnat ip to 10.2.0.2:5000-5003${flags(random)}`,
  random => `tcp dport 443 dnat ip to 10.2.0.2-10.2.0.3:400-480${flags(random)}`,
  () => 'dnat ip to tcp dport map { 80 : 10.2.0.4, 443 : 10.2.0.5 }',
  () => 'dnat ip to tcp dport map { 80 : 10.2.0.4 . 8080, 443 : 10.2.0.4 . 8080 }',
  () => 'iifname "t0" dnat ip prefix to ip daddr map { 10.2.0.0/24 : 10.2.1.0/24 }',
  () => 'tcp dport { 80, 443 } redirect to :8080',
  random => `udp dport 53 redirect to :${random.pick(['22', '2000', '8080-9090'])}`,
  random => `${maybe('iifname "t0"')(random)} redirect`,
  random => `iifname "t0" dnat ip6 to fd02::4-fd02::9${flags(random)}`,
  random => `udp dport 53 dnat ip6 to [fd02::4]:5000-5001${flags(random)}`,
  () => 'iifname "t1" ip6 daddr fd02::1 dnat ip6 to fd01::2',
  random => `iifname "t1" udp dport ${random.pick(['4000', '4001', '53'])} dnat ip to 10.1.0.3`,
]
const OUTPUT: readonly Words[] = [
  () => 'tcp dport 80 dnat ip to 10.2.0.2:8080',
  () => 'udp dport 53 redirect to :2000',
  random => `dnat ip to 10.2.0.7-10.2.0.9${flags(random)}`,
]
const INPUT: readonly Words[] = [
  () => 'tcp dport 80 snat ip to 10.1.0.50',
  random => `snat ip to 10.1.0.50-10.1.0.53${flags(random)}`,
]
const FORWARD: readonly Words[] = [
  () => 'ct state invalid drop',
  () => 'ct state invalid drop',
  () => 'ct state new tcp flags & (fin | syn | rst | ack) != syn drop',
  () => 'ct status assured ct mark set 3',
  () => 'udp dport 53 ct mark set 7',
  () => 'tcp dport 443 reject with tcp reset',
  () => 'ct state established tcp dport 53 reject with tcp reset',
  () => 'udp dport 443 reject',
  () => 'ct state new tcp dport 80 drop',
]

/** Marks lead out by the other device: of a masqueraded connection's packets, that ends it. */
const MANGLE: readonly Words[] = [
  () => 'ip daddr 203.0.113.9 udp length > 20 meta mark set 7',
  () => 'ip daddr 203.0.113.9 tcp flags & (syn | ack) == ack meta mark set 7',
  () => 'udp dport 53 notrack',
  () => 'tcp flags rst notrack',
]

const some = (random: Random, from: readonly Words[], most: number): string[] =>
  Array.from({ length: random.whole(0, most) }, () => random.pick(from)(random).trim())

export function natRules(random: Random): string {
  const chain = (name: string, head: string, rules: readonly string[]): string =>
    `chain ${name} {\ntype ${head}; policy accept;\n${rules.join('\n')}\n}`
  const post = some(random, SOURCE, 3)
  const chains = [
    chain('pre', 'nat hook prerouting priority -100', some(random, DESTINATION, 2)),
    chain('post', 'nat hook postrouting priority 100', post),
    ...(random.chance(0.25) ? [chain('out', 'nat hook output priority -100', some(random, OUTPUT, 1))] : []),
    ...(random.chance(0.25) ? [chain('in', 'nat hook input priority 100', some(random, INPUT, 1))] : []),
    ...(random.chance(0.2)
      ? [
          chain(
            'mangle',
            `filter hook prerouting priority ${random.pick([-300, -150])}`,
            some(random, MANGLE, 2),
          ),
        ]
      : []),
    chain('fw', 'filter hook forward priority 0', ['ct state new counter', ...some(random, FORWARD, 2)]),
  ]
  return `table inet n {\n${chains.join('\n')}\n}`
}

/** A few ports for all. */
export function crowdedRules(random: Random): string {
  const size = random.pick([1, 2, 4, 8, 40, 64, 140])
  const range = `40000-${40_000 + size}`
  const rule = random.pick([
    `masquerade to :${range}`,
    `masquerade to :${range} random`,
    `snat ip to 10.2.0.30-10.2.0.31:${range}`,
    `snat ip to 10.2.0.30:${range}`,
  ])
  return `table inet n {
chain post {
type nat hook postrouting priority 100
meta l4proto { tcp, udp } ${rule}
}
}`
}
