import assert from 'node:assert/strict'
import test from 'node:test'
import { parseEndpoint } from '../../../model/endpoint.ts'
import { openMemory, type SocketDescription } from '../../../os/memory/memory.ts'
import { explain } from '../../../tools/sockets/sockets.ts'
import { clientsText } from './clients-text.ts'

const server: SocketDescription = { listen: 'tcp [::]:80', by: 812 }
const from = (peer: string, port = 50_000): SocketDescription => ({
  established: `tcp 192.0.2.10:80 > ${peer}:${port}`,
  by: 812,
})

const rows: readonly (readonly [
  what: string,
  sockets: readonly SocketDescription[],
  clients?: string,
  named?: string,
])[] = [
  ['nobody', []],
  ['one', [from('198.51.100.1')], '1 established', '198.51.100.1'],
  [
    'one that comes twice',
    [from('198.51.100.1'), from('198.51.100.1', 50_001)],
    '2 established',
    '198.51.100.1, 2 times',
  ],
  [
    'most first, then in order of their names',
    [from('198.51.100.3'), from('198.51.100.2'), from('198.51.100.9'), from('198.51.100.9', 50_001)],
    '4 established',
    '198.51.100.9, 2 times; 198.51.100.2; 198.51.100.3',
  ],
  [
    'more than three',
    ['1', '2', '3', '4', '5'].map(end => from(`198.51.100.${end}`)),
    '5 established',
    '198.51.100.1; 198.51.100.2; 198.51.100.3; and 2 more',
  ],
  [
    'several states',
    [from('198.51.100.1'), { 'time-wait': 'tcp 192.0.2.10:80 > 198.51.100.2:50000' }, from('198.51.100.3')],
    '2 established, 1 time-wait',
    '198.51.100.1; 198.51.100.2; 198.51.100.3',
  ],
  [
    'some that wait to be accepted',
    [from('198.51.100.1'), { ...from('198.51.100.2'), by: [], inode: 0 }],
    '2 established; 1 not accepted yet',
    '198.51.100.1; 198.51.100.2',
  ],
  [
    'IPv6, and IPv4 in its clothes',
    [
      { established: 'tcp [2001:db8::7]:80 > [2001:db8::9]:50000', by: 812 },
      { established: 'tcp [::ffff:192.0.2.10]:80 > [::ffff:198.51.100.1]:50000', by: 812 },
    ],
    '2 established',
    '198.51.100.1; 2001:db8::9',
  ],
  [
    'a program on this machine, by its name',
    [from('192.0.2.10'), { established: 'tcp 192.0.2.10:50000 > 192.0.2.10:80', by: 870 }],
    '1 established',
    'curl (pid 870) here',
  ],
  [
    'another protocol’s are not this listener’s',
    [{ connected: 'udp 192.0.2.10:80 > 198.51.100.1:50000', by: 812 }],
  ],
  ['another namespace’s neither', [{ ...from('198.51.100.1'), netns: 'blue' }]],
]
for (const [what, sockets, clients, named] of rows) {
  test(what, async () => {
    const os = openMemory({
      namespaces: [{ inode: 77, name: 'blue' }],
      processes: [
        { pid: 812, run: 'node server.js' },
        { pid: 870, run: 'curl http://192.0.2.10' },
      ],
      sockets: [server, ...sockets],
    })
    const explanation = await explain(os, parseEndpoint('80'), { netns: [os.netns, 77] })
    assert.deepEqual(
      clientsText(explanation, explanation.listeners[0]!),
      clients === undefined
        ? []
        : [
            ['clients', clients],
            ['from', named],
          ],
    )
  })
}
