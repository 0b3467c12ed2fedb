/** What holds a listener back though it is there: options of its socket, its process. Read of real ones, on loopback. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { openLinux } from '../../src/os/linux/linux.ts'
import { close, SO_REUSEADDR, SOL_SOCKET, setNumber, swallow, TCP, TCP_DEFER_ACCEPT } from './stage/libc.ts'
import { inodeOf, listener } from './stage/scene.ts'

const skip = process.platform !== 'linux' && 'there is no Linux kernel here'

async function optionsOf(t: TestContext, prepare: (fd: number) => void) {
  const os = openLinux()
  t.after(() => os.close())
  const fd = listener('127.0.0.1', 4, prepare)
  t.after(() => close(fd))
  const [told] = await os.socketOptions([{ pid: process.pid, fd, inode: inodeOf(fd) }])
  assert.ok(told?.known, JSON.stringify(told))
  return told.value
}

test('a plain listener waits for no bytes and has no filter', { skip }, async t => {
  const { deferAccept, filtered } = await optionsOf(t, fd => setNumber(fd, SOL_SOCKET, SO_REUSEADDR, 1))
  assert.deepEqual({ deferAccept, filtered }, { deferAccept: 0, filtered: false })
})

// tcp(7): the seconds are made retransmissions and back, so 1 comes back as 1.
test('one that waits for the first bytes says how long', { skip }, async t => {
  const { deferAccept } = await optionsOf(t, fd => setNumber(fd, TCP, TCP_DEFER_ACCEPT, 1))
  assert.equal(deferAccept, 1)
})

test('one with a filter of its own says that there is one', { skip }, async t => {
  const { filtered } = await optionsOf(t, swallow)
  assert.equal(filtered, true)
})

test('a process that was stopped is told from one that runs', { skip }, async t => {
  const os = openLinux()
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); process.stdout.write("here")'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
    await os.close()
  })
  await once(child.stdout!, 'data')
  const pid = child.pid!
  const stopped = async (): Promise<boolean | undefined> => {
    const told = (await os.processes([pid])).get(pid)
    assert.ok(told?.known)
    return told.value.stopped
  }
  assert.equal(await stopped(), false)
  child.kill('SIGSTOP')
  // The signal is delivered when its thread next runs.
  for (let looks = 0; looks < 500 && (await stopped()) !== true; looks++) await new Promise(setImmediate)
  assert.equal(await stopped(), true)
})
