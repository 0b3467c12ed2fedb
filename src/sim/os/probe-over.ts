/** Asks many ports from a simulated host: connections of its transport, over the links of its network, in simulated time. */
import { familyOf } from '../../model/address.ts'
import type { Probe } from '../../os/os.ts'
import { OPEN, outcomeAtOnce, outcomeLater, type ProbeOutcome, SILENT } from '../../os/probe-outcome.ts'
import { LEAST_TIMEOUT_MS, ProbeRun, type Trial } from '../../os/probe-run.ts'
import type { Engine } from '../engine/engine.ts'
import {
  CONNECTED,
  FAILED,
  type SocketOwner,
  type TcpSocket,
  type Transport,
} from '../transport/transport.ts'

export interface ProbeHost {
  readonly engine: Engine
  readonly transport: Transport
  readonly owner: SocketOwner
}

export function probeOver({ engine, transport, owner }: ProbeHost): Probe {
  return async function* (plan, { signal } = {}) {
    const run = new ProbeRun(plan, { atOnce: plan.atOnce, leastTimeoutMs: LEAST_TIMEOUT_MS })
    const open = new Set<TcpSocket>()
    let wake = (): void => {}

    function begin(trial: Trial): void {
      const address = plan.targets[trial.target]!
      const socket = transport.stream(familyOf(address), owner)
      open.add(socket)
      const end = (outcome: ProbeOutcome): void => {
        if (!open.delete(socket)) return
        timer.cancel()
        socket.notify = null
        socket.close()
        run.end(trial, outcome, engine.now())
        wake()
      }
      const timer = engine.schedule(trial.deadlineAt - trial.startedAt, () => end(SILENT))
      const refused = prepare(socket)
      if (refused !== 'OK') {
        end({ kind: 'impossible', code: refused })
        return
      }
      socket.notify = events => {
        if ((events & FAILED) !== 0) end(outcomeLater(socket.takeError() ?? 'EIO'))
        else if ((events & CONNECTED) !== 0) end(OPEN)
      }
      const errno = socket.connect(address, plan.ports[trial.port]!)
      if (errno !== 'EINPROGRESS' && errno !== 'OK') end(outcomeAtOnce(errno))
    }

    function prepare(socket: TcpSocket): string {
      const { device, source } = plan
      const bound = device === undefined ? 'OK' : socket.bindToDevice(device)
      return bound !== 'OK' || source === undefined ? bound : socket.bind(source, 0)
    }

    try {
      while (!run.finished) {
        signal?.throwIfAborted()
        let next = run.next(engine.now())
        while (typeof next !== 'number') {
          begin(next)
          next = run.next(engine.now())
        }
        if (run.settled > 0) yield run.take()
        else if (!run.finished) await ended(next)
      }
      if (run.settled > 0) yield run.take()
    } finally {
      for (const socket of open) {
        socket.notify = null
        socket.close()
      }
      open.clear()
    }

    /** A try has ended, or so much time is over. */
    function ended(afterMs: number): Promise<void> {
      return new Promise(resolve => {
        const timer = Number.isFinite(afterMs) ? engine.schedule(afterMs, () => wake()) : undefined
        wake = () => {
          timer?.cancel()
          signal?.removeEventListener('abort', wake)
          engine.tell()
          resolve()
        }
        signal?.addEventListener('abort', wake, { once: true })
      })
    }
  }
}
