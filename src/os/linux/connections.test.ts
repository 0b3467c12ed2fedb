/** Which filters of the kernel a query comes to. What it tells then is judged in `test/kernel/nat/`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { ConnectionQuery } from '../connections.ts'
import { filtersFor } from './connections.ts'

const HOST = parseAddress('192.0.2.1')
const FILTERS: readonly (readonly [name: string, query: ConnectionQuery, dumps: readonly object[]])[] = [
  ['all', {}, [{}]],
  ['a family', { family: 'ipv6' }, [{ family: 6 }]],
  ['a mark', { mark: { value: 1, mask: 3 } }, [{ mark: { value: 1, mask: 3 } }]],
  [
    'a protocol',
    { protocols: [17] },
    [
      { family: 4, original: { protocol: 17 } },
      { family: 6, original: { protocol: 17 } },
    ],
  ],
  ['a port of any protocol', { port: 53 }, [{}]],
  [
    'an address',
    { address: HOST },
    ['original', 'reply'].flatMap(side =>
      ['source', 'destination'].map(end => ({ family: 4, [side]: { [end]: Uint8Array.of(192, 0, 2, 1) } })),
    ),
  ],
  [
    'a port of UDP, IPv4',
    { protocols: [17], family: 'ipv4', port: 53 },
    ['original', 'reply'].flatMap(side =>
      ['sourcePort', 'destinationPort'].map(end => ({ family: 4, [side]: { protocol: 17, [end]: 53 } })),
    ),
  ],
  ['a port of ICMP, which has none', { protocols: [1], port: 8 }, [{}]],
  ['more dumps than are worth it', { protocols: [6, 17, 132], port: 53 }, [{}]],
]
for (const [name, query, dumps] of FILTERS)
  test(`the kernel is asked for ${name}`, () => assert.deepEqual(filtersFor(query), dumps))
