/**
 * Exhaustion on a real kernel, each in a network namespace of its own: what is used up is named, what is not is not, and
 * the forecast is held against the connection that really fails.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from '../project.ts'
import { SCENES } from './stage/exhaustion.ts'
import { whyNoStage } from './stage/stage.ts'

interface PoolItem {
  readonly at: string
  readonly pool: string
  readonly kind: string
  readonly used: number
  readonly usable: number | null
  readonly exhaustedInSeconds: number | null
  readonly connectionsLeft: number | null
  readonly cause: { readonly code: string; readonly evidence: readonly object[] } | null
  readonly users: readonly string[]
  readonly steps: readonly string[]
}

const missing = ['nft', 'prlimit', 'nsenter'].find(tool => spawnSync(tool, ['--version']).error !== undefined)
const why = whyNoStage() ?? (missing === undefined ? null : `${missing} is not installed`)
const skip = why === null ? {} : { skip: why }

const fileOf = (name: string): string => fileURLToPath(new URL(`./stage/${name}`, import.meta.url))

/** A program in a new namespace, which lives as long as the program. */
function start(file: string, ...words: string[]): ChildProcess {
  return spawn('unshare', ['--net', process.execPath, fileOf(file), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.stdin!.on('error', () => {}).end()
  await closed
}

/** `ports capacity` in the namespace of a process. */
async function ports(pid: number, ...words: string[]): Promise<{ status: number; out: string }> {
  const command = [process.execPath, join(root, 'bin', 'ports.js'), 'capacity', ...words]
  const child = spawn('nsenter', [`--net=/proc/${pid}/ns/net`, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [status] = (await once(child, 'close')) as [number]
  assert.ok(status === 0 || status === 1, `exit status ${status}: ${err}`)
  return { status, out }
}

const itemsOf = (out: string): readonly PoolItem[] =>
  (JSON.parse(out) as { readonly items: readonly PoolItem[] }).items

for (const scene of Object.keys(SCENES)) {
  test(
    `${scene === 'healthy' ? 'where nothing is short, nothing is called so' : `${scene} is named, and nothing else`}`,
    skip,
    async () => {
      const child = start('exhaustion.ts', scene)
      try {
        const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
        assert.equal(line, '{}')
        const { status, out } = await ports(child.pid!, '--json', '--interval', '1100ms', '--stale', '1s')
        const found = itemsOf(out).filter(({ cause }) => cause !== null)
        assert.deepEqual(
          [...new Set(found.map(({ cause }) => cause!.code))],
          scene === 'healthy' ? [] : [scene],
          JSON.stringify(found, null, 1),
        )
        for (const { cause, steps } of found) assert.ok(cause!.evidence.length > 0 && steps.length > 0)
        assert.equal(status, scene === 'healthy' || scene === 'range-odd' ? 0 : 1)
      } finally {
        await end(child)
      }
    },
  )
}

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
for (const [what, range, rate, ends, from, interval] of FORETOLD) {
  test(`connections left are foretold within 20 % (timing): ${what}`, skip, async t => {
    const child = start('steady-client.ts', range, String(rate), ends)
    try {
      const made: (readonly [time: number, count: number])[] = []
      let asked: Promise<{ readonly out: string }> | undefined
      let failed: { readonly at: number; readonly errno: string } | undefined
      for await (const line of createInterface(child.stdout!)) {
        const said = JSON.parse(line) as (typeof made)[number] | NonNullable<typeof failed>
        if (!Array.isArray(said)) {
          failed = said as NonNullable<typeof failed>
          break
        }
        made.push(said as (typeof made)[number])
        if (asked === undefined && said[1] >= from)
          asked = ports(child.pid!, '--json', '--interval', interval, '--to', '127.0.0.1:9000')
      }
      const { out } = await asked!
      assert.equal(failed?.errno, 'connect: EADDRNOTAVAIL')
      const [item] = itemsOf(out).filter(({ kind }) => kind === 'tcp-destination')
      const at = Date.parse(item!.at)
      const until = made.findLast(([time]) => time <= at)![1]
      const left = failed!.at - until
      const off = item!.connectionsLeft! / left - 1
      t.diagnostic(`foretold ${item!.connectionsLeft}, came ${left}: ${(off * 100).toFixed(1)} % off`)
      assert.ok(Math.abs(off) <= 0.2, `foretold ${item!.connectionsLeft}, came ${left}`)
    } finally {
      await end(child)
    }
  })
}
