/** A diagnosis for a person: the verdict in one sentence, the causes with what shows them, the way as a drawing, the layers with times. */
import type { DiagnosedCause, Diagnosis, Step } from '../../../tools/why/why.ts'
import { clean } from '../render/clean.ts'
import type { Paint, Style } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { wayDrawing } from './way-drawing.ts'
import { placeOf } from './why-columns.ts'

const LABEL = 11
/** Causes that merely fit are told in full up to so many, the rest by name. */
const IN_FULL = 3

export interface TextOptions {
  readonly explain: boolean
}

export function whyText(diagnosis: Diagnosis, { explain }: TextOptions, paint: Paint, width: number): string {
  const { verdict, says, causes, steps, next } = diagnosis
  const full = causes.filter(
    ({ certainty }, at) => certainty !== 'possible' || (at < IN_FULL && causes.length <= IN_FULL),
  )
  const rest = causes.filter(cause => !full.includes(cause))
  const lines = [
    ...wrap(paint(clean(says), STYLES[verdict]), width, 2),
    ...full.flatMap(cause => ['', ...causeLines(cause, explain, paint, width)]),
    ...restLines(rest, full.length > 0, width),
    '',
    ...wayDrawing(diagnosis, paint, width).map(line => `  ${line}`),
    '',
    ...steps.flatMap(step => stepLines(step, diagnosis.addresses.length > 1, paint, width)),
    ...(next === undefined ? [] : ['', ...labelled('next', next, width)]),
  ]
  return `${lines.join('\n')}\n`
}

const STYLES: Readonly<Record<Diagnosis['verdict'], Style>> = {
  reachable: 'good',
  unreachable: 'danger',
  degraded: 'warn',
  unknown: 'warn',
}

function causeLines(cause: DiagnosedCause, explain: boolean, paint: Paint, width: number): string[] {
  const { code, certainty, title, evidence, disprovedBy, remedy, moves, address } = cause
  const of = address === undefined ? '' : `, for ${address}`
  const style = certainty === 'proven' ? 'danger' : 'warn'
  return [
    ...labelled(certainty, `${title}${of}`, width, text => paint(text, style)),
    ...labelled('where', placeOf(cause), width),
    ...evidence.flatMap(({ source, says }, at) =>
      labelled(at === 0 ? 'seen' : '', `${says} (${source})`, width),
    ),
    ...labelled('do', remedy, width),
    ...(certainty === 'proven' && !explain ? [] : labelled('wrong if', disprovedBy, width)),
    ...(explain ? labelled('code', code, width) : []),
    ...(explain
      ? moves.flatMap(({ check, to, because }, at) =>
          labelled(at === 0 ? 'how' : '', `${to} by ${check}: ${because}`, width),
        )
      : []),
  ]
}

/** One line for each place, in the order in which their first causes stand. */
function restLines(rest: readonly DiagnosedCause[], more: boolean, width: number): string[] {
  if (rest.length === 0) return []
  const places = Map.groupBy(rest, ({ where: { host } }) => host)
  return [
    '',
    `  ${more ? 'It might also be that' : 'It may be any of these:'}`,
    ...[...places].flatMap(([host, causes]) => {
      const titles = [...new Set(causes.map(({ title }) => title))].join('; ')
      return after('  - ', clean(`${HOSTS.has(host) ? host : `at ${host}`}: ${titles}`), width)
    }),
  ]
}

/** What needs no "at" before it. */
const HOSTS: ReadonlySet<string> = new Set(['this host', 'on the way'])

/** A text that begins behind its label, and goes on below its own beginning. */
const labelled = (label: string, text: string, width: number, dress = (plain: string) => plain): string[] => {
  const [first = '', ...more] = after(`  ${label.padEnd(LABEL - 2)}`, clean(text), width)
  return [first.replace(label, dress), ...more]
}

function after(head: string, text: string, width: number): string[] {
  const [first = '', ...more] = wrap(text, width, head.length, head.length)
  return [`${head}${first}`, ...more]
}

const MARKS = { fine: '✓', found: '✗', unknown: '?' } as const
const MARK_STYLES = { fine: 'good', found: 'danger', unknown: 'warn' } as const

function stepLines(
  { check, result, says, ms, address }: Step,
  several: boolean,
  paint: Paint,
  width: number,
): string[] {
  const time = ms < 0.05 ? '' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
  const of = several && address !== undefined ? `${address}: ` : ''
  const head = `  ${MARKS[result]} ${check.padEnd(STEP)}${time.padStart(8)}  `
  const [first = '', ...more] = after(head, clean(`${of}${says}`), width)
  return [first.replace(MARKS[result], mark => paint(mark, MARK_STYLES[result])), ...more]
}

/** As wide as the longest name of a check. */
const STEP = 15
