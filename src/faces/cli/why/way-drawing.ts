/** The way to the target on one line, with a cross where it breaks: `this host ── eth0 ── 10.0.0.1 ─╳─ 192.0.2.7:5432`. */
import type { DiagnosedCause, Diagnosis, Leg } from '../../../tools/why/why.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'

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
  const { facts, address } = about
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  // Hosts that are seen have names.
  const seen = facts.followed?.trace.hops.map(({ host }) => host).slice(1)
  const hops =
    seen === undefined || seen.length === 0
      ? (facts.hops ?? (route?.gateway === undefined ? [] : [route.gateway]))
      : [...new Set(seen)]
  const end = `${address.includes(':') ? `[${address}]` : address}:${target.port}`
  const stops = [
    'this host',
    ...(route === undefined || facts.local === true ? [] : [route.device]),
    ...hops,
    end,
  ]
  const at =
    verdict === 'reachable' || cause === undefined || isAside(cause, about) ? -1 : breakAt(cause, stops)
  const link = cause?.certainty === 'possible' ? MAYBE : BROKEN
  const drawn = stops.map((stop, place) =>
    place === 0 ? clean(stop) : `${place === at ? paint(link, 'danger') : LINK}${clean(stop)}`,
  )
  const after = at === stops.length ? paint(' ╳', 'danger') : ''
  return wrap(`${drawn.join('')}${after}`, width - 2, 2)
}

/** The name has another way, that is drawn, and no fault of it. */
const isAside = ({ leg }: DiagnosedCause, { verdict }: Diagnosis['addresses'][number]): boolean =>
  leg === 'name' && verdict === 'reachable'

/** The place of the link before which, in the list of stops, it breaks; its length for the target itself. */
function breakAt({ leg, where }: DiagnosedCause, stops: readonly string[]): number {
  const named = stops.indexOf(where.host)
  // What comes to a host that is seen, and no farther, breaks behind it.
  if (named > 0 && (leg === 'way' || FAR.has(leg))) return Math.min(named + 1, stops.length - 1)
  // Behind the interface.
  if (where.stage === 'neighbour' && leg === 'here') return Math.min(2, stops.length - 1)
  return PLACES[leg](stops.length)
}

/** Where a host that is seen stands on the line, whatever the leg. */
const FAR: ReadonlySet<Leg> = new Set(['far', 'far-back', 'way-back'])

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
