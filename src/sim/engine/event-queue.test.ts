/** The oracle is a list that is sorted each time. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Event, EventQueue } from './event-queue.ts'

const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('carry' as const), at: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
)

test('soonest first, then in the order in which they came, whatever is cancelled', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), actions => {
      const queue = new EventQueue()
      const ran: number[] = []
      const events = new Map<number, { event: Event; at: number }>()
      const list: { id: number; at: number }[] = []
      let id = 0
      for (const one of actions) {
        if (one.do === 'add') {
          const mine = id++
          events.set(mine, { event: queue.add(one.at, () => ran.push(mine)), at: one.at })
          list.push({ id: mine, at: one.at })
        } else if (one.do === 'carry') {
          const mine = id++
          queue.carry(one.at, { arrived: (packet: number) => ran.push(packet) }, mine)
          list.push({ id: mine, at: one.at })
        } else if (one.do === 'cancel') {
          if (id === 0) continue
          const which = one.which % id
          const event = events.get(which)
          if (event === undefined) continue
          event.event.cancel()
          const place = list.findIndex(each => each.id === which)
          if (place !== -1) list.splice(place, 1)
        } else {
          const next = list.toSorted((a, b) => a.at - b.at || a.id - b.id)[0]
          assert.equal(queue.nextAt(), next?.at)
          queue.take()?.()
          assert.equal(ran.at(-1), next === undefined ? ran.at(-1) : next.id)
          if (next !== undefined) list.splice(list.indexOf(next), 1)
        }
        assert.equal(queue.size, list.length)
      }
    }),
  )
})

test('what was cancelled is swept out, and the order stays', () => {
  const queue = new EventQueue()
  const ran: number[] = []
  const events = Array.from({ length: 10_000 }, (_, i) =>
    queue.add((i * 7919) % 10_007, () => ran.push((i * 7919) % 10_007)),
  )
  events.forEach((event, i) => {
    if (i % 10 !== 0) event.cancel()
  })
  assert.equal(queue.size, 1000)
  for (let run = queue.take(); run !== undefined; run = queue.take()) run()
  assert.deepEqual(
    ran,
    ran.toSorted((a, b) => a - b),
  )
  assert.equal(ran.length, 1000)
})
