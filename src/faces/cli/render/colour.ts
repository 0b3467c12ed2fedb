/**
 * Six styles that can be told apart on light and dark grounds. They underline a meaning that the text has
 * already said; nothing is said by colour alone.
 */
import type { CliContext, Output } from '../context.ts'

/** SGR parameters (ECMA-48 section 8.3.117): never white, black, yellow or a background. */
const STYLES = {
  heading: ['1', '22'],
  dim: ['2', '22'],
  danger: ['1;31', '22;39'],
  warn: ['35', '39'],
  good: ['32', '39'],
  accent: ['36', '39'],
} as const
export type Style = keyof typeof STYLES

/** Puts a style around a text, or leaves it as it is. */
export type Paint = (text: string, style: Style | undefined) => string

export const noPaint: Paint = text => text

const paint: Paint = (text, style) =>
  style === undefined || text === '' ? text : `\x1b[${STYLES[style][0]}m${text}\x1b[${STYLES[style][1]}m`

/** `--no-color`, then FORCE_COLOR, NO_COLOR (no-color.org), TERM=dumb, and only then whether it is a terminal. */
export function paintFor(
  context: Pick<CliContext, 'env'>,
  output: Output,
  flags: { readonly noColor?: boolean },
): Paint {
  const { FORCE_COLOR, NO_COLOR, TERM } = context.env
  if (flags.noColor === true) return noPaint
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '')
    return /^(?:0|false)$/.test(FORCE_COLOR) ? noPaint : paint
  if (NO_COLOR !== undefined && NO_COLOR !== '') return noPaint
  return output.isTTY && TERM !== 'dumb' ? paint : noPaint
}
