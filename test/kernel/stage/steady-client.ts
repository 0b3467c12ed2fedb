/**
 * A client at a steady rate, until the kernel has no port for it. Says each connection as `[time, count]`, the failing one
 * as `{ at, errno }`. Arguments: the range of ports, connections a second, and how connections end: `client` (closed here at
 * once, and then in TIME_WAIT), `never`, or the mean life in seconds after which the server closes them, at random.
 */
import { connected, listener, prepare } from './exhaustion.ts'
import * as libc from './libc.ts'

const SERVER = 9000
const [, , range = '', rate = '', ends = ''] = process.argv
process.stdin.on('end', () => process.exit()).resume()
prepare(range)
const server = listener(SERVER)
const started = performance.now()
const open: { readonly until: number; readonly client: number; readonly accepted: number }[] = []
let count = 0

/** The same in every run (Park and Miller, 1988). */
let state = 20_261
const random = (): number => {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

function one(): void {
  const client = connected(SERVER)
  const accepted = libc.accept(server)
  if (ends === 'client') {
    libc.close(client)
    libc.close(accepted)
  } else if (ends !== 'never') {
    const life = -Number(ends) * Math.log(random()) * 1000
    open.push({ until: performance.now() + life, client, accepted })
  }
  count++
}

function expire(): void {
  const now = performance.now()
  for (let i = open.length - 1; i >= 0; i--) {
    const { until, client, accepted } = open[i]!
    if (until > now) continue
    open.splice(i, 1)
    libc.close(accepted)
    libc.close(client)
  }
}

const timer = setInterval(() => {
  expire()
  const due = Math.floor(((performance.now() - started) / 1000) * Number(rate))
  try {
    while (count < due) one()
    process.stdout.write(`${JSON.stringify([Date.now(), count])}\n`)
  } catch (error) {
    clearInterval(timer)
    process.stdout.write(`${JSON.stringify({ at: count, errno: (error as Error).message })}\n`)
  }
}, 10)
