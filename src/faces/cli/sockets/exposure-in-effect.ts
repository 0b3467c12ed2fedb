/** What the packet filter leaves of each listener's exposure. The parts that judge it are loaded only where there is one. */
import type { OS } from '../../../os/os.ts'
import type { ExposureJudge } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'

/** Undefined where there is no filter, or none that may be read. */
export async function exposureInEffect({ signal }: CliContext, os: OS): Promise<ExposureJudge | undefined> {
  const filtered = await os.filtered()
  if (!filtered.known || !filtered.value) return undefined
  const { effectiveExposure } = await import('../../../tools/exposure/exposure.ts')
  return effectiveExposure(os, signal)
}
