/** Which of the hosts that are seen is the target, and which stand between. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { createNetwork } from '../../sim/sim.ts'
import { withRoles } from './roles.ts'

interface Seen {
  readonly address: string
  readonly forwards: boolean
}

const ROWS: readonly {
  readonly name: string
  readonly seen: Readonly<Record<string, Seen>>
  readonly targets: readonly string[]
}[] = [
  {
    name: 'a router that passes on, and who has the address',
    seen: {
      router: { address: '10.0.2.1/24', forwards: true },
      server: { address: '10.0.2.2/24', forwards: false },
    },
    targets: ['server'],
  },
  {
    name: 'a router whose forwarding is off stands between, too',
    seen: {
      router: { address: '10.0.2.1/24', forwards: false },
      server: { address: '10.0.2.2/24', forwards: false },
    },
    targets: ['server'],
  },
  {
    name: 'a router that has the address, for somebody behind it',
    seen: {
      router: { address: '10.0.2.2/24', forwards: true },
      server: { address: '10.0.3.2/24', forwards: false },
    },
    targets: ['server'],
  },
  {
    name: 'a host that has the address and passes on for its containers',
    seen: { server: { address: '10.0.2.2/24', forwards: true } },
    targets: ['server'],
  },
  {
    name: 'nobody who is seen has it: a translation hides it',
    seen: {
      router: { address: '10.0.2.1/24', forwards: true },
      server: { address: '10.0.3.2/24', forwards: false },
    },
    targets: ['server'],
  },
]

for (const { name, seen, targets } of ROWS)
  test(name, async () => {
    const network = createNetwork({ speed: Infinity })
    try {
      const views = Object.entries(seen).map(([label, { address, forwards }]) => ({
        label,
        os: network.host(label, { addresses: [address], forward: forwards }).os,
      }))
      const told = await withRoles(views, [parseAddress('10.0.2.2')])
      assert.deepEqual(
        told.flatMap(({ role, label }) => (role === 'target' ? [label] : [])),
        targets,
      )
    } finally {
      network.close()
    }
  })
