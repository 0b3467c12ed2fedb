/**
 * Forecasts of `ports capacity` held against the connection that really fails. Time itself is judged here: the file is run
 * alone, and an attempt in which the machine was too busy to look in time is made again, up to three times.
 */
import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { end, itemsOf, ports, skip, start } from './stage/capacity-asked.ts'

type Foretold = readonly [
  what: string,
  range: string,
  rate: number,
  ends: string,
  from: number,
  interval: string,
]

/** Asked when so many connections have been made; the range has an even number of ports. */
const FORETOLD: readonly Foretold[] = [
  ['each closed here, and then in TIME_WAIT', '40000 40999', 100, 'client', 300, '1s'],
  ['none ever closed', '40000 40599', 60, 'never', 150, '1s'],
  ['each living for 8 s on average, so that 2,400 would be held', '40000 41499', 300, '8', 300, '2s'],
]
for (const foretold of FORETOLD) {
  test(`connections left are foretold within 20 % (timing): ${foretold[0]}`, skip, async t => {
    for (let attempt = 1; ; attempt++) {
      const { said, came } = await attemptOf(foretold)
      const off = said / came - 1
      t.diagnostic(`foretold ${said}, came ${came}: ${(off * 100).toFixed(1)} % off`)
      // Foretold when next to nothing is left, it says nothing; the look at the sockets was late.
      if (came < LEAST_LEFT && attempt < ATTEMPTS) continue
      assert.ok(Math.abs(off) <= 0.2, `foretold ${said}, came ${came}`)
      return
    }
  })
}

const LEAST_LEFT = 100
const ATTEMPTS = 3

async function attemptOf([, range, rate, ends, from, interval]: Foretold) {
  const child = start('steady-client.ts', range, String(rate), ends)
  try {
    const made: (readonly [time: number, count: number])[] = []
    let asked: Promise<{ readonly out: string }> | undefined
    let failed: { readonly at: number; readonly errno: string } | undefined
    for await (const line of createInterface(child.stdout!)) {
      const told = JSON.parse(line) as (typeof made)[number] | NonNullable<typeof failed>
      if (!Array.isArray(told)) {
        failed = told as NonNullable<typeof failed>
        break
      }
      made.push(told as (typeof made)[number])
      if (asked === undefined && told[1] >= from)
        asked = ports(child.pid!, '--json', '--interval', interval, '--to', '127.0.0.1:9000')
    }
    const { out } = await asked!
    assert.equal(failed?.errno, 'connect: EADDRNOTAVAIL')
    const [item] = itemsOf(out).filter(({ kind }) => kind === 'tcp-destination')
    const at = Date.parse(item!.at)
    return { said: item!.connectionsLeft!, came: failed!.at - made.findLast(([time]) => time <= at)![1] }
  } finally {
    await end(child)
  }
}
