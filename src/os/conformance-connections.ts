/** Promises about tracked connections: a table or a reason, whole rows, each once; and changes that begin and end. */
import { UNKNOWN_REASONS } from '../model/known.ts'
import { trackedAt } from '../model/nat/tracked-columns.ts'
import { hasTrackedPorts, isTranslated, type TrackedConnection } from '../model/nat/tracked-connection.ts'
import type { Case } from './conformance.ts'
import { check, firstTwice, rejectsAborted, same, soon } from './conformance-check.ts'
import type { ConnectionQuery, OS } from './os.ts'

async function read(os: OS, query?: ConnectionQuery): Promise<readonly TrackedConnection[]> {
  const { batches, says } = await os.connections(query)
  check(says.trim() !== '', 'it is not said where they were read, or why not')
  if (!batches.known) {
    check(UNKNOWN_REASONS.includes(batches.reason), `${batches.reason} is no reason`)
    return []
  }
  return batches.value.flatMap(batch =>
    Array.from({ length: batch.length }, (_, row) => trackedAt(batch, row)),
  )
}

const keyOf = ({ zone, protocol, original, id }: TrackedConnection): string =>
  JSON.stringify([zone, protocol, original, id])

function checkConnection({ protocol, original, reply, family, timeoutSeconds }: TrackedConnection): void {
  check(Number.isInteger(protocol) && protocol >= 0 && protocol <= 255, `protocol ${protocol}`)
  for (const { address, port } of [original.source, original.destination, reply.source, reply.destination]) {
    same(address.includes(':') ? 'ipv6' : 'ipv4', family, `family of ${address}`)
    same(port !== undefined, hasTrackedPorts(protocol), `whether protocol ${protocol} has a port`)
  }
  check(timeoutSeconds === undefined || timeoutSeconds >= 0, `${timeoutSeconds} s are left`)
}

const NARROWED: readonly (readonly [query: ConnectionQuery, holds: (one: TrackedConnection) => boolean])[] = [
  [{ protocols: [17] }, one => one.protocol === 17],
  [{ family: 'ipv6' }, one => one.family === 'ipv6'],
  [{ translated: true }, one => isTranslated(one.status)],
  [{ zone: 1 }, one => one.zone === 1],
]

export const CONNECTION_CASES: readonly Case[] = [
  {
    name: 'tracked connections are whole, each told once, or there is a reason',
    needs: [],
    async run({ os }) {
      const all = await read(os)
      for (const one of all) checkConnection(one)
      const twice = firstTwice(all.map(keyOf))
      check(twice === undefined, `${twice} is told twice`)
    },
  },
  {
    name: 'tracked connections are narrowed to what is asked for',
    needs: [],
    async run({ os }) {
      for (const [query, holds] of NARROWED)
        for (const one of await read(os, query))
          check(holds(one), `${keyOf(one)} was told, and only ${JSON.stringify(query)} was asked for`)
    },
  },
  {
    name: 'an aborted signal rejects the reading of tracked connections',
    needs: [],
    run: ({ os }) => rejectsAborted(os.connections({}, { signal: AbortSignal.abort() }), 'connections'),
  },
  {
    name: 'changes of tracked connections begin with listening or a reason, and end with their signal',
    needs: [],
    async run({ os }) {
      const stop = new AbortController()
      const kinds: string[] = []
      const drain = async (): Promise<void> => {
        for await (const batch of os.connectionEvents({ signal: stop.signal })) {
          kinds.push(...batch.map(({ kind }) => kind))
          stop.abort()
        }
      }
      await soon(drain(), 'the end of the changes')
      check(kinds[0] === 'listening' || kinds[0] === 'unavailable', `they begin with ${kinds[0]}`)
      check(
        kinds[0] !== 'unavailable' || kinds.length === 1,
        'they go on after the reason why there are none',
      )
    },
  },
]
