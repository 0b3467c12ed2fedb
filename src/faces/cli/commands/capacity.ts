/** `ports capacity`: what is used up, when and why; and `ports capacity plan`, the same on paper. */
import { isHostAddress } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import { type Capacity, type CapacityRequest, measureCapacity } from '../../../tools/capacity/capacity.ts'
import { showCapacity } from '../capacity/show-capacity.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, warn } from '../render/output.ts'
import type { CapacityFlags } from '../specs/capacity.ts'
import type { Format } from '../specs/shared-flags.ts'

/** Milliseconds between two looks. */
const ONCE = 1000
const WATCHING = 5000

export default async function capacity(
  this: CliContext,
  flags: CapacityFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = capacityFormat(this, flags)
  if (words.length > 0) {
    if (words.length > 1 || words[0] !== 'plan')
      throw fault('E_USAGE', { what: `"${words.join(' ')}" is nothing that capacity does`, command: COMMAND })
    return (await import('../capacity/show-plan.ts')).showPlan(this, flags, format)
  }
  refusePlanFlags(flags)
  const os = await this.openOS()
  try {
    const to = flags.to === undefined ? undefined : await resolved(this, flags.to)
    const request: CapacityRequest = {
      interval: (flags.interval ?? (flags.watch ? WATCHING : ONCE)) / 1000,
      stale: flags.stale / 1000,
      signal: this.signal,
      ...(to === undefined ? {} : { to }),
    }
    if (flags.watch)
      return await (await import('../capacity/watch-capacity.ts')).watch(this, os, flags, format, request)
    const measured = await measureCapacity(os, request)
    const complete = await showCapacity(this, flags, format, measured)
    if (to !== undefined && measured.pools.length === 0) {
      const { formatEndpointSpec } = await import('../../../model/endpoint.ts')
      const message = `no connection from here leads to ${formatEndpointSpec(flags.to!)}`
      await warn(this, flags, [{ code: 'no-connection', message }])
    }
    return statusOf(flags, measured, complete)
  } finally {
    await os.close()
  }
}

const COMMAND = 'ports capacity'

export type CapacityFormat = Format | 'prom'

function capacityFormat(context: CliContext, flags: CapacityFlags): CapacityFormat {
  const { output, ...rest } = flags
  if (output !== 'prom') return formatOf(context, { ...rest, output }, COMMAND)
  if (flags.json) throw fault('E_USAGE', { what: 'only one of --json and -o prom', command: COMMAND })
  return 'prom'
}

/** Flags that would be without effect are a misunderstanding. */
function refusePlanFlags(flags: CapacityFlags): void {
  for (const name of ['rate', 'hold', 'destinations', 'addresses', 'range', 'provider'] as const)
    if (flags[name] !== undefined)
      throw fault('E_USAGE', { what: `--${name} is for "ports capacity plan"`, command: COMMAND })
}

async function resolved(
  context: CliContext,
  to: NonNullable<CapacityFlags['to']>,
): Promise<NonNullable<CapacityRequest['to']>> {
  if (to.port === 0)
    throw fault('E_USAGE', { what: '--to names port 0, and nothing listens there', command: COMMAND })
  if (to.protocol !== undefined && to.protocol !== 'tcp')
    throw fault('E_USAGE', { what: `--to is about TCP, not ${to.protocol}`, command: COMMAND })
  if (to.host === undefined || isHostAddress(to.host)) return to
  const { addressesOf } = context.hostNames
  const { parseAddress } = await import('../../../model/address.ts')
  try {
    const [first] = await addressesOf(to.host)
    return { ...to, host: parseAddress(first!) }
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code)
    throw fault('E_HOST_UNKNOWN', { host: to.host, code }, { cause })
  }
}

function statusOf(flags: CapacityFlags, { pools }: Capacity, complete: boolean): ExitStatus {
  if (flags.strict && !complete) return EXIT.incomplete
  if (flags.to !== undefined && pools.length === 0) return EXIT.nothingMatched
  return pools.some(({ cause }) => cause !== null && cause.severity !== 'note') ? EXIT.no : EXIT.done
}
