/** What the packet filter leaves of each listener's exposure. The parts that judge it are loaded only where there is one. */
import type { OS } from '../../../os/os.ts'
import type { ExposureJudge } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import type { Warning } from '../render/json.ts'

export interface InEffect {
  /** Absent where there is no filter, or none that may be read. */
  readonly judge?: ExposureJudge
  /** That there may be a filter which isn't counted in. */
  readonly warnings: readonly Warning[]
}

const HIDDEN: Warning = {
  code: 'filter-hidden',
  message: 'the packet filter can’t be read: reach is told by bind addresses alone',
  hint: 'Run with sudo to have it counted in; "ports fw" says what is missing.',
}

export async function exposureInEffect({ signal }: CliContext, os: OS): Promise<InEffect> {
  const filtered = await os.filtered()
  if (!filtered.known) return { warnings: filtered.reason === 'denied' ? [HIDDEN] : [] }
  if (!filtered.value) return { warnings: [] }
  const { effectiveExposure } = await import('../../../tools/exposure/exposure.ts')
  const judge = await effectiveExposure(os, signal)
  return judge === undefined ? { warnings: [HIDDEN] } : { judge, warnings: [] }
}
