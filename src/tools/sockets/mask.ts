/**
 * Command lines with their secrets masked, to be shown to people.
 *
 * Everybody on a machine can read the command lines of its processes, but what we print is copied into tickets
 * and chats. Masked are the values of secret flags and variables, passwords in URLs, headers, known token forms
 * and a few programs' own habits (`mysql -p…`, `curl -u …`), also inside a script given to a shell. Everything
 * else stays byte for byte, and masking twice changes nothing more.
 *
 * A password that nothing marks as one is not found: this is a courtesy, not a guarantee.
 */
import { isSecretValue, whatNameSays } from './mask-names.ts'
import { MASK, maskText } from './mask-text.ts'

/** Short options that hold a password, by program: attached to it (`-pX`), or the next argument. */
const SHORT_OPTIONS: readonly { programs: RegExp; flag: string; attached: boolean; next: boolean }[] = [
  { programs: /^(?:mysql|mariadb)(?!d$|d_)/, flag: '-p', attached: true, next: false },
  { programs: /^sshpass$/, flag: '-p', attached: true, next: true },
  { programs: /^mongo/, flag: '-p', attached: true, next: true },
  { programs: /^redis-cli$|^valkey-cli$/, flag: '-a', attached: false, next: true },
  { programs: /^ldap[a-z]+$/, flag: '-w', attached: true, next: true },
  { programs: /^(?:sqlcmd|bcp|osql|isql)$/, flag: '-P', attached: true, next: true },
]

/** `user:password` after these. */
const CURL_USER = /^(?:-u|-U|--user|--proxy-user)$/
const CURL_USER_HERE = /^(-[uU]|--(?:proxy-)?user=)(.+)$/s

/** Their `--password` is a switch, or takes its value after `=` only. */
const PASSWORD_IS_A_SWITCH =
  /^(?:psql|pg_\w+|createdb|dropdb|createuser|dropuser|vacuumdb|(?:mysql|mariadb)\w*)$/

const SHELLS = /^(?:ba|da|z|k|a|fi)?sh$/

/** Programs that run the program named after them. */
const RUNS_ANOTHER =
  /^(?:sudo|doas|env|nohup|nice|ionice|timeout|time|setsid|stdbuf|strace|chroot|unshare|nsenter|exec|docker|podman|kubectl|sshpass)$/

const KNOWN_PROGRAMS = [
  /^curl$/,
  /^ssh$/,
  /^scp$/,
  SHELLS,
  PASSWORD_IS_A_SWITCH,
  ...SHORT_OPTIONS.map(o => o.programs),
]

/** The argument list with secrets replaced by `***`; as many arguments as before. */
export const maskSecrets = (argv: readonly string[]): string[] => maskWords(argv, false)

/** `inShell`: the words still have their quotes, and `$NAME` names a variable. */
function maskWords(words: readonly string[], inShell: boolean): string[] {
  let program = ''
  return words.map((word, i) => {
    const named = programOf(word)
    if (i === 0 || (RUNS_ANOTHER.test(program) && KNOWN_PROGRAMS.some(p => p.test(named)))) program = named
    const before = words[i - 1] ?? ''
    if (isValueOf(before, word, program, inShell)) return hide(word)
    if (program === 'curl' && CURL_USER.test(before)) return hideAfterColon(word)
    if (SHELLS.test(program) && /^-[a-z]*c$/.test(before)) return maskScript(maskText(word))
    return maskWord(word, program, inShell)
  })
}

/** Whether a word is the secret that the flag before it announces. */
function isValueOf(flag: string, word: string, program: string, inShell: boolean): boolean {
  if (!/^-./.test(flag) || flag.includes('=') || word === '' || /^--?[A-Za-z]/.test(word)) return false
  if (SHORT_OPTIONS.some(o => o.next && o.flag === flag && o.programs.test(program))) return true
  if (flag.length === 2 || (PASSWORD_IS_A_SWITCH.test(program) && /password$/i.test(flag))) return false
  if (flag === '-pass' && /^[123]$/.test(word)) return false // ffmpeg: first or second pass
  return isSecret(flag, word, inShell)
}

function maskWord(word: string, program: string, inShell: boolean): string {
  const short = SHORT_OPTIONS.find(o => o.attached && word.startsWith(o.flag) && o.programs.test(program))
  if (short !== undefined && word.length > short.flag.length) return short.flag + MASK
  const user = program === 'curl' ? CURL_USER_HERE.exec(word) : null
  if (user !== null) return user[1]! + hideAfterColon(user[2]!)
  const given = /^((?:-{0,2}[A-Za-z_][\w.-]*=)|(?:\/[A-Za-z]+:))(.+)$/s.exec(word)
  if (given !== null && isSecret(given[1]!.slice(0, -1), given[2]!, inShell))
    return given[1]! + hideField(given[2]!)
  const text = maskText(word)
  return !inShell && /[\s;&|]/.test(text) ? maskScript(text) : text
}

/** A script or a connection string: its words are masked as if they were arguments, what is between stays. */
function maskScript(text: string): string {
  const parts: string[] = [...(text.match(SHELL_PARTS) ?? [])]
  const words: string[] = []
  let start = 0
  parts.push(';')
  for (const [end, part] of parts.entries()) {
    if (!/^[;&|()\r\n]/.test(part)) continue
    const command = parts.slice(start, end).filter(isWord)
    words.push(...maskWords(command, true))
    start = end
  }
  parts.pop()
  return parts.map(part => (isWord(part) ? words.shift()! : part)).join('')
}

/** Words with what is quoted in them; what ends a command; spaces; a quote that is never closed. */
const SHELL_PARTS = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|()"'])+|[;&|()\r\n]+|[^\S\r\n]+|["']/gs
const isWord = (part: string): boolean => /^[^\s;&|()]/.test(part)

const isSecret = (name: string, value: string, inShell: boolean): boolean =>
  !(inShell && /^["']?\$(?:\w+|\{\w+\})["']?$/.test(value)) && isSecretValue(whatNameSays(name), name, value)

/** A value's quotes stay, if it has any. */
const hide = (value: string): string => {
  const quote = /^(["']).*\1$/s.exec(value)?.[1] ?? ''
  return quote + MASK + quote
}

/** Form fields may follow: `password=x&user=y`. */
function hideField(value: string): string {
  const next = value.search(/&[\w.-]+=/)
  return next === -1 ? hide(value) : hide(value.slice(0, next)) + maskText(value.slice(next))
}

const hideAfterColon = (user: string): string => user.replace(/^([^:]*:).+$/s, `$1${MASK}`)

const programOf = (path: string): string => path.replace(/^.*[/\\]/s, '').replace(/\.exe$/i, '')
