/** `--dry-run`: what would be leased as things stand, and for whom. Nothing is claimed. */
import { checkLeaseName, type LeaseRequest, planLease } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { clean } from '../render/clean.ts'
import { sayFinding } from './say-finding.ts'

/** `program`: what would be run with it. */
export async function leasePlan(
  context: CliContext,
  flags: { readonly noColor?: boolean },
  request: LeaseRequest & { readonly name: string },
  program: readonly string[] = [],
): Promise<ExitStatus> {
  checkLeaseName(request.name)
  const os = await context.openOS()
  try {
    const plan = await planLease(os, request)
    if ('refused' in plan) {
      await sayFinding(context, flags, plan.refused)
      return EXIT.no
    }
    const { first, count, holder, expiresAt } = plan.claim
    const ports = count === 1 ? `port ${first}` : `ports ${first} to ${first + count - 1}`
    const until = [
      ...(holder === null ? [] : [`process ${holder.pid} ends`]),
      ...(expiresAt === null ? [] : [new Date(expiresAt).toISOString()]),
    ].join(' or ')
    const run =
      program.length === 0
        ? ''
        : `would then run: ${clean(program.join(' ').replaceAll('{port}', String(first)))}\n`
    await context.stdout.write(`would lease ${ports} as "${request.name}" until ${until}\n${run}`)
    return EXIT.done
  } finally {
    await os.close()
  }
}
