/** What `ports trace` says of a network, judged by the network itself: packets are sent, and seen on every link. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Probe } from './judge.ts'
import { PORTS, randomNetwork } from './random-network.ts'

const NETWORKS = 200
const PACKETS = 8
const SOURCES = [40_000, 2000]

/** A linear congruential generator (Numerical Recipes): the same networks in every run. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test(`${NETWORKS} random networks, ${PACKETS} packets in each: the links, the ends and the receiver are as they were told`, async t => {
  const first = Number(process.env.TRACE_SEED ?? 1)
  const ends = new Map<string, number>()
  let [links, answers] = [0, 0]
  const wrong: string[] = []
  const count = process.env.TRACE_SEED === undefined ? NETWORKS : 1
  for (let seed = first; seed < first + count; seed++) {
    const random = generator(seed * 7919)
    for (let i = 0; i < 5; i++) random()
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const made = randomNetwork(seed, random)
    const { network, senders, targets, known } = made
    await network.settled()
    for (let i = 1; i <= PACKETS; i++) {
      const sender = pick(senders)
      const protocol = pick(['tcp', 'udp'] as const)
      const probe: Probe = {
        host: sender.host,
        protocol,
        source: sender.address,
        sourcePort: pick(SOURCES),
        destination: pick((random() < 0.6 ? known : targets).filter(one => one !== sender.address)),
        // Now and then to where somebody has sent from, which a NAT may let in.
        destinationPort: random() < 0.3 ? pick(SOURCES) : pick(PORTS[protocol]),
        hopLimit: pick([64, 64, 64, 64, 64, 1, 2, 3]),
      }
      const { differs, end, hops, answered } = await judge(made, probe, 1_000_000 * i)
      if (differs.length > 0)
        wrong.push(`seed ${seed}, packet ${i}: ${JSON.stringify(probe)}\n  ${differs.join('\n  ')}`)
      ends.set(end, (ends.get(end) ?? 0) + 1)
      links += hops - 1
      if (answered) answers++
      // So that what is sent again, and neighbours that are given up, are over before the next packet.
      await network.advance(5000)
      await network.settled()
    }
    network.close()
  }
  t.diagnostic(
    `${[...ends].map(([end, times]) => `${end} ${times}`).join(', ')}; ${links} links, ${answers} answers back`,
  )
  assert.equal(wrong.length, 0, wrong.slice(0, 10).join('\n'))
  if (count === 1) return
  for (const end of ['delivered', 'filtered', 'lost', 'no-route', 'expired'])
    assert.ok((ends.get(end) ?? 0) > 10, `${end} comes up`)
  assert.ok(answers > 50, 'answers come back')
})
