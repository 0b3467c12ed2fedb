import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type MachineDescription,
  type MemoryOS,
  openMemory,
  type SocketDescription,
} from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import { parseFilter } from './filter/filter.ts'
import { overhear } from './overheard.cases.ts'
import { flow, listen, watching } from './watching.cases.ts'

const BASE: MachineDescription = {
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js' },
    { pid: 813, run: 'node other.js', name: 'other.js' },
  ],
}
const on = (...sockets: readonly SocketDescription[]): MemoryOS => openMemory({ ...BASE, sockets })
const find = ({ machine }: MemoryOS, port: number) =>
  [...machine.sockets].find(({ socket: { local } }) => 'port' in local && local.port === port)!

/** What happens before each turn, and what is then told; the first are told before anything happens. */
const ROWS: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  turns: readonly (readonly [happens: (os: MemoryOS) => void, told: readonly string[]])[],
])[] = [
  ['nothing there, nothing happens', [], [[() => {}, ['looked 0']]]],
  ['nothing happens', [listen(80), flow(5)], [[() => {}, ['looked 2']]]],
  [
    'opened, and never again',
    [],
    [
      [os => void os.machine.open(listen(80)), ['opened listen :80 by 812', 'looked 1']],
      [() => {}, ['looked 1']],
    ],
  ],
  [
    'closed, and never again',
    [listen(80), listen(81)],
    [
      [os => os.machine.close(find(os, 80)), ['closed listen :80 by 812', 'looked 1']],
      [() => {}, ['looked 1']],
    ],
  ],
  [
    'its process exits',
    [listen(80), flow(5), listen(81, 813)],
    [
      [
        os => os.machine.exit(812),
        ['closed established :5 by 812, 7 bytes', 'closed listen :80 by 812', 'looked 1'],
      ],
    ],
  ],
  [
    'closed and opened again on the same port between two looks: another cookie, another socket',
    [listen(80)],
    [
      [
        os => {
          os.machine.close(find(os, 80))
          os.machine.open(listen(80, 813))
        },
        ['closed listen :80 by 812', 'opened listen :80 by 813', 'looked 1'],
      ],
    ],
  ],
  [
    'another socket on the same port',
    [listen(80)],
    [[os => void os.machine.open(listen(80, 813)), ['opened listen :80 by 813', 'looked 2']]],
  ],
  [
    'a connection ends, with its last numbers',
    [flow(5)],
    [[os => os.machine.close(find(os, 5)), ['closed established :5 by 812, 7 bytes', 'looked 0']]],
  ],
  [
    'a connection comes and goes between two looks',
    [],
    [
      [
        os => os.machine.close(os.machine.open(flow(5))),
        ['closed established :5 by vanished, 7 bytes, unseen', 'looked 0'],
      ],
      [() => {}, ['looked 0']],
    ],
  ],
  [
    'a listener that comes and goes between two looks was no connection',
    [],
    [[os => os.machine.close(os.machine.open(listen(80))), ['looked 0']]],
  ],
  [
    'a connection is accepted: at the next look at all owners',
    [flow(5, { by: [], inode: 0 })],
    [
      [os => void os.machine.change(find(os, 5), flow(5, { inode: 600 })), ['looked 1']],
      [() => {}, ['changed established :5 by 812, was not-accepted', 'looked 1']],
    ],
  ],
  [
    'passed on to another process',
    [listen(80)],
    [
      [os => void os.machine.change(find(os, 80), listen(80, 813)), ['looked 1']],
      [() => {}, ['changed listen :80 by 813, was 812', 'looked 1']],
      [() => {}, ['looked 1']],
      [() => {}, ['looked 1']],
    ],
  ],
  [
    'another descriptor of the same process is no other holder',
    [listen(80)],
    [
      [
        os => void os.machine.change(find(os, 80), listen(80, { pid: 812, fd: 99 }, { pid: 812, fd: 98 })),
        ['looked 1'],
      ],
      [() => {}, ['looked 1']],
    ],
  ],
  [
    'what lingers after its end has not changed hands, and is told at its end with all that is known',
    [flow(5)],
    [
      [
        os =>
          void os.machine.change(find(os, 5), {
            'time-wait': 'tcp 10.0.0.7:5 > 10.0.0.9:443',
            inode: 0,
            tcp: { bytesAcked: 9 },
          }),
        ['looked 1'],
      ],
      [() => {}, ['looked 1']],
      [os => os.machine.close(find(os, 5)), ['closed established :5 by 812, 9 bytes', 'looked 0']],
    ],
  ],
  [
    'a socket that is opened and passed on before it is looked at again',
    [],
    [
      [os => void os.machine.open(listen(80)), ['opened listen :80 by 812', 'looked 1']],
      [
        os => void os.machine.change(find(os, 80), listen(80, 813)),
        ['changed listen :80 by 813, was 812', 'looked 1'],
      ],
    ],
  ],
]
for (const [name, sockets, turns] of ROWS) {
  test(name, async t => {
    const os = on(...sockets)
    const watch = await watching(t, os)
    assert.deepEqual(watch.told(), [`watching ${sockets.length}`])
    for (const [happens, told] of turns) {
      happens(os)
      assert.deepEqual(await watch.turn(), told)
    }
  })
}

test('events tell when they were noticed', async t => {
  const os = on()
  const watch = await watching(t, os)
  os.machine.open(listen(80))
  await watch.turn()
  os.machine.close(find(os, 80))
  await watch.turn()
  const start = Date.UTC(2026, 0, 2, 3, 4, 5)
  assert.deepEqual(
    watch.events.map(({ type, at }) => [type, at - start]),
    [
      ['watching', 0],
      ['opened', 1000],
      ['looked', 1000],
      ['closed', 2000],
      ['looked', 2000],
    ],
  )
})

test('listeners alone: connections are neither told nor counted, and endings not asked for', async t => {
  const host = on(listen(80), flow(5))
  let asked = 0
  const os: OS = {
    ...host,
    endings(options) {
      asked++
      return host.endings(options)
    },
  }
  const watch = await watching(t, host, { listening: true }, os)
  assert.deepEqual(watch.told(), ['watching 1'])
  host.machine.close(host.machine.open(flow(6)))
  host.machine.open(flow(7))
  host.machine.open(listen(81))
  assert.deepEqual(await watch.turn(), ['opened listen :81 by 812', 'looked 2'])
  assert.equal(asked, 0)
})

test('with a filter, nothing else is told: neither what opens, nor what ends, nor what came and went', async t => {
  const os = on(flow(5), flow(6))
  const watch = await watching(t, os, { filter: parseFilter('sport = :5 or sport = :7') })
  assert.deepEqual(watch.told(), ['watching 1'])
  for (const port of [5, 6]) os.machine.close(find(os, port))
  for (const port of [7, 8]) os.machine.close(os.machine.open(flow(port)))
  os.machine.open(flow(9))
  assert.deepEqual(await watch.turn(), [
    'closed established :5 by 812, 7 bytes',
    'closed established :7 by vanished, 7 bytes, unseen',
    'looked 0',
  ])
})

test('with a filter by process, whose came and went is not known, and so not told', async t => {
  const os = on(flow(5))
  const watch = await watching(t, os, { filter: parseFilter('name = server.js') })
  os.machine.close(os.machine.open(flow(6)))
  os.machine.open(flow(7))
  os.machine.open(flow(8, { by: 813 }))
  assert.deepEqual(await watch.turn(), ['opened established :7 by 812', 'looked 2'])
})

test('with a filter, what leaves it and ends later is told once', async t => {
  const os = on(flow(5))
  const watch = await watching(t, os, { filter: parseFilter('state established') })
  os.machine.change(find(os, 5), { 'fin-wait-1': 'tcp 10.0.0.7:5 > 10.0.0.9:443', inode: 0 })
  assert.deepEqual(await watch.turn(), ['closed established :5 by 812', 'looked 0'])
  os.machine.close(find(os, 5))
  assert.deepEqual(await watch.turn(), ['looked 0'])
})

test('a socket that has closed before its owner is looked up is told by its end', async t => {
  const host = on()
  const { os } = overhear(host, {
    sockets(before) {
      if (before === 2) host.machine.close(find(host, 5))
    },
  })
  const watch = await watching(t, host, {}, os)
  for (const port of [5, 6]) host.machine.open(flow(port))
  assert.deepEqual(await watch.turn(), ['opened established :6 by 812', 'looked 2'])
  assert.deepEqual(await watch.turn(), ['closed established :5 by vanished, 7 bytes, unseen', 'looked 1'])
})

test('owners are looked up for new sockets, and of all every two seconds', async t => {
  const host = on(listen(80))
  const { os, about } = overhear(host)
  const watch = await watching(t, host, { interval: 500 }, os)
  const looks = async (): Promise<number> => {
    const before = about('owners').length
    await watch.turn(500)
    return about('owners').length - before
  }
  const counts: number[] = []
  for (let i = 0; i < 8; i++) counts.push(await looks())
  assert.deepEqual(counts, [0, 0, 0, 1, 0, 0, 0, 1])
  host.machine.open(listen(81))
  assert.equal(await looks(), 1)
})

test('of known sockets nothing is asked when another opens, and nothing twice', async t => {
  const host = on(listen(80))
  const { os, about } = overhear(host)
  const watch = await watching(t, host, {}, os)
  const before = about('processes').length
  host.machine.open(listen(81, 813))
  await watch.turn()
  assert.deepEqual(about('processes').slice(before), [[813], [1]])
  const owners = about('owners').length
  host.machine.open(listen(82))
  await watch.turn()
  assert.equal(about('owners').length, owners + 1, 'owners of all and of new ones are the same look')
})
