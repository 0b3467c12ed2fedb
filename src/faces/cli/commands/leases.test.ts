import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'

const MACHINE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8'],
  processes: [{ pid: 812, run: 'node server.js' }],
  sockets: [{ listen: 'tcp 0.0.0.0:8001', by: 812 }],
}
const run = (words: string) => runFake(words.split(' '), { os: openMemory(MACHINE) })

test('free ports are a row each, and not taken for a row of ports', async () => {
  const { status, out } = await run('free 2 --range 8000-8002 -o csv')
  const [head, ...ports] = out.trim().split('\r\n')
  assert.deepEqual([status, head, ports.toSorted()], [EXIT.done, 'port', ['8000', '8002']])
})

test('free ports are one item of a document', async () => {
  const { out } = await run('free 2 --range 8000-8002 --json')
  const { items } = JSON.parse(out)
  assert.deepEqual([items.length, items[0].ports.toSorted()], [1, [8000, 8002]])
})

test('a lease that is refused is a document, too, and says why', async () => {
  const { status, out } = await run('lease web --port 8001 --json')
  const { items, warnings } = JSON.parse(out)
  assert.deepEqual([status, items], [EXIT.no, []])
  assert.match(warnings[0].message, /8001/)
})

test('what could not be released is a warning of the document', async () => {
  const { status, out } = await run('release web --json')
  const { items, warnings } = JSON.parse(out)
  assert.deepEqual([status, items, warnings[0].code], [EXIT.nothingMatched, [], 'not-leased'])
})
