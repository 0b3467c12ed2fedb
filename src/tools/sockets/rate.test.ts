import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnixName, type TcpNumbers } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import {
  type Machine,
  type MachineDescription,
  openMemory,
  type SocketDescription,
} from '../../os/memory/memory.ts'
import { parseFilter } from './filter/filter.ts'
import { overhear } from './overheard.cases.ts'
import { measureRates, type Rates } from './rate.ts'
import type { TableRequest } from './table.ts'

const flow = (port: number, tcp?: TcpNumbers, rest: object = {}): SocketDescription => ({
  established: `tcp 10.0.0.7:${port} > 10.0.0.9:443`,
  ...(tcp === undefined ? {} : { tcp }),
  ...rest,
})
const carried = (bytesAcked: number, bytesReceived: number): TcpNumbers => ({ bytesAcked, bytesReceived })

/** The rates over that many seconds, in which something happens. */
async function measured(
  description: MachineDescription,
  happens: (machine: Machine) => void,
  seconds = 1,
  request: TableRequest = {},
): Promise<Rates> {
  const os = openMemory(description)
  const rates = measureRates(os, request, seconds)
  await os.clock.whenSomebodySleeps()
  happens(os.machine)
  await os.clock.advance(seconds * 1000)
  return rates
}

/** `:1 10 sent, 20 received`, as they are listed. */
const text = ({ table, flows }: Rates): string[] =>
  flows.map(({ row, sent, received }) => {
    const { local } = socketAt(table.columns, row)
    return `:${isUnixName(local) ? '' : local.port} ${sent} sent, ${received} received`
  })

const change = (machine: Machine, after: SocketDescription): void => {
  const before = [...machine.sockets].find(
    ({ socket: { local } }) =>
      !isUnixName(local) && after.established?.startsWith(`tcp 10.0.0.7:${local.port} `),
  )
  machine.change(before!, after)
}

const ROWS: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  happens: (machine: Machine) => void,
  seconds: number,
  rates: readonly string[],
])[] = [
  ['nothing there', [], () => {}, 1, []],
  [
    'what was carried in a second',
    [flow(1, carried(1000, 50))],
    machine => change(machine, flow(1, carried(1700, 80))),
    1,
    [':1 700 sent, 30 received'],
  ],
  [
    'in two seconds, half of it a second',
    [flow(1, carried(1000, 50))],
    machine => change(machine, flow(1, carried(1700, 80))),
    2,
    [':1 350 sent, 15 received'],
  ],
  [
    'in a fifth of a second',
    [flow(1, carried(0, 0))],
    machine => change(machine, flow(1, carried(10, 3))),
    0.2,
    [':1 50 sent, 15 received'],
  ],
  ['an idle one', [flow(1, carried(1000, 50))], () => {}, 1, [':1 0 sent, 0 received']],
  [
    'the fastest first, both ways added up',
    [flow(1, carried(0, 0)), flow(2, carried(0, 0)), flow(3, carried(0, 0))],
    machine => {
      change(machine, flow(1, carried(5, 0)))
      change(machine, flow(2, carried(0, 9)))
      change(machine, flow(3, carried(4, 4)))
    },
    1,
    [':2 0 sent, 9 received', ':3 4 sent, 4 received', ':1 5 sent, 0 received'],
  ],
  [
    'equally fast ones in listing order',
    [flow(2, carried(0, 0)), flow(1, carried(0, 0))],
    machine => {
      change(machine, flow(2, carried(3, 0)))
      change(machine, flow(1, carried(1, 2)))
    },
    1,
    [':1 1 sent, 2 received', ':2 3 sent, 0 received'],
  ],
  ['one that has come since', [], machine => void machine.open(flow(1, carried(9, 9))), 1, []],
  ['one that has gone', [flow(1, carried(0, 0))], machine => machine.close([...machine.sockets][0]!), 1, []],
  [
    'another on the same ends',
    [flow(1, carried(0, 0))],
    machine => {
      machine.close([...machine.sockets][0]!)
      machine.open(flow(1, carried(9, 9)))
    },
    1,
    [],
  ],
  ['one whose numbers aren’t told', [flow(1)], machine => change(machine, flow(1, carried(9, 9))), 1, []],
  [
    'one whose numbers are no longer told',
    [flow(1, carried(9, 9)), flow(2, carried(0, 0))],
    machine => change(machine, flow(1)),
    1,
    [':2 0 sent, 0 received'],
  ],
  ['half of whose numbers are told', [flow(1, { bytesAcked: 1 })], () => {}, 1, []],
  [
    'counters that went back',
    [flow(1, carried(1000, 50))],
    machine => change(machine, flow(1, carried(10, 60))),
    1,
    [':1 0 sent, 10 received'],
  ],
  [
    'without a cookie nothing is told apart',
    [flow(1, carried(0, 0), { cookie: 0n }), flow(2, carried(0, 0), { cookie: 0n })],
    machine => change(machine, flow(1, carried(9, 9), { cookie: 0n })),
    1,
    [],
  ],
]
for (const [name, sockets, happens, seconds, wanted] of ROWS) {
  test(name, async () => {
    const rates = await measured({ sockets }, happens, seconds)
    assert.deepEqual(text(rates), wanted)
    assert.equal(rates.elapsed, seconds * 1000)
  })
}

test('cookies that two namespaces have given out are two sockets', async () => {
  const rates = await measured(
    {
      namespaces: [{ inode: 77 }],
      sockets: [flow(1, carried(0, 0), { cookie: 5n }), flow(2, carried(1000, 0), { cookie: 5n, netns: 77 })],
    },
    machine => {
      change(machine, flow(1, carried(3, 0), { cookie: 5n }))
      change(machine, flow(2, carried(1007, 0), { cookie: 5n, netns: 77 }))
    },
    1,
    { netns: [4_026_531_840, 77] },
  )
  assert.deepEqual(text(rates), [':2 7 sent, 0 received', ':1 3 sent, 0 received'])
})

test('the time is what has really passed between the readings', async () => {
  const host = openMemory({ sockets: [flow(1, carried(0, 0))] })
  const { os } = overhear(host, {
    sockets: async before => {
      if (before === 1) await host.clock.sleep(1000)
    },
  })
  const rates = measureRates(os, {}, 1)
  await host.clock.whenSomebodySleeps()
  change(host.machine, flow(1, carried(700, 30)))
  await host.clock.advance(2000)
  assert.deepEqual([(await rates).elapsed, text(await rates)], [2000, [':1 350 sent, 15 received']])
})

test('of the sockets that are asked for', async () => {
  const rates = await measured({ sockets: [flow(1, carried(0, 0)), flow(2, carried(0, 0))] }, () => {}, 1, {
    filter: parseFilter('sport = :2'),
  })
  assert.deepEqual(text(rates), [':2 0 sent, 0 received'])
})

test('owners are looked up once, for the second reading, where they are asked for', async () => {
  const host = openMemory({ processes: [{ pid: 812 }], sockets: [flow(1, carried(0, 0), { by: 812 })] })
  const { os, asked } = overhear(host)
  const rates = measureRates(os, { owners: true, details: [] }, 1)
  await host.clock.whenSomebodySleeps()
  await host.clock.advance(1000)
  assert.deepEqual((await rates).table.owners?.of(10_001), [{ pid: 812, fd: 3 }])
  assert.deepEqual(
    asked.map(([question]) => question),
    ['sockets', 'owners', 'sockets'],
  )
})

test('a signal ends the wait with its reason', async () => {
  const os = openMemory()
  const stop = new AbortController()
  const rates = measureRates(os, { signal: stop.signal }, 60)
  await os.clock.whenSomebodySleeps()
  stop.abort(new Error('enough'))
  await assert.rejects(rates, { message: 'enough' })
  assert.equal(os.clock.sleepers, 0)
})
