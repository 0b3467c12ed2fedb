/** `ports listen` beside a real NAT: it tells the address that is left after it, and answers from the one that was asked. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { SCHEMAS } from '../../../src/faces/cli/schemas/schemas.ts'
import { validate } from '../../../src/faces/cli/schemas/validate.cases.ts'
import { runInLab, whyNoLab } from '../nat/lab.ts'
import type { Told } from './listen-lab.ts'

const why = whyNoLab()
const skip = why === null ? {} : { skip: why }
let running: Promise<Record<string, Told>> | undefined
async function told(name: string): Promise<Told> {
  running ??= runInLab<Record<string, Told>>('../forward/listen-lab.ts')
  return (await running)[name]!
}
const typed = ({ lines }: Told, type: string) => lines.find(line => line.type === type)!

test('who comes through a masquerade has the router’s address, and learns it', skip, async () => {
  const it = await told('masqueraded')
  const came = typed(it, 'came')
  assert.equal(came.from!.address, '203.0.113.1')
  assert.deepEqual(came.to, { address: '203.0.113.7', port: 8080 })
  assert.match(it.answer, /^\d+ HTTP\/1\.1 200 OK\r\n/)
  assert.ok(
    it.answer.endsWith(`You came from 203.0.113.1:${came.from!.port} to 203.0.113.7:8080.\n`),
    it.answer,
  )
  assert.equal(it.status, 0)
})

test('who is let in by a translated destination comes to the translated one', skip, async () => {
  const it = await told('let in')
  const [port, ...echoed] = it.answer.split(' ')
  const came = typed(it, 'came')
  assert.deepEqual(
    [came.from, came.to],
    [
      { address: '203.0.113.7', port: Number(port) },
      { address: '192.168.7.2', port: 80 },
    ],
  )
  assert.deepEqual(echoed, ['hello'])
  assert.equal(typed(it, 'left').because, 'they-ended')
})

test(
  'a datagram to a second address is told to have come there, and is answered from there',
  skip,
  async () => {
    const it = await told('second address')
    const [, from, echoed] = it.answer.split(' ')
    assert.deepEqual([from, echoed], ['203.0.113.8', 'hello'])
    const came = typed(it, 'came')
    assert.equal(came.from!.address, '203.0.113.1')
    assert.deepEqual(came.to, { address: '203.0.113.8', port: 8080 })
  },
)

test('nobody in time is status 5', skip, async () => {
  assert.equal((await told('nobody')).status, 5)
})

test('every line is as its schema says', skip, async () => {
  for (const name of ['masqueraded', 'let in', 'second address'])
    for (const line of (await told(name)).lines) assert.deepEqual(validate(SCHEMAS.listen!, line), [])
})
