/**
 * Frames as text, in the words of `../notation.ts`:
 *
 *     tcp n0 > n1:22              in by the port where n0 stands, to the hardware address of n1
 *     tcp n0 > me:22              to the bridge; `me` is the host on the bridge, `mex` at e0, `mey` at e1
 *     tcp n0 > y:22               through the host: to the address of the device that it comes in by
 *     tcp here me:22 > n0:4000    made here
 *     … to=n2 from=w1 vlan=5      another hardware address (`all` for everybody, `nobody` for one that nobody has), device, a tag
 *
 * With a 6 (n06, me6) they are IPv6. What comes to pass stands after ` = `, and there may be ` to w1`; of a frame that goes to several
 * ports `copies w1 w2`.
 */
import type { Scalar } from '../../../../src/model/filter/pattern.ts'
import { parseProbe, parseWanted, type Wanted } from '../notation.ts'
import { packetBytes, type Shape } from '../packet-bytes.ts'
import { BRIDGE, HARDWARE, PORTS, STATIONS, text } from './link-ground.ts'

export interface FrameProbe {
  readonly from: string | null
  readonly shape: Shape
  readonly frame: { readonly source: number; readonly destination: number; readonly vlan?: number }
}

export interface FrameLine {
  readonly text: string
  readonly probe: FrameProbe
  readonly wanted: Wanted & { readonly to?: string; readonly copies?: readonly string[] }
}

const OWN = {
  me: { device: BRIDGE, v4: '10.9.0.1', v6: 'fd09::1' },
  mex: { device: 'e0', v4: '10.7.0.1', v6: 'fd07::1' },
  mey: { device: 'e1', v4: '10.8.0.1', v6: 'fd08::1' },
} as const
const ADDRESSES: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries({ ...STATIONS, ...OWN }).flatMap(([name, { v4, v6 }]) => [
    [name, v4],
    [`${name}6`, v6],
  ]),
  ['far', '203.0.113.9'],
  ['far6', '2001:db8::9'],
])
const NAMED: Readonly<Record<string, number>> = {
  ...HARDWARE,
  ...Object.fromEntries(Object.entries(STATIONS).map(([name, { hardware }]) => [name, hardware])),
  all: 0xffffffffffff,
  nobody: 0x0200000000ff,
  group: 0x01005e000105,
}

export function parseFrameLine(line: string): FrameLine {
  const [doing = '', said = ''] = line.split(/ += +/)
  const copies = /^copies(?: (.*))?$/.exec(said.trim())
  const to = / to (\S+)$/.exec(said.trim())
  const wanted = parseWanted(said.trim().replace(/ to \S+$/, ''))
  return {
    text: line,
    probe: parseFrame(doing.trim()),
    wanted: {
      ...wanted,
      ...(to === null ? {} : { to: to[1]! }),
      ...(copies === null ? {} : { copies: (copies[1] ?? '').split(' ').filter(one => one !== '') }),
    },
  }
}

export function parseFrame(doing: string): FrameProbe {
  const options = new Map<string, string>()
  const words = doing.split(' ').filter(word => {
    const match = /^(to|from|vlan)=(.+)$/.exec(word)
    if (match !== null) options.set(match[1]!, match[2]!)
    return match === null
  })
  const isMade = words[1] === 'here'
  const named = words.filter(word => word !== 'here').map(nameToAddress)
  const { shape } = parseProbe([named[0], 'here', ...named.slice(1)].join(' '))
  const from = isMade ? null : (options.get('from') ?? deviceOf(shape.source))
  const vlan = options.get('vlan')
  return {
    from,
    shape,
    frame: {
      source: stationAt(shape.source)?.hardware ?? NAMED.nobody! - 1,
      destination: hardwareFor(options.get('to'), from, shape.destination),
      ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    },
  }
}

function nameToAddress(word: string): string {
  const [, name = '', port] = /^([a-z]+\d*?6?)(?::(\d+))?$/.exec(word) ?? []
  const address = ADDRESSES[name]
  if (address === undefined) return word
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

const stationAt = (address: string) =>
  Object.values(STATIONS).find(({ v4, v6 }) => v4 === address || v6 === address)

function deviceOf(address: string): string {
  const found = stationAt(address)?.at
  if (found === undefined) throw new Error(`who ${address} is, is not known: say from=`)
  return found
}

/** As a station would address it: its neighbours themselves, everybody else by the host. */
function hardwareFor(said: string | undefined, from: string | null, destination: string): number {
  if (said !== undefined) {
    const given = NAMED[said]
    if (given === undefined) throw new Error(`${said} has no hardware address`)
    return given
  }
  const device = from !== null && (PORTS as readonly string[]).includes(from) ? BRIDGE : (from ?? BRIDGE)
  const station = stationAt(destination)
  const isNear =
    station !== undefined && (PORTS as readonly string[]).includes(station.at) && device === BRIDGE
  return isNear ? station.hardware : HARDWARE[device]!
}

/** What is written into a device: the frame; of what is made here, the packet. */
export function frameBytes({ from, shape, frame }: FrameProbe): Buffer {
  const packet = packetBytes(shape)
  if (from === null) return packet
  const addresses = Buffer.from((text(frame.destination) + text(frame.source)).replaceAll(':', ''), 'hex')
  const tag = Buffer.alloc(frame.vlan === undefined ? 0 : 4)
  if (frame.vlan !== undefined) {
    tag.writeUInt16BE(0x8100)
    tag.writeUInt16BE(frame.vlan, 2)
  }
  const type = Buffer.alloc(2)
  type.writeUInt16BE(shape.source.includes(':') ? 0x86dd : 0x0800)
  return Buffer.concat([addresses, tag, type, packet])
}

/** The same as fields by nft's words; none of what is made here. */
export function frameFields({ from, shape, frame }: FrameProbe): ReadonlyMap<string, Scalar> {
  if (from === null) return new Map()
  const type = shape.source.includes(':') ? 0x86dd : 0x0800
  const { source, destination, vlan } = frame
  return new Map<string, Scalar>([
    ['ether saddr', source],
    ['ether daddr', destination],
    ['ether type', vlan === undefined ? type : 0x8100],
    ...(vlan === undefined
      ? []
      : ([
          ['vlan id', vlan & 0xfff],
          ['vlan pcp', vlan >> 13],
          ['vlan dei', (vlan >> 12) & 1],
          ['vlan type', type],
        ] as const)),
  ])
}
