/** A scan of a simulated host, over links and filters of a simulated network. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { ProbeResult } from '../../os/os.ts'
import { createNetwork, type NetworkOptions } from '../sim.ts'

const OPEN = [22, 80, 443, 777, 1999]
const RULES = `table inet wall { chain i { type filter hook input priority 0;
  tcp dport 100-199 drop; tcp dport 200-249 reject with tcp reset; tcp dport 250-299 reject with icmp admin-prohibited; }; }`

/** A scanner and a server on a link. */
function harbour(options: NetworkOptions, link: { readonly loss?: number } = {}) {
  const network = createNetwork({ speed: Infinity, ...options })
  network.host('server', {
    addresses: ['192.0.2.10/24'],
    nft: RULES,
    machine: { sockets: [...OPEN, 150, 220, 260].map(port => ({ listen: `tcp 0.0.0.0:${port}` })) },
  })
  const { os } = network.host('scanner', { addresses: ['192.0.2.20/24'] })
  network.link('server', 'scanner', { delayMs: 5, ...link })
  const probe = async (more: { readonly tries?: number; readonly targets?: readonly string[] } = {}) => {
    const found: ProbeResult[] = []
    const { targets = ['192.0.2.10'], tries = 2 } = more
    const plan = {
      method: 'connect',
      protocol: 'tcp',
      targets: targets.map(parseAddress),
      ports: Array.from({ length: 2000 }, (_, i) => i + 1),
      seed: 3,
      timeoutMs: 1000,
      tries,
      perSecond: 5000,
      perSecondAndTarget: 5000,
      atOnce: 300,
    } as const
    for await (const batch of os.probe(plan)) found.push(...batch)
    return found.sort((a, b) => a.port - b.port)
  }
  return { network, os, probe }
}

const expected = (port: number): string => {
  if (port >= 100 && port < 200) return 'filtered no-answer'
  if (port >= 250 && port < 300) return 'filtered error-EHOSTUNREACH'
  return OPEN.includes(port) ? 'open syn-ack' : 'closed refused'
}

test('planted ports are found exactly, drops and rejects told apart', async () => {
  const { network, probe } = harbour({ seed: 1 })
  const found = await probe()
  assert.equal(found.length, 2000)
  for (const { port, state, reason } of found)
    assert.equal(`${state} ${reason}`, expected(port), `port ${port}`)
  assert.ok(
    found.every(({ state, ms = 10 }) => state === 'filtered' || (ms >= 10 && ms < 20)),
    'the link takes 5 ms each way',
  )
  network.close()
})

test('a link that loses every tenth packet changes nothing, given tries', async () => {
  const { network, probe } = harbour({ seed: 5 }, { loss: 0.1 })
  const found = await probe({ tries: 6 })
  for (const { port, state } of found) assert.equal(state, expected(port).split(' ')[0], `port ${port}`)
  assert.ok(found.some(({ state, tries }) => state === 'open' || (state === 'closed' && tries > 1)))
  network.close()
})

test('the same seed, the same course', async () => {
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const { network, probe } = harbour({ seed: 9 }, { loss: 0.05 })
      const found = await probe()
      network.close()
      return found
    }),
  )
  assert.deepEqual(runs[0], runs[1])
})

test('no route is no answer, and nothing is left behind', async () => {
  const { network, os, probe } = harbour({ seed: 1 })
  const found = await probe({ targets: ['198.51.100.1'] })
  assert.deepEqual(
    [...new Set(found.map(({ state, reason }) => `${state} ${reason}`))],
    ['unknown local-ENETUNREACH'],
  )
  await probe()
  // Those who hang up first wait for stray packets, as TCP has it (RFC 9293 section 3.3.2).
  const states = ['listen', 'bound', 'syn-sent', 'established'] as const
  for await (const sockets of os.sockets({ protocols: ['tcp'], states })) assert.equal(sockets.length, 0)
  network.close()
})
