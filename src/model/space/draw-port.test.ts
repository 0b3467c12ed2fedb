/**
 * Every beginning drawn by hand: they lead to ports that `choose-port.ts` allows, to each that is the only one, and to none just
 * where it says so. (Both parities begin at one place, which the sets don't know: where several are free they allow more.)
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Choice, chooseForBind, chooseForConnect, portsFrom } from './choose-port.ts'
import { type Draw, drawAny, drawForBind, drawForConnect } from './draw-port.ts'

const LOW = 8
const WIDEST = 8
type IsFree = (port: number) => boolean
/** What a walk comes to, and what all walks may. */
type Both = readonly [
  draw: (high: number, free: IsFree, draw: Draw) => number | null,
  choose: (high: number, free: IsFree) => Choice,
]

const SEARCHES: Readonly<Record<string, Both>> = {
  'connect()': [
    (high, free, draw) => drawForConnect(LOW, high, false, free, draw),
    (high, free) => chooseForConnect(LOW, high, false, free),
  ],
  'connect() with a range of its own': [
    (high, free, draw) => drawForConnect(LOW, high, true, free, draw),
    (high, free) => chooseForConnect(LOW, high, true, free),
  ],
  'bind()': [
    (high, free, draw) => drawForBind(LOW, high, false, free, draw),
    (high, free) => chooseForBind(LOW, high, false, free),
  ],
  'bind() with SO_REUSEADDR': [
    (high, free, draw) => drawForBind(LOW, high, true, free, draw),
    (high, free) => chooseForBind(LOW, high, true, free),
  ],
  UDP: [
    (high, free, draw) => drawAny(LOW, high, free, draw),
    (high, free) => {
      const ports = portsFrom(LOW, high, 1).filter(free)
      return { ports: new Set(ports), canFail: ports.length === 0 }
    },
  ],
}

for (const [name, [draw, choose]] of Object.entries(SEARCHES)) {
  test(`${name}: every range of up to ${WIDEST} ports, every choice of free ones`, () => {
    for (let count = 1; count <= WIDEST; count++) {
      const high = LOW + count - 1
      for (let mask = 0; mask < 2 ** count; mask++) {
        const isFree = (port: number): boolean => ((mask >> (port - LOW)) & 1) === 1
        const drawn = new Set(beginnings(count).map(([a, b]) => draw(high, isFree, alternately(a, b))))
        const { ports, canFail } = choose(high, isFree)
        const found = [...drawn].filter(port => port !== null)
        const where = `${count} ports, free ${mask.toString(2)}`
        assert.deepEqual(
          found.filter(port => !ports.has(port)),
          [],
          where,
        )
        if (ports.size === 1) assert.equal(found.length, 1, where)
        assert.equal(drawn.has(null), canFail, where)
      }
    }
  })
}

/** Pairs of draws: the two halves of a range are begun independently. */
function beginnings(count: number): (readonly [number, number])[] {
  const each = Array.from({ length: count }, (_, i) => (i + 0.5) / count)
  return each.flatMap(a => each.map(b => [a, b] as const))
}

function alternately(a: number, b: number): Draw {
  let first = false
  return () => {
    first = !first
    return first ? a : b
  }
}
