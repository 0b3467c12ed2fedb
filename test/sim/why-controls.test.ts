/**
 * Healthy networks that look odd, on the simulated network: nothing is found wrong with any of them, from the client and with all views.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { CONTROLS } from '../kernel/why/controls.ts'
import { summary } from '../kernel/why/judge-told.ts'
import { asked, viewOf } from './why-asked.ts'

/** What a simulated host lacks, by control. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'hairpin-that-the-bridge-hands-to-nat': 'bridges are links, and lend no frames',
  'frames-lent-to-a-filter-that-accepts': 'bridges are links, and lend no frames',
  'without-timestamps-and-windows': 'TCP always speaks as Linux presets it',
  'explicit-congestion-notification': 'TCP always speaks as Linux presets it',
  'bound-to-the-right-device': 'servers with the face of Node’s are bound to no device',
  'cookies-against-a-flood': 'handshakes that are half done are not limited',
  'full-of-connections-that-nobody-answered': 'connections are not loaded from outside',
  'slow-link': 'devices have no queueing disciplines',
  'router-answers-for-the-other-side': 'nobody answers for another’s address',
  'ipsec-of-somebody-else': 'there is no IPsec',
  'tls-that-is-right': 'no TLS is spoken',
}

for (const control of CONTROLS.filter(({ name }) => LEFT_OUT[name] === undefined)) {
  const { name, mayBe = [] } = control
  test(name, { timeout: 60_000 }, async () => {
    const both = await asked(control, true, async (row, ask) => [
      await ask([]),
      await ask([...row.routers, row.server].map(viewOf)),
    ])
    for (const told of both) {
      const said = told.causes.filter(({ code }) => !mayBe.includes(code))
      assert.deepEqual(said, [], summary(told))
      assert.ok(
        told.verdict === 'reachable' || (mayBe.length > 0 && told.verdict === 'degraded'),
        summary(told),
      )
    }
  })
}

test('what is left out is there', () => {
  const names = CONTROLS.map(({ name }) => name)
  for (const [name, why] of Object.entries(LEFT_OUT)) assert.ok(names.includes(name), `${name}: ${why}`)
})
