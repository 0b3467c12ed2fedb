/** Rows by the kernel's lookups, which `demux-listener.ts` and `demux-datagram.ts` name and test/kernel/space judges. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../address.ts'
import { parseEndpoint } from '../endpoint.ts'
import type { Port } from '../port.ts'
import type { Socket } from '../socket.ts'
import { linuxDialect } from './dialect.ts'
import { receiversAmong } from './receivers.ts'

/** `listen tcp 0.0.0.0:80`, `tcp 10.0.0.1:80 > 10.0.0.9:4000`, with `v6only` or `@1` for interface 1. */
function socket(text: string): Socket {
  const words = text.split(' ')
  const isListening = words[0] === 'listen'
  const [protocol, local, arrow, peer, ...rest] = isListening ? words.slice(1) : words
  const end = (one: string) => {
    const { host, port } = parseEndpoint(one)
    return { address: parseAddress(host as string), port }
  }
  const more = arrow === '>' ? rest : [arrow, peer, ...rest].filter(one => one !== undefined)
  return {
    protocol: protocol as 'tcp',
    family: local!.startsWith('[') ? 'ipv6' : 'ipv4',
    state: isListening ? 'listen' : arrow === '>' ? 'established' : 'unconnected',
    local: end(local!),
    ...(arrow === '>' ? { peer: end(peer!) } : {}),
    v6only: more.includes('v6only'),
    interface: more.includes('@1') ? 1 : 0,
    inode: 1,
    netns: 1,
  } as unknown as Socket
}

/** What gets a packet from 10.0.0.9:4000 (or fd00::9) that comes in by eth0: places in the list. */
const ROWS: readonly (readonly [
  name: string,
  sockets: readonly string[],
  to: string,
  wanted: readonly number[],
])[] = [
  ['nobody', ['listen tcp 0.0.0.0:81'], 'tcp 10.0.0.1:80', []],
  ['a wildcard', ['listen tcp 0.0.0.0:80'], 'tcp 10.0.0.1:80', [0]],
  [
    'the address before the wildcard',
    ['listen tcp 0.0.0.0:80', 'listen tcp 10.0.0.1:80'],
    'tcp 10.0.0.1:80',
    [1],
  ],
  ['another address is none', ['listen tcp 10.0.0.2:80'], 'tcp 10.0.0.1:80', []],
  ['IPv4 by a wildcard of IPv6', ['listen tcp [::]:80'], 'tcp 10.0.0.1:80', [0]],
  ['not where that is for IPv6 only', ['listen tcp [::]:80 v6only'], 'tcp 10.0.0.1:80', []],
  [
    'IPv4’s own wildcard before that of IPv6',
    ['listen tcp [::]:80 v6only', 'listen tcp 0.0.0.0:80'],
    'tcp 10.0.0.1:80',
    [1],
  ],
  [
    'one bound to the device before one that isn’t',
    ['listen tcp 0.0.0.0:80', 'listen tcp 0.0.0.0:80 @1'],
    'tcp 10.0.0.1:80',
    [1],
  ],
  [
    'several at one place share',
    ['listen tcp 0.0.0.0:80', 'listen tcp 0.0.0.0:80'],
    'tcp 10.0.0.1:80',
    [0, 1],
  ],
  [
    'a connection before the listener',
    ['listen tcp 0.0.0.0:80', 'tcp 10.0.0.1:80 > 10.0.0.9:4000'],
    'tcp 10.0.0.1:80',
    [1],
  ],
  ['but not another’s', ['listen tcp 0.0.0.0:80', 'tcp 10.0.0.1:80 > 10.0.0.9:4001'], 'tcp 10.0.0.1:80', [0]],
  ['IPv6', ['listen tcp [::]:80', 'listen tcp 0.0.0.0:80'], 'tcp [fd00::1]:80', [0]],
  ['a datagram for a wildcard', ['udp 0.0.0.0:53'], 'udp 10.0.0.1:53', [0]],
  [
    'for the one that is connected to the sender',
    ['udp 0.0.0.0:53', 'udp 10.0.0.1:53 > 10.0.0.9:4000'],
    'udp 10.0.0.1:53',
    [1],
  ],
  ['not for one that is connected to another', ['udp 10.0.0.1:53 > 10.0.0.8:4000'], 'udp 10.0.0.1:53', []],
  ['protocols have ports of their own', ['listen tcp 0.0.0.0:53'], 'udp 10.0.0.1:53', []],
]

for (const [name, sockets, to, wanted] of ROWS)
  test(`${to}: ${name}`, () => {
    const [protocol = '', text = ''] = to.split(' ')
    const { host, port } = parseEndpoint(text)
    const found = receiversAmong(
      sockets.map(socket),
      {
        protocol: protocol as 'tcp',
        source: to.includes('[') ? 'fd00::9' : '10.0.0.9',
        sourcePort: 4000 as Port,
        address: parseAddress(host as string),
        port,
        device: 'eth0',
      },
      index => (index === 1 ? 'eth0' : 'eth1'),
      linuxDialect('6.18.0'),
    )
    assert.deepEqual([...found].sort(), wanted)
  })
