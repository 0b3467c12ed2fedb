/** Asks ports of an address through Node's own sockets: the arguments are the address and the ports. Says `port state reason` line by line. */
import { parseAddress } from '../../../src/model/address.ts'
import { nodeProbe } from '../../../src/os/node-probe.ts'

const [address = '', ports = ''] = process.argv.slice(2)
const plan = {
  method: 'connect',
  protocol: 'tcp',
  targets: [parseAddress(address)],
  ports: ports.split(',').map(Number),
  seed: 1,
  timeoutMs: 4000,
  tries: 1,
  perSecond: 10_000,
  perSecondAndTarget: 10_000,
  atOnce: 100,
} as const
for await (const batch of nodeProbe(plan))
  for (const { port, state, reason } of batch) console.log(`${port} ${state} ${reason}`)
