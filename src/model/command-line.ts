/**
 * A list of arguments as the line that a person types: a POSIX shell reads it back as the same list.
 *
 * Words with nothing special in them stand as they are, all others in single quotes. Control characters are written
 * as `$'\x1b'`, which POSIX.1-2024 section 2.2.4 has and bash, zsh and ksh have long known: a line that is printed must not
 * drive the terminal.
 */
export const commandLine = (argv: readonly string[]): string => argv.map(quoteWord).join(' ')

export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9@%+=:,./_-]+$/.test(word) && !/^=./.test(word) && !/^[A-Za-z_]\w*=/.test(word)) return word
  if (!UNSAFE.test(word)) return `'${word.replaceAll("'", "'\\''")}'`
  return `$'${word.replace(/[\\']/g, '\\$&').replace(new RegExp(UNSAFE, 'gu'), escapeBytes)}'`
}

/** What a terminal acts on, or hides: control and format characters, separators, halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** In octal, of three digits always, so that no digit after it is taken for a part of it. */
const escapeBytes = (character: string): string =>
  [...encodeURIComponent(character.toWellFormed()).matchAll(/%(..)|(.)/g)]
    .map(([, hex, plain]) => (hex === undefined ? plain!.charCodeAt(0) : Number.parseInt(hex, 16)))
    .map(byte => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
