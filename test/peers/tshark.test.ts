/**
 * What tshark reads in the captures of a simulated network: every packet, at its time, on its interface, with ends, lengths and
 * flags as they were sent, every checksum right, and nothing malformed.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before, describe } from 'node:test'
import { type CapturedDatagram, createNetwork } from '../../src/sim/sim.ts'
import { datagramLength } from '../../src/wire/ip/ip.ts'

const missing = spawnSync('tshark', ['--version']).error !== undefined

const FIELDS = [
  'frame.time_epoch',
  'frame.interface_name',
  'frame.len',
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'ip.flags.df',
  'ip.frag_offset',
  'ipv6.src',
  'ipv6.dst',
  'ipv6.hlim',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.len',
  'tcp.options.mss_val',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'icmp.type',
  'icmp.code',
  'icmpv6.type',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
  '_ws.malformed',
  '_ws.expert.message',
] as const
type Field = (typeof FIELDS)[number]
type Line = Readonly<Record<Field, string>>

const CHECKED = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum']
/** `PROTO_CHECKSUM_E_GOOD` of Wireshark. */
const GOOD = '1'

function read(file: string): readonly Line[] {
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    [
      '-r',
      file,
      '-n',
      // What an ICMP error quotes has fields of the same names: the first is the packet's own.
      ...['-T', 'fields', '-E', 'occurrence=f', '-E', 'separator=|'],
      ...[
        '-o',
        'ip.defragment:FALSE',
        '-o',
        'tcp.desegment_tcp_streams:FALSE',
        '-o',
        'tcp.relative_sequence_numbers:FALSE',
      ],
      ...CHECKED.flatMap(one => ['-o', `${one}:TRUE`]),
      ...FIELDS.flatMap(field => ['-e', field]),
    ],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 },
  )
  assert.equal(status, 0, stderr)
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => Object.fromEntries(line.split('|').map((value, i) => [FIELDS[i], value])) as Line)
}

/** Web pages over both families, datagrams, a large one in pieces, pings and what becomes of some. */
async function capture() {
  const network = createNetwork({ seed: 3, clock: 'by-hand' })
  const web = network.host('web', {
    addresses: ['10.0.2.2/24', '2001:db8:2::2/64'],
    gateway: ['10.0.2.1', '2001:db8:2::1'],
  })
  const client = network.host('client', {
    addresses: ['10.0.1.2/24', '2001:db8:1::2/64'],
    gateway: ['10.0.1.1', '2001:db8:1::1'],
  })
  network.router('core', {
    addresses: ['eth0 10.0.1.1/24', 'eth0 2001:db8:1::1/64', 'eth1 10.0.2.1/24', 'eth1 2001:db8:2::1/64'],
  })
  network.link(client, 'core', { delayMs: 10, loss: 0.05 })
  network.link('core', web, { delayMs: 5, mtu: 1300 })
  const all = network.capture()
  web.createServer(socket => socket.pipe(socket)).listen(80)
  for (const host of ['10.0.2.2', '2001:db8:2::2']) {
    const socket = client.createConnection({ host, port: 80 })
    socket.on('error', () => undefined)
    socket.resume()
    socket.end(Buffer.alloc(5000, 'portolan'))
  }
  for (const family of ['udp4', 'udp6'] as const) {
    const to = family === 'udp4' ? '10.0.2.2' : '2001:db8:2::2'
    const socket = client.createSocket(family)
    socket.on('error', () => undefined)
    for (const size of [0, 1, 1200]) socket.send(Buffer.alloc(size, 'x'), 5000, to)
  }
  const big = client.createSocket('udp4')
  big.on('error', () => undefined)
  big.send(Buffer.alloc(4000, 'y'), 5001, '10.0.2.2')
  // Some get lost, never all.
  const there = ['10.0.2.2', '2001:db8:2::2', '10.0.2.77', '198.51.100.1', '10.0.1.1']
  for (const to of [...there, ...there, ...there]) void client.ping(to)
  void client.ping('10.0.2.2', { hopLimit: 1 })
  void client.ping('2001:db8:2::2', { hopLimit: 1 })
  void client.ping('10.0.2.2', { size: 1400, dontFragment: true })
  void client.ping('2001:db8:2::2', { size: 1400 })
  await network.run()
  return { packets: all.packets, file: all.pcapng(), startAt: network.startAt }
}

describe('tshark reads our captures', { skip: missing && 'tshark is not installed' }, () => {
  let folder = ''
  let packets: readonly CapturedDatagram[] = []
  let lines: readonly Line[] = []
  let startAt = 0

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portolan-tshark-'))
    const made = await capture()
    packets = made.packets
    startAt = made.startAt
    writeFileSync(join(folder, 'town.pcapng'), made.file)
    lines = read(join(folder, 'town.pcapng'))
  })
  after(() => rmSync(folder, { recursive: true }))

  test('all of them, and of every kind', () => {
    assert.equal(lines.length, packets.length)
    const has = (field: Field): boolean => lines.some(line => line[field] !== '')
    for (const field of ['tcp.options.mss_val', 'udp.length', 'icmpv6.type'] as const)
      assert.ok(has(field), field)
    const types = new Set(lines.flatMap(line => line['icmp.type'].split(',')))
    for (const type of ['0', '3', '8', '11']) assert.ok(types.has(type), `ICMP ${type}`)
    assert.ok(
      lines.some(line => Number(line['ip.frag_offset']) > 0),
      'a fragment',
    )
  })

  test('each as it was sent', () => {
    for (const [i, { at, place, datagram }] of packets.entries()) {
      const line = lines[i]!
      const { source, destination, hopLimit, payload, fragment, dontFragment = false } = datagram
      const isV6 = source.includes(':')
      const where = `packet ${i + 1}`
      assert.ok(Math.abs(Number(line['frame.time_epoch']) * 1000 - startAt - at) < 0.001, where)
      assert.equal(line['frame.interface_name'], place, where)
      assert.equal(Number(line['frame.len']), datagramLength(datagram), where)
      assert.deepEqual(
        isV6
          ? [line['ipv6.src'], line['ipv6.dst'], line['ipv6.hlim']]
          : [line['ip.src'], line['ip.dst'], line['ip.ttl']],
        [source, destination, String(hopLimit)],
        where,
      )
      if (!isV6) assert.equal(/^(?:1|True)$/.test(line['ip.flags.df']), dontFragment, where)
      if (fragment !== undefined && fragment.offset > 0) continue
      if (payload.kind === 'tcp')
        assert.deepEqual(
          [line['tcp.srcport'], line['tcp.dstport'], Number(line['tcp.flags']), line['tcp.len']].map(String),
          [payload.sourcePort, payload.destinationPort, payload.flags, payload.data.length].map(String),
          where,
        )
      if (payload.kind === 'udp')
        assert.deepEqual(
          [line['udp.srcport'], line['udp.dstport'], line['udp.length']],
          [payload.sourcePort, payload.destinationPort, payload.data.length + 8].map(String),
          where,
        )
      if (payload.kind === 'icmp')
        assert.equal(isV6 ? line['icmpv6.type'] : line['icmp.type'], String(payload.type), where)
    }
  })

  test('every checksum is right, and nothing malformed', () => {
    for (const [i, line] of lines.entries()) {
      const { payload, source, fragment } = packets[i]!.datagram
      const own = payload.kind === 'icmp' && source.includes(':') ? 'icmpv6' : payload.kind
      // What an ICMP error quotes, and a piece of a packet, can't be verified.
      if (!source.includes(':')) assert.equal(line['ip.checksum.status'], GOOD, `packet ${i + 1}`)
      if (own !== 'other' && fragment === undefined)
        assert.equal(line[`${own}.checksum.status`], GOOD, `${own} of packet ${i + 1}`)
      assert.equal(line['_ws.malformed'], '', `packet ${i + 1}`)
    }
  })
})
