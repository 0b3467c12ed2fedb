/**
 * Asks many ports through Node's own sockets: for systems whose calls we can't make.
 *
 * It can't tell an ICMP port unreachable from a reset (both are `refused`), nor one ICMP code from another, nor bind to a device. Windows
 * sends its SYN again after a reset, twice, and says no only after two seconds (TcpMaxConnectRetransmissions).
 */
import type { Socket } from 'node:net'
import type { Cancellable } from './os.ts'
import { OPEN, outcomeAtOnce, outcomeLater, type ProbeOutcome, SELF, SILENT } from './probe-outcome.ts'
import type { ProbePlan, ProbeResult } from './probe-plan.ts'
import { LEAST_TIMEOUT_MS, ProbeRun, type Trial } from './probe-run.ts'

/** Node tells of no limit of descriptors; the smallest that is usual is 256. */
const AT_ONCE = 160
const AT_A_TIME = 64
const BATCH = 1024
const BATCH_MS = 50
const WINDOWS_TIMEOUT_MS = 2500

export async function* nodeProbe(
  plan: ProbePlan,
  { signal }: Cancellable = {},
  platform = process.platform,
): AsyncGenerator<readonly ProbeResult[]> {
  const { connect } = process.getBuiltinModule('node:net')
  const windows = platform === 'win32'
  const patient = windows ? { ...plan, timeoutMs: Math.max(plan.timeoutMs, WINDOWS_TIMEOUT_MS) } : plan
  const run = new ProbeRun(patient, {
    atOnce: AT_ONCE,
    leastTimeoutMs: windows ? WINDOWS_TIMEOUT_MS : LEAST_TIMEOUT_MS,
  })
  const open = new Set<Socket>()
  let wake = (): void => {}

  function begin(trial: Trial): void {
    const ended = (outcome: ProbeOutcome): void => {
      if (!open.delete(socket)) return
      clearTimeout(timer)
      // A connection ends as it should: a reset brings down programs that don't expect one.
      socket.destroy()
      run.end(trial, outcome, performance.now())
      wake()
    }
    const { source } = plan
    const socket = connect({
      host: plan.targets[trial.target]!,
      port: plan.ports[trial.port]!,
      ...(source === undefined ? {} : { localAddress: source }),
    })
    open.add(socket)
    let atOnce = false
    // The call is made in the turn before this one; what failed in it is known here.
    process.nextTick(() => {
      atOnce = socket.errored !== null
    })
    socket.once('connect', () => ended(isSelf(socket) ? SELF : OPEN))
    socket.on('error', ({ code = 'EIO' }: NodeJS.ErrnoException) =>
      ended(atOnce ? outcomeAtOnce(code) : outcomeLater(code)),
    )
    const timer = setTimeout(
      // Answers that came while nobody looked are heard first.
      () => setImmediate(() => ended(SILENT)),
      trial.deadlineAt - trial.startedAt,
    )
  }

  let toldAt = performance.now()
  try {
    while (!run.finished) {
      signal?.throwIfAborted()
      if (run.settled >= BATCH || (run.settled > 0 && performance.now() - toldAt >= BATCH_MS)) {
        yield run.take()
        toldAt = performance.now()
      }
      let wait = 0
      for (let i = 0; i < AT_A_TIME && wait === 0; i++) {
        const next = run.next(performance.now())
        if (typeof next === 'number') wait = next
        else if (plan.device === undefined) begin(next)
        else run.end(next, { kind: 'impossible', code: 'ENOTSUP' }, performance.now())
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, Math.min(BATCH_MS, wait))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    if (run.settled > 0) yield run.take()
  } finally {
    for (const socket of open) socket.destroy()
    open.clear()
  }
}

/** Its own port was the one that was asked: it met itself. */
const isSelf = ({ localPort, remotePort, localAddress, remoteAddress }: Socket): boolean =>
  localPort === remotePort && localAddress === remoteAddress
