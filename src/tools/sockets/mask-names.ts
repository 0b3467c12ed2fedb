/**
 * Whether a name (of a flag, a variable, a header, a field) says that its value is a secret.
 *
 * Names are split into words at `-`, `_`, `.` and capitals, and judged by their last words: `--auth-token` and
 * `DB_PASS` name secrets, `--token-file`, `--passthrough` and `tokenizer` don't.
 */

/** `secret`: whatever the value. `keyish`: only a value that looks like a key. */
export type NameSays = 'secret' | 'keyish' | 'nothing'

/** A last word that ends so names a secret: `requirepass`, `rpcpassword`, `clientsecret`. */
const SECRET_ENDINGS =
  /(?:password|passwd|passphrase|passcode|passwort|requirepass|secret|token|apikey|authkey|accesskey|secretkey|privatekey|masterauth)$/

const SECRET_WORDS = new Set([
  'pass',
  'pwd',
  'secrets',
  'credential',
  'credentials',
  'authorization',
  'cookie',
  'bearer',
])

/** What makes a secret out of the last word `key`. */
const SECRET_KEYS = new Set([
  ...['api', 'access', 'secret', 'private', 'auth', 'encryption', 'signing', 'master', 'account', 'storage'],
  ...['shared', 'session', 'client', 'consumer', 'subscription', 'jwt', 'hmac', 'license'],
])

/** Variables that programs read secrets from, by names that don't say so. */
const SECRET_NAMES = new Set([
  'rediscli-auth',
  'secret-key-base',
  'restic-key',
  'borg-key',
  'age-key',
  'sops-age-key',
])

/** First words that make a switch or a number of what follows: `--no-password`, `--max-token`, `--eos-token`. */
const HARMLESS_FIRST = new Set([
  'no',
  'max',
  'min',
  'num',
  'ask',
  'prompt',
  'eos',
  'bos',
  'pad',
  'unk',
  'stop',
])

/** Words that are usually followed by something public, but sometimes by a key. */
const KEYISH_WORDS = new Set(['key', 'auth', 'sig', 'signature', 'salt', 'seed', 'hash', 'id', 'code'])

export function whatNameSays(name: string): NameSays {
  const words = name
    .replace(/^[-/]+/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.:]+/)
  const last = words.at(-1)!
  if (SECRET_NAMES.has(words.join('-'))) return 'secret'
  if (HARMLESS_FIRST.has(words[0]!) && words.length > 1) return 'nothing'
  if (SECRET_WORDS.has(last) || SECRET_ENDINGS.test(last)) return 'secret'
  if (last === 'key' && SECRET_KEYS.has(words.at(-2) ?? '')) return 'secret'
  return KEYISH_WORDS.has(last) ? 'keyish' : 'nothing'
}

/** Whether a value under such a name is to be hidden. */
export function isSecretValue(says: NameSays, name: string, value: string): boolean {
  if (value === '' || says === 'nothing') return false
  if (says === 'keyish') return looksLikeKey(value)
  // Keys are often given as files, and PWD is where a program runs.
  if (/(?:key|pwd)$/i.test(name) && /^["']?(?:~|\.{0,2})\//.test(value)) return false
  return true
}

/** Long hexadecimal or base64 with letters and digits mixed, as random bytes are written; no path, no host name. */
const looksLikeKey = (value: string): boolean =>
  /^[0-9a-f]{24,}$/i.test(value) ||
  (/^[A-Za-z0-9+/_-]{24,}={0,2}$/.test(value) &&
    /\d/.test(value) &&
    /[A-Z]/.test(value) &&
    /[a-z]/.test(value))
