/** `ports release`: ends leases before their time. */
import { type Lease, releaseLeases } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { leaseRows } from '../leases/lease-rows.ts'
import { printPorts } from '../leases/print-leases.ts'
import { warningOf } from '../leases/say-finding.ts'
import { scopeFrom } from '../leases/scope-from.ts'
import type { Warning } from '../render/json.ts'
import { parseLeasable } from '../specs/lease-flags.ts'
import type { ReleaseFlags } from '../specs/release.ts'

export default async function release(
  this: CliContext,
  flags: ReleaseFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const asked = words.map(word => (/^-?\d/.test(word) ? parseLeasable(word) : word))
  const scope = { ...scopeFrom(this, flags), dryRun: flags.dryRun }
  const os = await this.openOS()
  try {
    const released: Lease[] = []
    const warnings: Warning[] = []
    let refusals = 0
    let unmatched = 0
    for (const which of asked) {
      const outcome = await releaseLeases(os, which, scope)
      released.push(...outcome.released)
      warnings.push(...outcome.refused.map(warningOf))
      refusals += outcome.refused.length
      if (outcome.released.length + outcome.refused.length > 0) continue
      unmatched++
      warnings.push(warningOf(notLeased(which)))
    }
    await printPorts(this, flags, await leaseRows(os, released), warnings)
    return refusals > 0 ? EXIT.no : unmatched > 0 ? EXIT.nothingMatched : EXIT.done
  } finally {
    await os.close()
  }
}

const notLeased = (which: string | number) =>
  ({
    code: 'not-leased',
    severity: 'note',
    certainty: 'proven',
    subject: String(which),
    says:
      typeof which === 'number'
        ? `port ${which} is not leased`
        : `nothing is leased as "${which}" in this project and branch`,
    evidence: [],
    remedy: 'See what is leased: ports leases',
  }) as const
