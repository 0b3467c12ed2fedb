/** Ending a real child with what Node alone can do, whatever ps and lsof would have said of it. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { type Known, known, unknown } from '../../model/known.ts'
import type { Process } from '../../model/owner.ts'
import type { StopRequest } from '../acts.ts'
import type { Ownership } from '../os.ts'
import { portableActs } from './acts.ts'

const STARTED = 1000
let child: ChildProcess | undefined
afterEach(async () => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
})

function start(): { readonly pid: number; readonly alive: () => boolean } {
  const started = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })
  child = started
  return { pid: started.pid!, alive: () => started.exitCode === null && started.signalCode === null }
}

const processesOf =
  (alive: () => boolean, told?: Known<Process>) =>
  async (pids: readonly number[]): Promise<ReadonlyMap<number, Known<Process>>> =>
    new Map(
      pids.map(pid => [
        pid,
        told ?? (alive() ? known({ pid, startedAt: STARTED } as Process) : unknown('vanished')),
      ]),
    )

const holding = (pid: number) => async (): Promise<Ownership> =>
  ({ length: 1, pid: Uint32Array.of(pid), inode: Uint32Array.of(7), fd: Uint32Array.of(3) }) as Ownership

const request = (pid: number, more: Partial<StopRequest> = {}): StopRequest => ({
  ...{ pid, startedAt: STARTED, inodes: [7], signal: 'SIGTERM', waitMs: 10_000 },
  ...more,
})

test('it is ended, and waited for', async () => {
  const { pid, alive } = start()
  const acts = portableActs(processesOf(alive), holding(pid))
  assert.deepEqual(await acts.stopProcess(request(pid)), { kind: 'ended', through: 'kill' })
  assert.equal(alive(), false)
  assert.deepEqual(await acts.stopProcess(request(pid)), { kind: 'gone' })
})

for (const [what, kind, more, told, holder] of [
  ['started at another time', 'another', { startedAt: 5 }, undefined, null],
  ['no longer holds the socket', 'let-go', {}, undefined, 1],
  ['can’t be looked at', 'unsupported', {}, unknown('unsupported'), null],
] as const) {
  test(`one that ${what} lives`, async () => {
    const { pid, alive } = start()
    const acts = portableActs(processesOf(alive, told), holding(holder ?? pid))
    assert.equal((await acts.stopProcess(request(pid, more))).kind, kind)
    assert.equal(alive(), true)
  })
}

test('single connections can’t be ended', async () => {
  const acts = portableActs(
    processesOf(() => true),
    null,
  )
  assert.equal((await acts.destroySocket({} as never)).kind, 'unsupported')
})
