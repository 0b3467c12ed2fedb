import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import { OPEN, type ProbeOutcome, SELF, SILENT } from './probe-outcome.ts'
import type { ProbePlan, ProbeResult } from './probe-plan.ts'
import { LEAST_TIMEOUT_MS, ProbeRun, type Trial } from './probe-run.ts'

const CLOSED: ProbeOutcome = { kind: 'closed', reason: 'reset' }

const planFor = (more: Partial<ProbePlan> = {}): ProbePlan => ({
  method: 'connect',
  protocol: 'tcp',
  targets: ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(parseAddress),
  ports: Array.from({ length: 100 }, (_, i) => i + 1),
  seed: 7,
  timeoutMs: 1000,
  tries: 3,
  perSecond: 1e9,
  perSecondAndTarget: 1e9,
  atOnce: 1000,
  ...more,
})

interface Played {
  readonly results: readonly ProbeResult[]
  /** When each try began, and whom it asked. */
  readonly begun: readonly { readonly at: number; readonly target: number; readonly port: number }[]
  readonly most: number
  readonly endedAt: number
}

/** What becomes of a try, and after how long; without a time, when it is given up. */
type World = (
  trial: Trial,
  plan: ProbePlan,
  running: number,
) => { readonly outcome: ProbeOutcome; readonly ms?: number }

/** Lives through a run on a clock of its own, event by event. */
function play(plan: ProbePlan, world: World, atOnce = 1e6): Played {
  const run = new ProbeRun(plan, { atOnce, leastTimeoutMs: LEAST_TIMEOUT_MS })
  const ends: { at: number; trial: Trial; outcome: ProbeOutcome }[] = []
  const results: ProbeResult[] = []
  const begun: { at: number; target: number; port: number }[] = []
  let [now, most] = [0, 0]
  for (let steps = 0; !run.finished; steps++) {
    assert.ok(steps < 1_000_000, 'it never ends')
    const next = run.next(now)
    if (typeof next !== 'number') {
      begun.push({ at: now, target: next.target, port: plan.ports[next.port]! })
      most = Math.max(most, run.running)
      const { outcome, ms } = world(next, plan, run.running)
      ends.push({ at: ms === undefined ? next.deadlineAt : now + ms, trial: next, outcome })
      ends.sort((a, b) => a.at - b.at)
      continue
    }
    const at = Math.min(ends[0]?.at ?? Number.POSITIVE_INFINITY, now + next)
    assert.ok(Number.isFinite(at), 'it waits for nothing')
    now = Math.max(now, at)
    while (ends.length > 0 && ends[0]!.at <= now) {
      const { trial, outcome } = ends.shift()!
      run.end(trial, outcome, now)
    }
    results.push(...run.take())
  }
  results.push(...run.take())
  return { results, begun, most, endedAt: now }
}

test('every pair is asked and told exactly once', () => {
  const plan = planFor()
  const { results } = play(plan, () => ({ outcome: CLOSED, ms: 1 }))
  assert.equal(results.length, 300)
  assert.equal(new Set(results.map(({ address, port }) => `${address} ${port}`)).size, 300)
})

test('the order is the seed’s, over targets and ports alike', () => {
  const order = (seed: number) =>
    play(planFor({ seed }), () => ({ outcome: CLOSED, ms: 1 }))
      .begun.map(({ target, port }) => `${target}:${port}`)
      .join(' ')
  assert.equal(order(1), order(1))
  assert.notEqual(order(1), order(2))
  const first = order(1).split(' ').slice(0, 60)
  for (const target of ['0', '1', '2'])
    assert.ok(first.filter(one => one.startsWith(`${target}:`)).length > 8, first.join(' '))
})

test('a rate is kept, in all and to each target, retries included', () => {
  const plan = planFor({ perSecond: 400, perSecondAndTarget: 150 })
  const { begun } = play(plan, trial => (trial.turn < 3 ? { outcome: SILENT } : { outcome: CLOSED, ms: 1 }))
  assert.equal(begun.length, 900)
  // In any second: the rate, and what a pause of 20 ms saves up.
  for (let i = 0; i < begun.length; i++) {
    const within = begun.filter(({ at }) => at >= begun[i]!.at && at < begun[i]!.at + 1000)
    assert.ok(within.length <= 400 * 1.02 + 1, `${within.length} in a second`)
    for (const target of [0, 1, 2]) {
      const there = within.filter(one => one.target === target).length
      assert.ok(there <= 150 * 1.02 + 1, `${there} to one target in a second`)
    }
  }
  // The last port is given up twice before it is asked for the third time.
  assert.ok(begun.at(-1)!.at < 1000 * (900 / 400) + 2 * 1100 + 100, `and used: ${begun.at(-1)!.at}`)
})

test('no more run at once than the plan and the host allow', () => {
  for (const [plan, host, most] of [
    [50, 1e6, 50],
    [1000, 20, 20],
  ] as const)
    assert.equal(play(planFor({ atOnce: plan }), () => ({ outcome: CLOSED, ms: 5 }), host).most, most)
})

test('what stays silent is asked again, then filtered', () => {
  const { results } = play(planFor(), ({ port }) =>
    port % 2 === 0 ? { outcome: SILENT } : { outcome: OPEN, ms: 2 },
  )
  for (const { port, state, reason, tries } of results)
    assert.deepEqual(
      [state, reason, tries],
      (port - 1) % 2 === 0 ? ['filtered', 'no-answer', 3] : ['open', 'syn-ack', 1],
    )
})

test('what answers late is open; where so many tries are lost, silence is asked more often', () => {
  const { results } = play(planFor(), ({ port, turn }) =>
    port % 2 === 0 || turn < 3 ? { outcome: SILENT } : { outcome: OPEN, ms: 2 },
  )
  for (const { port, state, reason, tries } of results)
    assert.deepEqual(
      [state, reason, tries],
      (port - 1) % 2 === 0 ? ['filtered', 'no-answer', 10] : ['open', 'syn-ack', 3],
    )
})

test('loss towards one target is no reason to ask another more often', () => {
  const { results } = play(planFor(), ({ target, port, turn }) =>
    port === 0 || (target === 1 && turn === 1) ? { outcome: SILENT } : { outcome: OPEN, ms: 2 },
  )
  const silent = results.filter(({ reason }) => reason === 'no-answer')
  assert.deepEqual(silent.map(({ address, tries }) => `${address} ${tries}`).sort(), [
    '192.0.2.1 3',
    '192.0.2.2 10',
    '192.0.2.3 3',
  ])
})

test('who wants one try gets one, and errors that come late show no loss', () => {
  const tries = (plan: ProbePlan, late: ProbeOutcome): number => {
    const { results } = play(plan, ({ port, turn }) =>
      port === 0 || turn === 1 ? { outcome: SILENT } : { outcome: late, ms: 2 },
    )
    return Math.max(...results.map(one => one.tries))
  }
  assert.equal(tries(planFor({ tries: 1 }), OPEN), 1)
  assert.equal(tries(planFor(), OPEN), 10)
  assert.equal(tries(planFor(), { kind: 'filtered', reason: 'icmp-3/13' }), 3)
})

test('of tries that are lost at random nearly every open port is found', () => {
  // What of 36 in 100 tries is lost, as by a loss of a fifth each way; of three tries 4.7 in 100 ports would stay silent.
  let state = 11
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
  const targets = [parseAddress('192.0.2.1')]
  const ports = Array.from({ length: 1000 }, (_, i) => i + 1)
  const { results } = play(planFor({ targets, ports }), () =>
    random() < 0.36 ? { outcome: SILENT } : { outcome: OPEN, ms: 2 },
  )
  const missed = results.filter(({ state }) => state !== 'open').length
  assert.ok(missed <= 5, `${missed} of 1000`)
})

test('nobody on the link: so are all ports of the address, whichever of them was told', () => {
  for (const count of [1, 2, 1000]) {
    const plan = planFor({ ports: Array.from({ length: count }, (_, i) => i + 1) })
    // As Linux: what waits for a neighbour is told every three seconds; a socket that is between two tries isn't.
    const { results } = play(plan, trial => {
      const told = 3000 - (trial.startedAt % 3000)
      return trial.target === 1 && told < trial.deadlineAt - trial.startedAt && trial.port % 3 !== 2
        ? { outcome: { kind: 'filtered', reason: 'no-neighbour' }, ms: told }
        : trial.target === 2
          ? { outcome: CLOSED, ms: 1 }
          : { outcome: SILENT }
    })
    const reasons = (address: string) => [
      ...new Set(results.filter(one => one.address === address).map(({ reason }) => reason)),
    ]
    assert.deepEqual(reasons('192.0.2.1'), ['no-answer'])
    assert.deepEqual(reasons('192.0.2.2'), ['no-neighbour'])
    assert.deepEqual(reasons('192.0.2.3'), ['reset'])
  }
})

test('who was heard after nobody was found is silent for reasons of its own', () => {
  const { results } = play(planFor({ targets: [parseAddress('192.0.2.1')] }), ({ port, turn }) => {
    if (port === 0 && turn === 1) return { outcome: { kind: 'filtered', reason: 'no-neighbour' }, ms: 500 }
    return port === 1 ? { outcome: SILENT } : { outcome: CLOSED, ms: 600 }
  })
  assert.equal(results.find(({ port }) => port === 2)!.reason, 'no-answer')
})

test('who answers fast is waited for less, but never less than a bound, nor longer than the plan’s', () => {
  const waits = (ms: number): number[] => {
    const found: number[] = []
    const targets = [parseAddress('192.0.2.1')]
    play(planFor({ targets, atOnce: 1, tries: 1 }), trial => {
      found.push(trial.deadlineAt - trial.startedAt)
      return { outcome: CLOSED, ms }
    })
    return found
  }
  assert.equal(waits(1)[0], 1000)
  assert.equal(waits(1).at(-1), 100)
  const slow = waits(200).at(-1)!
  assert.ok(slow > 200 && slow < 300, `${slow}`)
  assert.equal(waits(950).at(-1), 1000)
})

test('each further try is waited for twice as long', () => {
  const found: number[] = []
  const targets = [parseAddress('192.0.2.1')]
  play(planFor({ targets, atOnce: 1, tries: 4 }), trial => {
    if (trial.port !== 3) return { outcome: CLOSED, ms: 1 }
    found.push(Math.round(trial.deadlineAt - trial.startedAt))
    return { outcome: SILENT }
  })
  assert.deepEqual(found.slice(1), [200, 400, 800])
})

test('what our host lacks is never an answer: it is tried again with fewer at once', () => {
  for (const code of ['EMFILE', 'EADDRNOTAVAIL', 'ENOBUFS']) {
    const { results, most } = play(planFor(), (_, __, running) =>
      running > 12 ? { outcome: { kind: 'short', code }, ms: 0 } : { outcome: CLOSED, ms: 3 },
    )
    assert.deepEqual([...new Set(results.map(({ reason }) => reason))], ['reset'])
    assert.equal(results.length, 300)
    assert.ok(most > 12)
  }
})

test('what our host lacks for good is unknown, with its word, and it ends', () => {
  const { results, endedAt } = play(planFor({ atOnce: 100 }), () => ({
    outcome: { kind: 'short', code: 'EMFILE' },
    ms: 0,
  }))
  assert.deepEqual(
    [...new Set(results.map(({ state, reason, tries }) => `${state} ${reason} ${tries}`))],
    ['unknown local-EMFILE 1'],
  )
  assert.ok(endedAt < 60_000, `${endedAt}`)
})

test('a no of our host is asked again as often as silence; one for good is not', () => {
  const asked = (outcome: ProbeOutcome) => {
    const { results, begun } = play(planFor(), () => ({ outcome, ms: 0 }))
    return [results[0]!.state, results[0]!.reason, begun.length / 300]
  }
  assert.deepEqual(asked({ kind: 'denied', code: 'EPERM' }), ['unknown', 'local-EPERM', 3])
  assert.deepEqual(asked({ kind: 'impossible', code: 'ENETUNREACH' }), ['unknown', 'local-ENETUNREACH', 1])
})

test('a socket that meets itself is tried again, and then proves that nobody listens', () => {
  const again = play(planFor(), ({ troubles }) => ({ outcome: troubles < 2 ? SELF : OPEN, ms: 0 }))
  assert.deepEqual([...new Set(again.results.map(({ state, tries }) => `${state} ${tries}`))], ['open 1'])
  const always = play(planFor(), () => ({ outcome: SELF, ms: 0 }))
  assert.deepEqual(
    [...new Set(always.results.map(({ state, reason }) => `${state} ${reason}`))],
    ['closed self-connect'],
  )
})

test('a plan without targets or ports is over before it begins', () => {
  for (const nothing of [{ targets: [] }, { ports: [] }]) {
    const run = new ProbeRun(planFor(nothing), { atOnce: 1, leastTimeoutMs: 100 })
    assert.equal(run.finished, true)
  }
})
