/** `ports lease`: a port that is promised to a name, and to nobody else who asks. */
import { fault } from '../../../model/fault.ts'
import { takeLease } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { leasePlan } from '../leases/lease-plan.ts'
import { leaseRows } from '../leases/lease-rows.ts'
import { printPorts } from '../leases/print-leases.ts'
import { warningOf } from '../leases/say-finding.ts'
import { scopeFrom } from '../leases/scope-from.ts'
import type { LeaseCommandFlags } from '../specs/lease.ts'

export default async function lease(
  this: CliContext,
  flags: LeaseCommandFlags,
  name: string,
): Promise<ExitStatus> {
  const { port, block, range, ttl, pid } = flags
  if (port !== undefined && range !== undefined)
    throw fault('E_USAGE', { what: '--port and --range exclude each other', command: 'ports lease' })
  const holder = pid ?? (ttl === undefined ? ('caller' as const) : null)
  const request = { name, port, range, ttl, count: block ?? 1, holder, ...scopeFrom(this, flags) }
  if (flags.dryRun) return leasePlan(this, flags, request)
  const os = await this.openOS()
  try {
    const outcome = await takeLease(os, request)
    if ('refused' in outcome) {
      await printPorts(this, flags, [], [warningOf(outcome.refused)])
      return EXIT.no
    }
    const held = flags.hold ? await hold(this, outcome.lease.claim.nonce) : []
    const rows = flags.output !== undefined || flags.json ? await leaseRows(os, [outcome.lease]) : []
    const bare = { lease: outcome.lease, process: null, user: null }
    await printPorts(this, flags, rows.length > 0 ? rows : [bare], held)
    return EXIT.done
  } finally {
    await os.close()
  }
}

/** A keeper is a process of its own. What it says first is how many sockets it has bound. */
async function hold(context: CliContext, nonce: string) {
  const bound = Number(await context.startDetached(['hold-lease', nonce]))
  if (bound > 0) return []
  const message = 'the port is leased, but could not be kept bound'
  return [{ code: 'not-held', message, hint: 'Somebody bound it meanwhile: see "ports ls -l".' }]
}
