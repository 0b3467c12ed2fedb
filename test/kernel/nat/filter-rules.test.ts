/**
 * Random filters, as in test/kernel/filter, through the router that remembers: whole verdicts and walks, also after the kernel
 * has drawn a port, where a list of connections knows no further.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Packet } from '../../../src/model/filter/packet.ts'
import type { Chance } from '../../../src/model/nat/linux/linux.ts'
import { LinuxRouter } from '../../../src/model/path/linux-router.ts'
import { decodeIpPacket, decodeQuoted } from '../../../src/wire/ip-packet.ts'
import { seedOf } from '../filter/campaign.ts'
import type { Observation } from '../filter/executor.ts'
import { generate } from '../filter/generate.ts'
import { HOST } from '../filter/ground.ts'
import { socketFacts } from '../filter/ground-sockets.ts'
import { difference, FACTS, fateOfPath, kernelFate } from '../filter/judge.ts'
import { openKernel, whyNoJudge } from '../filter/kernel.ts'
import type { Run } from '../filter/kernel-child.ts'
import { printProbe } from '../filter/notation.ts'
import { packetBytes } from '../filter/packet-bytes.ts'
import { programOf, type Round, readListing } from '../filter/round.ts'

const PACKETS = 3000
/** What the router doesn't keep of a connection (docs/nat.md): rules that ask for it are left to chance there. */
const NOT_KEPT = /\bct (?:(?:original|reply) )?(?:zone|label|packets|bytes|avgpkt|helper|count)\b/
const SEED = 20_261_123
const BATCH = 10

/** Begins where the packet that came out says. */
class Seen implements Chance {
  observation: Observation | undefined

  offset({ part, low, size }: Parameters<Chance['offset']>[0]): number {
    const { left = [], delivered = [] } = this.observation ?? {}
    const bytes = left[0]?.packet ?? delivered[0]
    const packet: Packet | undefined = bytes && decodeIpPacket(bytes)
    const port =
      packet?.protocol === 1 || packet?.protocol === 58
        ? Number(packet.fields?.get(packet.protocol === 1 ? 'icmp id' : 'icmpv6 id') ?? 0)
        : packet?.[part]
    return port === undefined ? 0 : (((port - low) % size) + size) % size
  }
}

/** What kernel and model say differently, a line for each packet. */
function differences({ loads, probes }: Round, run: Run): readonly string[] {
  const ruleset = readListing(run, loads)
  const seen = new Seen()
  let drawn = 0
  const random = (): number => {
    drawn++
    return 0
  }
  const router = new LinuxRouter(ruleset, HOST, { random, chance: seen })
  return run.observations.map((observation, i) => {
    const probe = probes[i]!
    seen.observation = observation
    const before = { drawn, lost: router.table.counters.drop }
    const bytes = packetBytes(probe.shape)
    const quoted = decodeQuoted(bytes)
    const passing = {
      packet: decodeIpPacket(bytes)!,
      surroundings: { mark: 0, facts: new Map([...FACTS, ...socketFacts(probe)]) },
      ...(quoted === undefined ? {} : { quoted }),
    }
    const path =
      probe.from === null ? router.make(passing, i) : router.receive({ ...passing, from: probe.from }, i)
    const { answered, ...fate } = fateOfPath(path)
    // Of an answer that is made here not all is known (its checksum): then the router draws, and the kernel computes.
    const whole = drawn === before.drawn && answered !== undefined ? { ...fate, answered } : fate
    const kernel = kernelFate(observation, probe, ruleset)
    // Without a rule's doing: the last rule that was met is none that decided.
    const isLost = router.table.counters.drop > before.lost
    const why = difference(kernel, isLost ? { ...whole, decidedBy: kernel.decidedBy } : whole)
    return why === null ? '' : `${printProbe(probe)}: ${why}\n${loads.map(({ input }) => input).join('\n')}`
  })
}

test(`${PACKETS} packets through random filters and a router that remembers, seed ${SEED}`, {
  skip: whyNoJudge() ?? false,
}, async () => {
  const kernel = await openKernel()
  try {
    const said: string[] = []
    for (let next = 0; said.length < PACKETS; ) {
      const rounds: Round[] = []
      while (rounds.length < BATCH) {
        const round = generate(seedOf(SEED, next++))
        if (!round.loads.some(({ input }) => NOT_KEPT.test(input))) rounds.push(round)
      }
      const runs = await kernel.run(rounds.map(programOf))
      for (const [i, run] of runs.entries())
        if (run.refused === undefined) said.push(...differences(rounds[i]!, run))
      assert.ok(next < 4 * PACKETS, 'most rules are taken')
    }
    assert.deepEqual(said.filter(Boolean), [])
  } finally {
    await kernel.close()
  }
})
