/**
 * Secrets that show by their form, wherever they stand in a text: credentials in URLs, headers, JSON fields,
 * and tokens with a known beginning.
 */
import { isSecretValue, whatNameSays } from './mask-names.ts'

export const MASK = '***'

/**
 * Tokens by their published forms: AWS key ids, JWTs (RFC 7519), GitHub, GitLab, Slack, Stripe, npm, Google,
 * OpenAI and Anthropic, Tailscale, Hugging Face, DigitalOcean.
 */
const TOKENS = new RegExp(
  [
    'A(?:KIA|SIA)[0-9A-Z]{16}',
    'eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*',
    'gh[pousr]_\\w{20,}',
    'github_pat_\\w{20,}',
    'gl(?:pat|ptt|rt)-[\\w-]{16,}',
    'xox[abeprs]-[\\w-]{10,}',
    '[rs]k_(?:live|test)_\\w{16,}',
    'npm_[A-Za-z0-9]{30,}',
    'AIza[\\w-]{30,}',
    'sk-[A-Za-z][\\w-]*-[\\w-]{20,}',
    'sk-[A-Za-z0-9]{32,}',
    'tskey-[\\w-]{12,}',
    'hf_[A-Za-z0-9]{30,}',
    'dop_v1_[0-9a-f]{32,}',
  ]
    .map(form => `(?<![A-Za-z0-9_])${form}(?![A-Za-z0-9_])`)
    .join('|'),
  'g',
)

/** `scheme://user:password@`; a port with a path after it is no password. A `#` in a password belongs escaped, and is taken for one even so. */
const URL_PASSWORD =
  /([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"']*:)(?!\d{1,5}(?:[/?]|#[^\s@]*(?:\s|$)|$))([^\s@"']+(?:@[^\s@/"']+)*)@/gi
/** `user:password@tcp(host:port)`, the address form of Go's MySQL driver. */
const DRIVER_PASSWORD = /(^|[\s="'])([^\s:/@"'=]+:)([^\s@"']+)@(tcp|unix)\(/g
const QUERY_FIELD = /([?&;])([\w.-]+)=([^&;\s#"']+)/g
const JSON_FIELD = /(["'])([\w.-]+)\1(\s*:\s*)(["'])((?:(?!\4)[^\\]|\\.)*)\4/g
const HEADER =
  /(^|[\s"'=])([A-Za-z][\w-]*)(:[ \t]*)((?:Bearer|Basic|Digest|Token|Negotiate)[ \t]+)?([^"'\r\n]+)/gi
const BEARER = /(?<![\w-])(Bearer[ \t]+)([\w.~+/-]{8,}=*)/g
const PRIVATE_KEY = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END|$)/g

export function maskText(text: string): string {
  return text
    .replace(PRIVATE_KEY, `$1${MASK}$2`)
    .replace(URL_PASSWORD, `$1${MASK}@`)
    .replace(DRIVER_PASSWORD, `$1$2${MASK}@$4(`)
    .replace(QUERY_FIELD, (whole, sign: string, name: string, value: string) =>
      isSecretValue(whatNameSays(name), name, value) ? `${sign}${name}=${MASK}` : whole,
    )
    .replace(JSON_FIELD, (whole, q: string, name: string, colon: string, w: string, value: string) =>
      isSecretValue(whatNameSays(name), name, value) ? `${q}${name}${q}${colon}${w}${MASK}${w}` : whole,
    )
    .replace(HEADER, maskHeader)
    .replace(BEARER, `$1${MASK}`)
    .replace(TOKENS, MASK)
}

/** A header's value reaches to the end of the text or its quote; the scheme of `Authorization` stays. */
function maskHeader(
  whole: string,
  before: string,
  name: string,
  colon: string,
  scheme: string | undefined,
): string {
  const isHeader = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i.test(name) || name.includes('-')
  if (!isHeader || whatNameSays(name) !== 'secret') return whole
  return `${before}${name}${colon}${scheme ?? ''}${MASK}`
}
