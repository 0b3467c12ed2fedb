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
    ...(next === undefined ? [] : ['', ...labelled('next', next, width)]),
    '',
    ...wayDrawing(diagnosis, paint, width).map(line => `  ${line}`),
    '',
    ...steps.flatMap(step => stepLines(step, diagnosis.addresses.length > 1, paint, width)),
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
  return [
    ...wrap(
      `  ${paint(certainty.padEnd(LABEL - 2), certainty === 'proven' ? 'danger' : 'warn')}${clean(title)}${of}`,
      width,
      LABEL,
    ),
    ...labelled('where', placeOf(cause), width),
    ...evidence.flatMap(({ source, says }, at) =>
      labelled(at === 0 ? 'seen' : '', `${says} (${source})`, width),
    ),
    ...labelled('do', remedy, width),
    ...(certainty === 'proven' && !explain ? [] : labelled('wrong if', disprovedBy, width)),
    ...(explain ? labelled('code', code, width) : []),
    ...(explain
      ? moves.flatMap(({ check, to, because }) => labelled('', `${to} by ${check}: ${because}`, width))
      : []),
  ]
}

function restLines(rest: readonly DiagnosedCause[], more: boolean, width: number): string[] {
  if (rest.length === 0) return []
  return [
    '',
    ...wrap(more ? '  It might also be that' : '  It may be any of these:', width, 2),
    ...rest.flatMap(cause =>
      wrap(`  - ${clean(cause.title)} (${cause.code}, ${clean(placeOf(cause))})`, width, 4),
    ),
  ]
}

const labelled = (label: string, text: string, width: number): string[] =>
  wrap(`  ${label.padEnd(LABEL - 2)}${clean(text)}`, width, LABEL)

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
  const head = `  ${paint(MARKS[result], MARK_STYLES[result])} ${check.padEnd(STEP)}${time.padStart(8)}  `
  return wrap(`${head}${clean(of)}${clean(says)}`, width, STEP + 14)
}

/** As wide as the longest name of a check. */
const STEP = 16
