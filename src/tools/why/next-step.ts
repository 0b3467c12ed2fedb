/** The step that would tell the causes apart that are left. */
import { isHostAddress } from '../../model/endpoint.ts'
import type { DiagnosedCause } from './diagnosis.ts'
import { type NameInquiry, viewsOf } from './inquiry.ts'

export function nextStep(
  causes: readonly DiagnosedCause[],
  about: NameInquiry,
  local: boolean,
  /** Frames of this host were seen: nobody has more rights. */
  seesFrames: boolean,
): string | undefined {
  const { target } = about
  const named = !isHostAddress(target.host) && !local
  if (named && NOBODY_THERE.has(causes[0]?.code ?? ''))
    return `See whether ${target.host} still means the address that was asked: a name may be older than its host’s address.`
  const undecided = causes.length > 0 && causes[0]!.certainty !== 'proven'
  if (!undecided || causes.length < 2) return undefined
  const legs = new Set(causes.map(({ leg }) => leg))
  if (legs.has('far') && !local && viewsOf(about, 'target').length === 0)
    return `Look from the target as well: ports why ${target.text} --at ssh://USER@${inUrl(String(target.host))}`
  if ([...legs].some(leg => leg === 'way' || leg === 'way-back') && viewsOf(about, 'between').length === 0)
    return `Look from a router on the way as well: ports why ${target.text} --at ssh://USER@ROUTER`
  if (!seesFrames && (local || legs.has('here') || legs.has('here-back')))
    return 'Run it again as root: then frames and rules of this host can be seen.'
  return undefined
}

/** Of a name, its address may be the one that is wrong. */
const NOBODY_THERE: ReadonlySet<string> = new Set(['host-down', 'neighbour-silent'])

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)
