/**
 * A process that leases: `chooser.ts <folder> <count> [range]`. Prints the ports, and keeps them until it is told to end
 * by the end of its input. With `pause` instead of a count it stops before every step of the store, and says so; with a name after
 * the range the lease is its caller's.
 */

import { leasePort } from '../../../src/index.ts'
import { parsePortSet } from '../../../src/model/port-set.ts'
import { openOS } from '../../../src/os/open.ts'
import { takeLease } from '../../../src/tools/bind/bind.ts'
import { steppedStore } from './stepped-store.ts'

const [claimsFolder = '', count = '1', range, name] = process.argv.slice(2)
const host = await openOS({ claimsFolder })
const os = count === 'pause' ? { ...host, claims: async () => steppedStore(await host.claims()) } : host
const options = { os, ...(range === undefined ? {} : { range: parsePortSet(range) }) }
const ports: number[] = []
if (count === 'pause' && name !== undefined) {
  const outcome = await takeLease(os, { ...options, name, holder: 'caller' })
  console.log(JSON.stringify('lease' in outcome ? outcome.lease.ports : outcome.refused.says))
  process.exit()
}
for (let i = 0; i < (Number(count) || 1); i++) ports.push(await leasePort(options))
console.log(JSON.stringify(ports))
process.stdin.resume()
