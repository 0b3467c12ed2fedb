/** Promises about the socket table: complete, each socket once, well-formed, and narrowed to what was asked for. */
import { FAMILIES, SOCKET_PROTOCOLS } from '../model/protocol.ts'
import { SOCKET_STATES } from '../model/socket.ts'
import type { Case, Stage } from './conformance.ts'
import { check, firstTwice, rejectsWith, same, sameSet } from './conformance-check.ts'
import { checkColumns } from './conformance-columns.ts'
import { lasting, type Row, readColumns, readRows, rowOf } from './conformance-rows.ts'
import type { OS, SocketQuery } from './os.ts'

type Narrowed = readonly [query: SocketQuery, keep: (row: Row) => boolean]

const each = <T>(values: readonly T[], one: (value: T) => Narrowed): Narrowed[] => values.map(one)

/** Ways of narrowing a query, each with what it must come to. */
const NARROWINGS: Readonly<Record<string, (stage: Stage) => readonly Narrowed[]>> = {
  protocols: () =>
    each(SOCKET_PROTOCOLS, one => [{ protocols: [one] }, ({ protocol }) => protocol === one]).concat([
      [{ protocols: ['udp', 'tcp'] }, ({ protocol }) => protocol === 'tcp' || protocol === 'udp'],
    ]),
  families: () => each(FAMILIES, one => [{ families: [one] }, ({ family }) => family === one]),
  states: () =>
    each(SOCKET_STATES, one => [{ states: [one] }, ({ state }) => state === one]).concat([
      [{ states: ['listen', 'bound'] }, ({ state }) => state === 'listen' || state === 'bound'],
    ]),
  localPort: stage =>
    each([...portsOf(stage, 'localPort'), 0, 1], port => [
      { localPort: port },
      ({ localPort }) => localPort === port,
    ]),
  peerPort: stage =>
    each([...portsOf(stage, 'peerPort'), 0, 1], port => [
      { peerPort: port },
      ({ peerPort }) => peerPort === port,
    ]),
  netns: ({ os }) => [[{ netns: [os.netns] }, ({ netns }) => netns === os.netns]],
  'several fields at once': stage =>
    (stage.sockets ?? []).map(({ protocol, family, state, localPort }): Narrowed => {
      const query: SocketQuery = { protocols: [protocol], families: [family], states: [state] }
      return [
        localPort === undefined ? query : { ...query, localPort },
        row =>
          row.protocol === protocol &&
          row.family === family &&
          row.state === state &&
          (localPort === undefined || row.localPort === localPort),
      ]
    }),
}

const portsOf = ({ sockets = [] }: Stage, field: 'localPort' | 'peerPort'): number[] => [
  ...new Set(sockets.flatMap(one => one[field] ?? [])),
]

/** Every narrowed answer, held against what the whole table said before and after. */
async function narrowsExactly({ os }: Stage, narrowings: readonly Narrowed[]): Promise<void> {
  const before = await readRows(os)
  const answers: (readonly Row[])[] = []
  for (const [query] of narrowings) answers.push(await readRows(os, query))
  const there = lasting(before, await readRows(os))
  for (const [i, [query, keep]] of narrowings.entries()) {
    const asked = JSON.stringify(query)
    const wrong = answers[i]!.find(row => !keep(row))
    check(wrong === undefined, `${asked} gave ${JSON.stringify(wrong)}`)
    const keys = new Set(answers[i]!.map(({ key }) => key))
    const missed = there.find(row => keep(row) && !keys.has(row.key))
    check(missed === undefined, `${asked} left out ${JSON.stringify(missed)}`)
  }
}

const narrowing = (field: string): Case => ({
  name: `a query that names ${field} gets exactly those rows`,
  needs: ['sockets'],
  run: stage => narrowsExactly(stage, NARROWINGS[field]!(stage)),
})

async function eachOnce(os: OS, query: SocketQuery): Promise<void> {
  const keys = (await readRows(os, query)).map(({ key }) => key)
  const twice = firstTwice(keys)
  check(twice === undefined, `${JSON.stringify(query)} gave ${twice} twice`)
}

export const SOCKET_CASES: readonly Case[] = [
  {
    name: 'the sockets that are open are in the table',
    needs: ['sockets'],
    async run({ os, sockets }) {
      const rows = await readRows(os)
      for (const staged of sockets!) rowOf(rows, staged)
    },
  },
  {
    name: 'a socket is in the table once',
    needs: ['sockets'],
    run: ({ os }) => eachOnce(os, {}),
  },
  {
    name: 'a socket is in the table once, though the query names its protocol or namespace twice',
    needs: ['sockets'],
    async run({ os }) {
      await eachOnce(os, { protocols: ['tcp', 'udp', 'tcp'] })
      await eachOnce(os, { families: ['ipv4', 'ipv4'] })
      await eachOnce(os, { netns: [os.netns, os.netns] })
    },
  },
  {
    name: 'columns are well-formed',
    needs: ['sockets'],
    async run({ os }) {
      for (const columns of await readColumns(os, { details: ['tcp', 'queues'] }))
        checkColumns(columns, [os.netns])
    },
  },
  ...Object.keys(NARROWINGS).map(narrowing),
  {
    name: 'an empty list asks for nothing',
    needs: ['sockets'],
    async run({ os }) {
      for (const field of ['protocols', 'families', 'states', 'netns'] as const)
        same((await readRows(os, { [field]: [] })).length, 0, `rows of { ${field}: [] }`)
    },
  },
  {
    name: 'an answer is the caller’s own: changing it changes no other',
    needs: ['sockets'],
    async run({ os, sockets }) {
      for (const columns of await readColumns(os)) {
        columns.localPort.fill(1)
        columns.names.clear()
        columns.length = 0
      }
      const rows = await readRows(os)
      for (const staged of sockets!) rowOf(rows, staged)
    },
  },
  {
    name: 'another namespace has sockets of its own',
    needs: ['otherNamespace', 'sockets'],
    async run({ os, otherNamespace }) {
      const other = otherNamespace!
      const alone = await readColumns(os, { netns: [other] })
      for (const columns of alone) checkColumns(columns, [other])
      check(
        alone.some(({ length }) => length > 0),
        'the other namespace has no socket',
      )
      const both = new Set((await readRows(os, { netns: [os.netns, other] })).map(({ netns }) => netns))
      sameSet(both, [os.netns, other], 'namespaces of an answer about two')
    },
  },
  {
    name: 'a namespace that is not there is a fault',
    needs: ['sockets'],
    run: ({ os }) => rejectsWith(readRows(os, { netns: [1] }), 'E_NETNS_UNKNOWN', 'namespace 1'),
  },
  {
    name: 'the numbers of TCP connections are told when they are asked for, where the host says it can',
    needs: ['sockets'],
    async run({ os }) {
      const can = await os.can()
      const query: SocketQuery = { protocols: ['tcp'], states: ['established'], details: ['tcp'] }
      for (const { length, tcp } of await readColumns(os, query))
        if (can.details.yes && length > 0)
          check(tcp?.some(number => !Number.isNaN(number)) === true, 'none told')
    },
  },
]
