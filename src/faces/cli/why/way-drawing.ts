/** The way to the target on one line, with a cross where it breaks: `this host ── eth0 ── 10.0.0.1 ─╳─ 192.0.2.7:5432`. */
import type { CauseCode, DiagnosedCause, Diagnosis, Leg } from '../../../tools/why/why.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { type Stops, stopsOf } from './way-stops.ts'

const LINK = ' ── '
const BROKEN = ' ─╳─ '
const MAYBE = ' ─?─ '

export function wayDrawing(diagnosis: Diagnosis, paint: Paint, width: number): string[] {
  const { target, causes, verdict } = diagnosis
  const cause = causes.find(({ certainty }) => certainty !== 'possible') ?? causes[0]
  const about =
    diagnosis.addresses.find(({ address }) => address === (cause?.address ?? cause?.where.host)) ??
    diagnosis.addresses.find(one => one.verdict === 'reachable') ??
    diagnosis.addresses[0]
  if (diagnosis.reverse === true) {
    const broken =
      verdict === 'unreachable'
        ? paint(BROKEN, 'danger')
        : verdict === 'reachable'
          ? LINK
          : paint(MAYBE, 'warn')
    return [`others${broken}this host:${target.port}`]
  }
  if (about === undefined) return [`this host${paint(BROKEN, 'danger')}${clean(String(target.host))}`]
  const stops = stopsOf(about, target.port)
  const { names } = stops
  const at =
    verdict === 'reachable' || cause === undefined || isAside(cause, about) ? -1 : breakAt(cause, stops)
  const possible = cause?.certainty === 'possible'
  const link = possible ? MAYBE : BROKEN
  const drawn = names.map((stop, place) =>
    place === 0 ? clean(stop) : `${place === at ? paint(link, 'danger') : LINK}${clean(stop)}`,
  )
  const after = at === names.length ? paint(possible ? ' ?' : ' ╳', 'danger') : ''
  return wrap(`${drawn.join('')}${after}`, width - 2, 2)
}

/** The name has another way, that is drawn, and no fault of it. */
const isAside = ({ leg }: DiagnosedCause, { verdict }: Diagnosis['addresses'][number]): boolean =>
  leg === 'name' && verdict === 'reachable'

/** The place of the link before which, in the list of stops, it breaks; its length for the target itself. */
function breakAt({ code, leg, where }: DiagnosedCause, { names, hosts }: Stops): number {
  const last = names.length - 1
  // Before the interface, or in this host itself.
  if (where.stage === 'neighbour' && leg === 'here') return Math.min(2, last)
  const named = hosts.findIndex(labels => labels.includes(where.host))
  // What comes to a host that is known, and no farther, breaks behind it; at its end there is nothing behind.
  if (named > 0 && named < last) return named + 1
  if (BEFORE_THE_END.has(code) || (where.host === ON_THE_WAY && BEYOND.has(leg))) return last
  if (named === last && BEYOND.has(leg)) return names.length
  return PLACES[leg](names.length)
}

/** As causes write it. */
const ON_THE_WAY = 'on the way'

/** Of packets that are lost, though it is the connection that shows it. */
const BEFORE_THE_END: ReadonlySet<CauseCode> = new Set(['mtu-black-hole', 'fragments-dropped', 'data-lost'])

/** Behind this host, whatever stands there. */
const BEYOND: ReadonlySet<Leg> = new Set(['way', 'far', 'far-back', 'way-back', 'here-back', 'after'])

const PLACES: Readonly<Record<Leg, (stops: number) => number>> = {
  name: () => 1,
  target: stops => stops - 1,
  here: () => 1,
  way: stops => stops - 1,
  far: stops => stops,
  'far-back': stops => stops,
  'way-back': stops => stops - 1,
  'here-back': () => 1,
  after: stops => stops,
  quality: stops => stops - 1,
}
