/** A random set-up: rules, sockets that wait, the reverse path filter, and packets. The same seed gives the same one. */

import type { Load } from '../filter/executor.ts'
import { generate } from '../filter/generate.ts'
import type { Probe } from '../filter/notation.ts'
import { Random } from '../space/random.ts'
import { OPEN_PORTS } from './listeners.ts'

export interface SetUp {
  readonly seed: number
  readonly loads: readonly Load[]
  readonly probes: readonly Probe[]
  /** `rp_filter` of the two devices. */
  readonly reversePath: readonly [number, number]
  readonly random: Random
}

/** An address of the host's for many, so that sockets have something to do. */
const OWN = { v4: ['10.1.0.1', '10.2.0.1'], v6: ['fd01::1', 'fd02::1'] } as const

export function setUpOf(seed: number, packets: number): SetUp {
  const { loads, probes } = generate(seed)
  const random = new Random(seed ^ 0x5eed)
  const whole = probes.filter(
    ({ shape: { quotes, fragment, protocol } }) =>
      // An error's connection is that of what it quotes, and a question names no such thing.
      quotes === undefined && fragment === undefined && [1, 6, 17, 58, 132].includes(protocol),
  )
  return {
    seed,
    loads,
    probes: whole.slice(0, packets).map(one => strayed(aimed(one, random), random)),
    reversePath: [random.whole(0, 2), random.whole(0, 2)],
    random,
  }
}

/** Some come in where nobody of that address is: the reverse path filter's business. */
function strayed(probe: Probe, random: Random): Probe {
  if (probe.from === null || !random.chance(0.15)) return probe
  return { ...probe, from: probe.from === 't0' ? 't1' : 't0' }
}

function aimed({ from, shape }: Probe, random: Random): Probe {
  if ((shape.protocol !== 6 && shape.protocol !== 17) || !random.chance(0.7)) return { from, shape }
  const isV6 = shape.source.includes(':')
  return {
    from,
    shape: {
      ...shape,
      destinationPort: random.pick(OPEN_PORTS),
      ...(from === null ? {} : { destination: random.pick(isV6 ? OWN.v6 : OWN.v4) }),
      ...(shape.protocol === 6 ? { tcpFlags: 2 } : {}),
    },
  }
}
