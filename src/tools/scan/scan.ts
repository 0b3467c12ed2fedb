/**
 * Scan: which TCP ports of whom somebody listens on, by connecting to them.
 *
 * Answers for each pair of address and port: open, closed, filtered, or unknown because it could not be asked, each with how that is
 * known. A limit of our own host is never taken for an answer. Doesn't say what listens: the service is the name that the port is
 * registered for. Follows RFC 9293 section 3.10.7.3 (what a SYN is answered with) and ip(7) (the error queue, where a host has one).
 */
import type { Cancellable, OS, ProbeResult } from '../../os/os.ts'
import { planScan, type ScanPlan, type ScanRequest } from './scan-plan.ts'

export { PROBE_STATES, type ProbeState } from '../../os/probe-plan.ts'
export { commonPorts } from './common-ports.ts'
export { scanFindings } from './scan-findings.ts'
export { planScan, type ScanPlan, type ScanRequest } from './scan-plan.ts'
export { type ScanGroup, ScanTally, type TargetTally } from './scan-tally.ts'
export { parseScanTarget, type ScanTarget } from './target.ts'

export interface ScanResult extends ProbeResult {
  readonly protocol: 'tcp'
  /** What the target was called, where that was a name. */
  readonly name?: string
}

/**
 * Asks every port of every target, and tells each as it is settled: `for await (const { port } of scan(os, { targets: ['db'] }))`.
 * Throws what `planScan` throws. Ends early, leaving nothing open, when the signal aborts or nobody goes on listening.
 */
export async function* scan(
  os: OS,
  what: ScanRequest | ScanPlan,
  options: Cancellable = {},
): AsyncGenerator<ScanResult, void> {
  const { probe, names } = 'probe' in what ? what : await planScan(os, what, options)
  for await (const batch of os.probe(probe, options))
    for (const result of batch) {
      const name = names.get(result.address)
      yield { ...result, protocol: 'tcp', ...(name === undefined ? {} : { name }) }
    }
}
