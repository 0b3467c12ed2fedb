/**
 * Rule sets that real programs wrote, read as a host tells them, and packets sent through: the verdict that the program
 * means, by the rule that it made for it.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { familyOf, parseAddress } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { Host, Route } from '../../model/path/host.ts'
import { type Path, pathOf } from '../../model/path/path.ts'
import { FILTER_VIEWS } from '../../os/filter-views.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { readRuleset } from './firewall.ts'
import type { PacketCase } from './recorded.cases.ts'
import { RECORDED_HOSTS } from './recorded-hosts.cases.ts'
import { RECORDED_NETWORKS } from './recorded-networks.cases.ts'

const RECORDED = [...RECORDED_HOSTS, ...RECORDED_NETWORKS]

function viewsOf(program: string): Record<string, string> {
  return Object.fromEntries(
    FILTER_VIEWS.flatMap(view => {
      const file = fileURLToPath(new URL(`./testdata/${program}/${view}`, import.meta.url))
      return existsSync(file) ? [[view, readFileSync(file, 'utf8')]] : []
    }),
  )
}

const HERE = 255
const MAIN = 254

/** Its own addresses, the networks that they are in, and the rest by eth0. */
function hostOf(addresses: readonly string[]): Host {
  const parsed = addresses.map(text => {
    const [device, address, length] = text.split(/[ /]/) as [string, string, string]
    const value = parseAddress(address)
    const family = familyOf(value)
    return { family, address: addressScalar(value), prefixLength: Number(length), device }
  })
  const network = (address: number | bigint | string, length: number): number | bigint =>
    typeof address === 'bigint'
      ? (address >> BigInt(128 - length)) << BigInt(128 - length)
      : Math.floor(Number(address) / 2 ** (32 - length)) * 2 ** (32 - length)
  const routes = parsed.flatMap(({ family, address, prefixLength, device }): Route[] => [
    {
      family,
      kind: 'local',
      destination: address,
      prefixLength: family === 'ipv4' ? 32 : 128,
      device,
      metric: 0,
      table: HERE,
    },
    {
      family,
      kind: 'unicast',
      destination: network(address, prefixLength),
      prefixLength,
      device,
      metric: 0,
      table: MAIN,
    },
  ])
  const all: Route[] = [
    {
      family: 'ipv4',
      kind: 'unicast',
      destination: 0,
      prefixLength: 0,
      device: 'eth0',
      metric: 0,
      table: MAIN,
    },
    {
      family: 'ipv6',
      kind: 'unicast',
      destination: 0n,
      prefixLength: 0,
      device: 'eth0',
      metric: 0,
      table: MAIN,
    },
    {
      family: 'ipv4',
      kind: 'local',
      destination: 0x7f000000,
      prefixLength: 8,
      device: 'lo',
      metric: 0,
      table: HERE,
    },
    { family: 'ipv4', kind: 'multicast', destination: 0xe0000000, prefixLength: 4, metric: 0, table: HERE },
    {
      family: 'ipv6',
      kind: 'local',
      destination: 1n,
      prefixLength: 128,
      device: 'lo',
      metric: 0,
      table: HERE,
    },
  ]
  return { addresses: parsed, routes: [...routes, ...all], forwards: { ipv4: true, ipv6: true } }
}

const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 } as const
const [SYN, ACK] = [2, 16]

function packetOf({ packet, state = 'new' }: PacketCase): Packet {
  const [protocol, source, , destination, type] = packet.split(' ') as [
    keyof typeof PROTOCOLS,
    string,
    string,
    string,
    string?,
  ]
  const end = (text: string) => {
    const parts = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(text)!
    const ported = type === undefined
    const at = ported ? /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text)! : null
    return ported
      ? { address: parseAddress(at![1] ?? at![2]!), port: Number(at![3]) }
      : { address: parseAddress(parts[0]!), port: undefined }
  }
  const [from, to] = [end(source), end(destination)]
  return {
    family: familyOf(from.address),
    protocol: PROTOCOLS[protocol],
    source: addressScalar(from.address),
    destination: addressScalar(to.address),
    ...(from.port === undefined ? {} : { sourcePort: from.port, destinationPort: to.port! }),
    ...(protocol === 'tcp' ? { tcpFlags: state === 'new' ? SYN : ACK } : {}),
    ...(type === undefined ? {} : { icmpType: Number(type), icmpCode: 0 }),
    fields: new Map([
      ['ip6 hoplimit', 255],
      ['ip ttl', 64],
      ['exthdr rt', 0],
    ]),
  }
}

const arrived = ({ packet }: Path): string => {
  const address = Number(packet.destination)
  return `${[24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.')}:${packet.destinationPort}`
}

function senderGets({ decision: { rejectWith } }: Path): string {
  if (rejectWith === undefined) return 'nothing'
  return rejectWith.kind === 'tcp reset'
    ? rejectWith.kind
    : `${rejectWith.kind} ${rejectWith.type}/${rejectWith.code}`
}

for (const { program, addresses, packets } of RECORDED) {
  const live = await readRuleset(openMemory({ filter: { views: viewsOf(program) } }))
  const host = hostOf(addresses)

  test(`${program}: its listings agree, and nothing is missing`, () => {
    assert.deepEqual(live.warnings, [])
    assert.deepEqual(live.missing, [])
    assert.ok(live.ruleset.tables.length > 0)
  })
  for (const one of packets) {
    test(`${program}: ${one.packet} ${one.state ?? 'new'} from ${one.from ?? 'here'}: ${one.verdict}`, () => {
      const path = pathOf(live.ruleset, host, {
        packet: packetOf(one),
        from: one.from,
        surroundings: {
          conntrack: { state: one.state ?? 'new', status: 0, mark: 0, direction: 'original' },
          mark: 0,
        },
      })
      const { kind, rule, policy } = path.decision
      const by = rule?.text ?? (policy === undefined ? '' : `policy ${policy.policy}`)
      assert.equal(kind, one.verdict, `${by}\n${JSON.stringify(path.decision.unknown)}`)
      if (one.by !== undefined) assert.ok(by.includes(one.by), by)
      if (one.sender !== undefined) assert.equal(senderGets(path), one.sender)
      if (one.arrives !== undefined) {
        const wanted = new RegExp(`^${one.arrives.replaceAll('.', '\\.').replace('?', '[01]')}$`)
        assert.match(arrived(path), wanted)
      }
    })
  }
}
