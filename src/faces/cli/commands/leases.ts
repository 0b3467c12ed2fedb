/** `ports leases`: who has leased what, and until when. */
import { checkLeaseName, listLeases } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { leaseRows } from '../leases/lease-rows.ts'
import { printLeases } from '../leases/print-leases.ts'
import { formatOf } from '../render/output.ts'
import type { LeasesFlags } from '../specs/leases.ts'

export default async function leases(
  this: CliContext,
  flags: LeasesFlags,
  ...names: string[]
): Promise<ExitStatus> {
  formatOf(this, flags, 'ports leases')
  for (const name of names) checkLeaseName(name)
  const os = await this.openOS()
  try {
    const all = await listLeases(os)
    const found = names.length === 0 ? all : all.filter(({ name }) => name !== null && names.includes(name))
    await printLeases(this, flags, await leaseRows(os, found))
    return names.length > 0 && found.length === 0 ? EXIT.nothingMatched : EXIT.done
  } finally {
    await os.close()
  }
}
