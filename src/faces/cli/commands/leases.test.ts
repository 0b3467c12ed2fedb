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

const NUMERIC = ['first', 'last', 'pid']

test('leases as CSV: numbers are numbers, times are times, and what does not apply is empty', async () => {
  const os = openMemory({ ...MACHINE, self: 812 })
  const asked = async (words: string) => (await runFake(words.split(' '), { os })).out
  await asked('lease web --port 8005 -o csv')
  await asked('lease farm --block 3 --range 8100-8200 --ttl 60 -o csv')
  const [head = '', ...lines] = (await asked('leases -o csv')).trim().split('\r\n')
  const rows = lines.map(line => {
    const cells = line.split(',')
    return new Map(head.split(',').map((key, i) => [key, cells[i]!]))
  })
  assert.equal(rows.length, 2)
  for (const row of rows) {
    for (const key of NUMERIC) assert.match(row.get(key)!, /^\d*$/, key)
    assert.match(row.get('expires')!, /^(?:\d{4}-\d\d-\d\dT[\d:.]+Z)?$/)
  }
  const [farm] = rows.filter(row => row.get('name') === 'farm')
  assert.equal(Number(farm!.get('last')) - Number(farm!.get('first')), 2)
  assert.notEqual(farm!.get('expires'), '')
})
