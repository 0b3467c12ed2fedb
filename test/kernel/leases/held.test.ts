/** Leases hold: between many processes, between users, and whatever is killed. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { parsePortSet } from '../../../src/model/port-set.ts'
import { openOS } from '../../../src/os/open.ts'
import { listLeases, takeLease } from '../../../src/tools/bind/bind.ts'
import { ownFolder, runPorts, startChooser } from './own-folder.ts'

const skip = process.platform !== 'linux' && 'there is no Linux kernel here'
const rootOnly = skip || (process.getuid!() !== 0 && 'only root can be somebody else')
const NOBODY = 65534

const PROCESSES = 40
const EACH = 10

for (const [what, range] of [
  ['any port', undefined],
  ['a preferred range', '20000-20999'],
  ['exactly as many ports as are wanted', '21000-21399'],
] as const) {
  test(`${PROCESSES} processes that take ${EACH} leases each at once, of ${what}, share none`, {
    skip,
  }, async t => {
    const folder = ownFolder(t)
    const words = [String(EACH), ...(range === undefined ? [] : [range])]
    const all = Array.from({ length: PROCESSES }, () => startChooser(t, folder, words))
    const ports = (await Promise.all(all.map(one => one.line()))).flatMap(
      line => JSON.parse(line!) as number[],
    )
    assert.equal(ports.length, PROCESSES * EACH)
    assert.equal(new Set(ports).size, PROCESSES * EACH)
    if (range !== undefined) for (const port of ports) assert.ok(parsePortSet(range).has(port))
  })
}

test('40 processes that want the same port: one gets it', { skip }, async t => {
  const folder = ownFolder(t)
  const all = Array.from({ length: PROCESSES }, () =>
    runPorts(folder, ['lease', 'web', '--port', '22222', '--pid', String(process.pid), '--project', 'x']),
  )
  const others = Array.from({ length: 10 }, () => startChooser(t, folder, ['1', '22222']))
  const got = (await Promise.all(others.map(one => one.line()))).filter(line => line !== undefined)
  const same = (await Promise.all(all)).filter(({ status }) => status === 0)
  // The 40 ask for one lease, of one holder and name; the 10 for others.
  assert.ok(
    (got.length === 1 && same.length === 0) || (got.length === 0 && same.length > 0),
    `${got} ${same.length}`,
  )
})

/** Every change that the store is asked for when a lease is taken, in order. */
async function steps(t: TestContext, folder: string, killAt: number, name?: string): Promise<string[]> {
  const words = ['pause', '23000', ...(name === undefined ? [] : [name])]
  const { child, line } = startChooser(t, folder, words)
  const seen: string[] = []
  for (let said = await line(); said !== undefined; said = await line()) {
    seen.push(said)
    if (seen.length === killAt || said.startsWith('[')) break
    child.stdin!.write('\n')
  }
  const exit = child.exitCode === null ? once(child, 'exit') : undefined
  child.kill('SIGKILL')
  await exit
  return seen
}

test('whoever is killed, at whatever step, leaves a port that the next can lease, and no litter', {
  skip,
}, async t => {
  const whole = await steps(t, ownFolder(t), Number.POSITIVE_INFINITY)
  assert.deepEqual(whole.slice(0, 6), ['list', 'add pending', 'list', 'list', 'add held', 'remove pending'])
  const folder = ownFolder(t)
  for (let killAt = 1; killAt < whole.length; killAt++) {
    assert.equal((await steps(t, folder, killAt)).length, killAt)
    const os = await openOS({ claimsFolder: folder })
    assert.deepEqual(await listLeases(os), [], `after step ${killAt}`)
    const range = parsePortSet('23000')
    const outcome = await takeLease(os, { range })
    assert.ok('lease' in outcome, `after step ${killAt}: ${JSON.stringify(outcome)}`)
    const store = await os.claims()
    assert.ok(store.remove(outcome.lease.claim))
    assert.deepEqual(readdirSync(folder), [], `after step ${killAt}`)
  }
})

test('whoever is killed while leasing for a living shell loses nothing: asked again, the shell has the lease', {
  skip,
}, async t => {
  const whole = await steps(t, ownFolder(t), Number.POSITIVE_INFINITY, 'web')
  assert.equal(whole.at(-1), '[23000]')
  for (let killAt = 1; killAt < whole.length; killAt++) {
    const folder = ownFolder(t)
    await steps(t, folder, killAt, 'web')
    assert.equal(
      (await steps(t, folder, Number.POSITIVE_INFINITY, 'web')).at(-1),
      '[23000]',
      `after step ${killAt}`,
    )
    const os = await openOS({ claimsFolder: folder })
    assert.deepEqual(
      (await listLeases(os)).map(({ ports, name }) => [name, ...ports]),
      [['web', 23000]],
    )
  }
})

test('a holder that is killed has no lease any more', { skip }, async t => {
  const folder = ownFolder(t)
  const { child, line } = startChooser(t, folder, ['1', '23001'])
  assert.equal(await line(), '[23001]')
  assert.equal((await runPorts(folder, ['lease', 'web', '--port', '23001'])).status, 1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal((await runPorts(folder, ['lease', 'web', '--port', '23001'])).out, '23001\n')
})

test('what one user has leased, another can neither get nor take away', { skip: rootOnly }, async t => {
  const folder = ownFolder(t)
  const theirs = startChooser(t, folder, ['1', '23002'])
  assert.equal(await theirs.line(), '[23002]')
  const refused = await runPorts(folder, ['lease', 'web', '--port', '23002'], NOBODY)
  assert.match(refused.err, /port 23002 can not be leased: it is leased by root, process \d+/)
  assert.equal(refused.status, 1)
  assert.equal((await runPorts(folder, ['release', '23002'], NOBODY)).status, 1)
  assert.match((await runPorts(folder, ['leases'], NOBODY)).out, /^23002\t/m)
})

test('what another user’s ended process had can be leased, though its mark can’t be taken away', {
  skip: rootOnly,
}, async t => {
  const folder = ownFolder(t)
  const theirs = startChooser(t, folder, ['1', '23003'])
  assert.equal(await theirs.line(), '[23003]')
  theirs.child.kill('SIGKILL')
  await once(theirs.child, 'exit')
  const mine = startChooser(t, folder, ['1', '23003'], NOBODY)
  assert.equal(await mine.line(), '[23003]')
  assert.equal((await runPorts(folder, ['lease', 'web', '--port', '23003'])).status, 1)
})
