/**
 * `ports nat` on a router between two namespaces, beside `conntrack -L`: every translated connection with both tuples and
 * the rule that made it, who uses the ports, and what goes wrong; and what somebody without rights is told.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { SCHEMAS } from '../../../src/faces/cli/schemas/schemas.ts'
import { validate } from '../../../src/faces/cli/schemas/validate.cases.ts'
import { runInLab, whyNoLab } from './lab.ts'

interface Ends {
  readonly source: { readonly address: string; readonly port: number }
  readonly destination: { readonly address: string; readonly port: number }
}
interface Item {
  readonly id: number
  readonly protocol: string
  readonly original: Ends
  readonly reply: Ends
  readonly state: string
  readonly timeoutSeconds: number
  readonly rule: { readonly text: string } | null
}
interface Answer {
  readonly items: readonly Item[]
  readonly rules: readonly { readonly kind: string; readonly does: string }[]
  readonly sources: readonly {
    readonly address: string
    readonly share: number
    readonly pool: { ports: number }
  }[]
  readonly findings: readonly {
    readonly code: string
    readonly certainty: string
    readonly subject: string
  }[]
  readonly table: { readonly entries: number; readonly insertFailed: number; readonly drop: number }
}
interface Told {
  readonly answer: Answer
  readonly status: number
  readonly narrowed: Answer
  readonly listed: string
  readonly later: Answer
  readonly heard: readonly string[]
  readonly interrupted: number
  readonly unprivileged: { readonly status: number; readonly out: string; readonly err: string }
}

const why = whyNoLab('conntrack', 'setpriv')
const skip = why === null ? {} : { skip: why }
const whyNot = (maker: string): { skip?: string } => {
  const reason = why ?? (maker === 'nftables' ? null : whyNoLab('iptables-legacy'))
  return reason === null ? {} : { skip: reason }
}
const running = new Map<string, Promise<Told>>()
const told = (maker = 'nftables'): Promise<Told> => {
  const lab = running.get(maker) ?? runInLab<Told>('./nat-show-lab.ts', [maker])
  running.set(maker, lab)
  return lab
}

const NUMBERS: Readonly<Record<string, string>> = { 6: 'tcp', 17: 'udp', 1: 'icmp' }

/** `id protocol original reply` of each entry that conntrack says is translated. */
function translated(xml: string): readonly string[] {
  return [...xml.matchAll(/<flow>(.*?)<\/flow>/g)]
    .map(([, flow]) => {
      const all = (tag: string) =>
        [...flow!.matchAll(new RegExp(`<${tag}>([^<]*)<`, 'g'))].map(match => match[1]!)
      const [src, dst, sport, dport] = ['src', 'dst', 'sport', 'dport'].map(all) as [
        string[],
        string[],
        string[],
        string[],
      ]
      const side = (i: number) => `${src[i]}:${sport[i]}>${dst[i]}:${dport[i]}`
      const reversed = `${dst[1]}:${dport[1]}>${src[1]}:${sport[1]}`
      const protocol = NUMBERS[/layer4 protonum="(\d+)"/.exec(flow!)![1]!]
      return { line: `${all('id')[0]} ${protocol} ${side(0)} ${side(1)}`, plain: side(0) === reversed }
    })
    .filter(({ plain }) => !plain)
    .map(({ line }) => line)
    .toSorted()
}

const endText = ({ source, destination }: Ends): string =>
  `${source.address}:${source.port}>${destination.address}:${destination.port}`

const NFT = {
  'tcp 443': 'ip saddr 192.168.7.0/24 oifname "server" masquerade',
  'tcp 80': 'iifname "client" tcp dport 80 redirect to :8080',
  'tcp 8443': 'iifname "server" tcp dport 8443 dnat to 192.168.7.2:443',
  'udp 5060': 'iifname "server" udp dport 5060 dnat to 192.168.7.3',
  'udp 9': 'ip saddr 192.168.7.0/24 oifname "server" meta l4proto udp masquerade to :40000-40001',
}
const IPTABLES = {
  'tcp 443': '-A POSTROUTING -s 192.168.7.0/24 -o server -j MASQUERADE',
  'tcp 80': '-A PREROUTING -i client -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
  'tcp 8443': '-A PREROUTING -i server -p tcp -m tcp --dport 8443 -j DNAT --to-destination 192.168.7.2:443',
  'udp 5060': '-A PREROUTING -i server -p udp -m udp --dport 5060 -j DNAT --to-destination 192.168.7.3',
  'udp 9': '-A POSTROUTING -s 192.168.7.0/24 -o server -p udp -j MASQUERADE --to-ports 40000-40001',
}
for (const [maker, expected] of [
  ['nftables', NFT],
  ['iptables-nft', IPTABLES],
  ['iptables-legacy', IPTABLES],
] as const) {
  test(`${maker}: every translated connection is told, with both of its tuples`, whyNot(maker), async () => {
    const { answer, listed } = await told(maker)
    const ours = answer.items.map(
      one => `${one.id} ${one.protocol} ${endText(one.original)} ${endText(one.reply)}`,
    )
    assert.deepEqual(ours.toSorted(), translated(listed))
    assert.ok(ours.length >= 8, `${ours.length} connections`)
    assert.deepEqual(validate(SCHEMAS.nat!, answer), [])
  })

  test(`${maker}: the rule that made each is named`, whyNot(maker), async () => {
    const { answer } = await told(maker)
    const rules = answer.items.map(({ original, protocol, rule }) => [
      `${protocol} ${original.destination.port}`,
      rule?.text.replace(/^\[\d+:\d+\] /, ''),
    ])
    assert.deepEqual(Object.fromEntries(rules), expected)
  })
}

test('changes are told as they come, of the target that was named', skip, async () => {
  const { heard, interrupted } = await told()
  assert.deepEqual(heard, ['new 443'])
  assert.equal(interrupted, 130)
})

test('a target narrows', skip, async () => {
  const { narrowed } = await told()
  assert.deepEqual(new Set(narrowed.items.map(({ original }) => original.destination.port)), new Set([8443]))
})

test('a pool of ports that is used up, and a target that is silent, are found', skip, async () => {
  const { answer, later, status } = await told()
  const codes = answer.findings.map(({ code, subject }) => `${code} ${subject}`)
  assert.deepEqual(codes, [
    'snat-ports-exhausted udp 203.0.113.1 > 203.0.113.7:9',
    'dnat-target-silent udp 192.168.7.3:5060',
  ])
  assert.equal(status, 1)
  assert.equal(answer.sources[0]!.share, 1)
  assert.equal(answer.sources[0]!.pool.ports, 2)
  // Two of the four datagrams found no port, and two of the later ones: that is counted.
  assert.ok(later.table.insertFailed + later.table.drop > 0)
  const exhausted = later.findings.find(({ code }) => code === 'snat-ports-exhausted')
  assert.ok(exhausted !== undefined)
})

test('who has no rights is told so', skip, async () => {
  const { unprivileged } = await told()
  assert.equal(unprivileged.status, 4)
  assert.match(unprivileged.err, /CAP_NET_ADMIN/)
})
