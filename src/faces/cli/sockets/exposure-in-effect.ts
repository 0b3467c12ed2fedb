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
  /** False where the filter, or part of it, isn't counted in. */
  readonly complete: boolean
}

const HIDDEN: Warning = {
  code: 'filter-hidden',
  message: 'the packet filter can’t be read: reach is told by bind addresses alone',
  hint: 'Run with sudo to have it counted in; "ports fw" says what is missing.',
}

export async function exposureInEffect({ signal }: CliContext, os: OS): Promise<InEffect> {
  const filtered = await os.filtered()
  if (!filtered.known) return filtered.reason === 'denied' ? NOT_COUNTED : NONE
  if (!filtered.value) return NONE
  const { effectiveExposure } = await import('../../../tools/exposure/exposure.ts')
  const { judge, unread } = await effectiveExposure(os, signal)
  if (judge === undefined) return NOT_COUNTED
  const parts = unread.map(({ says }) => says).join('; ')
  const warnings = unread.length === 0 ? [] : [{ ...HIDDEN, message: `not counted in: ${parts}` }]
  return { judge, warnings, complete: unread.length === 0 }
}

const NONE: InEffect = { warnings: [], complete: true }
const NOT_COUNTED: InEffect = { warnings: [HIDDEN], complete: false }
