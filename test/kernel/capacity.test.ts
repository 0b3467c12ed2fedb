/**
 * Exhaustion on a real kernel, each in a network namespace of its own: what is used up is named, and what is not is not.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { end, itemsOf, ports, skip, start } from './stage/capacity-asked.ts'
import { SCENES } from './stage/exhaustion.ts'

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
