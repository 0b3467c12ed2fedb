/**
 * How many columns of a terminal a text takes, and texts cut to fit. For text that `clean` has been over.
 *
 * ASCII takes a fast path. Wide characters are those of East Asian Width W and F (UAX #11) by blocks, and
 * emoji shown as pictures; combining marks and variation selectors take no column.
 */

const ASCII = /^[\x20-\x7e]*$/

let notOne: RegExp | undefined

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): 0 | 1 | 2 {
  if (character <= '~') return 1
  notOne ??= new RegExp(
    '^(?:([\\p{Mn}\\p{Me}\\ufe00-\\ufe0f])|[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\ua4cf' +
      '\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6' +
      '\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation})',
    'u',
  )
  const match = notOne.exec(character)
  return match === null ? 1 : match[1] === undefined ? 2 : 0
}

const ELLIPSIS = '…'

/** Cut to at most `width` columns, the missing middle shown as `…`: both ends of a command tell something. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width <= 1) return ELLIPSIS.slice(0, width)
  const characters = [...text]
  const tail = Math.floor((width - 1) / 2)
  return (
    take(characters, width - 1 - tail).join('') +
    ELLIPSIS +
    take(characters.reverse(), tail).reverse().join('')
  )
}

export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width <= 0 ? '' : take([...text], width - 1).join('') + ELLIPSIS
}

function take(characters: readonly string[], width: number): string[] {
  const taken: string[] = []
  let left = width
  for (const character of characters) {
    left -= characterWidth(character)
    if (left < 0) break
    taken.push(character)
  }
  return taken
}
