/** The real context, in a process of its own: what a pipe, a signal and a slow reader do to it. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { EXIT } from './exit.ts'
import { processContext } from './process-context.ts'

const CONTEXT = new URL('./process-context.ts', import.meta.url).href
const EXITS = new URL('./exit.ts', import.meta.url).href

/** A script with a real context as `context`, which exits with what its last line gives. */
const script = (body: string): string[] => [
  '--input-type=module',
  '-e',
  `import { exitProcess, processContext } from '${CONTEXT}'
   import { OutputClosed } from '${EXITS}'
   const context = processContext()
   ${body}`,
]
const exitOf = async (child: ChildProcess): Promise<number | null> => (await once(child, 'exit'))[0]

const LINES = 200_000
const WRITE_MANY = `
  let status = 0
  try {
    for (let i = 0; i < ${LINES}; i += 1000) {
      let chunk = ''
      for (let j = i; j < i + 1000; j++) chunk += 'line ' + j + '\\n'
      await context.stdout.write(chunk)
    }
  } catch (error) {
    status = error instanceof OutputClosed ? 11 : 12
  }
  exitProcess(status)`

test('a slow reader gets every byte before the process exits', async () => {
  const child = spawn(process.execPath, script(WRITE_MANY), { stdio: ['ignore', 'pipe', 'inherit'] })
  const [out, status] = await Promise.all([text(child.stdout!), exitOf(child)])
  assert.equal(status, 0)
  const lines = out.split('\n')
  assert.equal(lines.length, LINES + 1)
  assert.equal(lines.at(-2), `line ${LINES - 1}`)
})

test('so does one whose pipe is full and may not be waited for', async () => {
  // process.stdout makes the descriptor non-blocking; nothing is read until a write has failed with EAGAIN.
  const body = `
    process.stdout
    const fs = process.getBuiltinModule('node:fs')
    const { writeSync } = fs
    fs.writeSync = (...write) => {
      try {
        return writeSync(...write)
      } catch (error) {
        if (error.code === 'EAGAIN') writeSync(2, 'full')
        throw error
      }
    }
    ${WRITE_MANY}`
  const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = exitOf(child)
  await once(child.stderr!, 'data')
  assert.equal((await text(child.stdout!)).split('\n').length, LINES + 1)
  assert.equal(await exited, 0)
})

test('a reader that goes away is OutputClosed', async () => {
  const child = spawn(process.execPath, script(WRITE_MANY), { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout!.once('data', () => child.stdout!.destroy())
  assert.equal(await exitOf(child), 11)
})

for (const [signal, status] of [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', EXIT.terminated],
] as const) {
  test(`${signal} aborts what runs, and the status to exit with is ${status}`, async () => {
    const body = `
      const { signal } = context
      const held = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => exitProcess(context.interruption))
      await context.stdout.write('ready')`
    const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout!.once('data', () => child.kill(signal))
    assert.equal(await exitOf(child), status)
  })

  test(`${signal} ends a process that listens to no signal, as it would any other`, async () => {
    const body = `setInterval(() => {}, 1000); await context.stdout.write('ready')`
    const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout!.once('data', () => child.kill(signal))
    assert.deepEqual(await once(child, 'exit'), [null, signal])
  })
}

test('a pipe is no terminal and has no width', () => {
  const body = `exitProcess(context.stdout.isTTY || context.stdout.columns !== Infinity ? 1 : 0)`
  assert.equal(spawnSync(process.execPath, script(body)).status, 0)
})

test('a file is put in place whole, folders and all; one that is not there reads as null', t => {
  const folder = mkdtempSync(join(tmpdir(), 'ports-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { files } = processContext()
  const path = join(folder, 'a', 'b', 'registry.txt')
  assert.equal(files.read(path), null)
  files.replace(path, 'one')
  files.replace(path, 'two')
  assert.equal(files.read(path), 'two')
  assert.deepEqual(readdirSync(join(folder, 'a', 'b')), ['registry.txt'])
})

test('a file that can not be put in place leaves nothing behind', t => {
  const folder = mkdtempSync(join(tmpdir(), 'ports-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { files } = processContext()
  const inTheWay = join(folder, 'registry.txt')
  files.replace(join(inTheWay, 'is-a-folder'), '')
  assert.throws(() => files.replace(inTheWay, 'text'), { code: 'EISDIR' })
  assert.deepEqual(readdirSync(folder), ['registry.txt'])
  assert.ok(existsSync(inTheWay))
  assert.equal(readFileSync(join(inTheWay, 'is-a-folder'), 'utf8'), '')
})

test('who asks for the second signal hears it; the third ends the process', async () => {
  const body = `
    const { signal, again } = context
    signal.addEventListener('abort', () => context.stdout.write('one\\n'))
    again.addEventListener('abort', () => context.stdout.write('two\\n'))
    setInterval(() => {}, 1000)
    context.stdout.write('ready\\n')`
  const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'inherit'] })
  const heard: string[] = []
  child.stdout!.setEncoding('utf8').on('data', word => {
    heard.push(word.trim())
    child.kill('SIGINT')
  })
  await once(child, 'close')
  assert.deepEqual(heard, ['ready', 'one', 'two'])
  assert.equal(child.signalCode, 'SIGINT')
})
