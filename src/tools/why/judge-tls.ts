/** What a handshake of TLS comes to: fine, or whom it makes a suspect. Pure; the time is an argument. */
import type { Address } from '../../model/address.ts'
import type { Evidence } from '../../model/finding.ts'
import type { TlsTried } from '../../os/attempt.ts'
import type { CauseCode } from './causes/causes.ts'
import { type CheckResult, fine, found } from './check.ts'
import type { HelloAgain } from './hello-again.ts'
import { judgeReset } from './judge-reset.ts'
import { firstTlsRecord } from './protocols/protocols.ts'
import type { Claim } from './suspects.ts'

/** OpenSSL's verdicts on a certificate (openssl-verification-options(1)), by Node's words for them (tls, "X509 certificate error codes"). */
const CERTIFICATE: Readonly<Record<string, CauseCode>> = {
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name',
  HOSTNAME_MISMATCH: 'tls-name',
}

/** What OpenSSL says of a handshake that failed (ERR_reason_error_string, alerts of RFC 8446 section 6.2). The first that fits. */
const HANDSHAKE: readonly (readonly [says: RegExp, code: CauseCode])[] = [
  [
    /wrong version number|packet length too long|http request|not an? (?:ssl|tls)|bad record type/i,
    'tls-on-plain',
  ],
  [/protocol version|unsupported protocol|no protocols available|version too low/i, 'tls-version'],
  [
    /alert|handshake failure|cipher|certificate required|unrecognized name|unknown ca|decode error/i,
    'tls-refused',
  ],
]

export interface TlsQuestion {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly now: number
}

export function judgeTls(tried: TlsTried, { name, now }: TlsQuestion): CheckResult {
  const { kind, code, says, trusted, certificate, version = 'TLS' } = tried
  if (kind === 'yes') {
    if (trusted === undefined || trusted.yes) {
      const until =
        certificate === undefined ? '' : `, and its certificate is good until ${day(certificate.validTo)}`
      return fine(`${version} with ${name} stands${until}`, STANDS)
    }
    const expired = certificate !== undefined && certificate.validTo < now
    const early = certificate !== undefined && certificate.validFrom > now
    const cause: CauseCode = CERTIFICATE[trusted.code ?? ''] ?? 'tls-untrusted'
    const because = `${version} stands, and the certificate is refused: ${trusted.code ?? 'no reason was given'}`
    const claims: Claim[] = [{ code: cause, is: 'proven', because, words: { name }, evidence: told(tried) }]
    // Who vouches is judged first; that it is out of date besides shows in its days.
    // The name is judged only where the chain is good; that it is another shows even so.
    const names = certificate?.names ?? []
    if (cause !== 'tls-name' && names.length > 0 && !names.some(one => covers(one, name)))
      claims.push({ code: 'tls-name', is: 'proven', because, words: { name }, evidence: told(tried) })
    if (cause !== 'tls-expired' && expired)
      claims.push({ code: 'tls-expired', is: 'proven', because, words: { name }, evidence: told(tried) })
    if (cause !== 'tls-not-yet-valid' && early)
      claims.push({
        code: 'tls-not-yet-valid',
        is: 'proven',
        because,
        words: { name },
        evidence: told(tried),
      })
    return found(because, [...STANDS, ...claims])
  }
  const word = says ?? code ?? kind
  const evidence = [{ source: 'tls', says: word }]
  if (kind === 'timed-out') {
    const because = 'the handshake of TLS was not answered in time'
    return found(because, [
      { code: 'silent', is: 'likely', because, evidence },
      { code: 'process-stopped', is: 'possible', because, evidence },
      { code: 'tls-on-plain', is: 'possible', because, evidence },
      { code: 'reuseport-sibling', is: 'possible', because, evidence },
    ])
  }
  const known = HANDSHAKE.find(([pattern]) => pattern.test(word))?.[1]
  const because = `the handshake of TLS failed: ${word}`
  if (known !== undefined)
    return found(because, [
      { code: known, is: known === 'tls-refused' ? 'proven' : 'likely', because, words: { name }, evidence },
    ])
  // Closed or reset in the middle: a server that speaks plain text may do that, and so may one that doesn't like the name.
  return found(because, brokenOff(because, 'likely', evidence))
}

/** No alert, no word: what a server that breaks off may mean by it. */
const brokenOff = (
  because: string,
  is: 'likely' | 'possible',
  evidence: readonly Evidence[],
  behind?: CauseCode,
): Claim[] => {
  const more = { because, evidence, ...(behind === undefined ? {} : { behind }) }
  return [
    { ...more, code: 'tls-refused', is },
    { ...more, code: 'tls-on-plain', is: 'possible' },
  ]
}

/** Ended or reset without an alert. */
export const isBrokenOff = ({ kind, code, says }: TlsTried): boolean =>
  kind !== 'yes' && kind !== 'timed-out' && !HANDSHAKE.some(([pattern]) => pattern.test(says ?? code ?? kind))

/** What becomes of that when the same first message is sent once more, and the connection is watched. */
export function judgeBrokenOff(
  judged: CheckResult,
  { heard, seen }: HelloAgain,
  { address, local }: { readonly address: Address; readonly local: boolean },
): CheckResult {
  if (heard.kind === 'bytes' && firstTlsRecord(heard.bytes)?.kind === 'handshake') {
    const because = `${judged.says}, though the server had begun it`
    const evidence = [{ source: 'first bytes', says: 'a handshake of TLS' }]
    const reset = judgeReset({ because, code: 'ECONNRESET', seen, address, local })
    return found(because, [
      { code: 'tls-refused', is: 'likely', because, evidence },
      // Whether it is reset or ends there, and by whom, nobody has seen.
      ...reset.map((claim): Claim => ({ ...claim, is: 'possible' })),
    ])
  }
  if (heard.kind === 'bytes' && firstTlsRecord(heard.bytes)?.kind === 'alert') {
    const because = `${judged.says}; to our first message it answers by an alert`
    const evidence = [{ source: 'first bytes', says: because }]
    return found(because, [{ code: 'tls-refused', is: 'proven', because, evidence }])
  }
  if (heard.kind === 'failed') {
    const code = heard.tried.code ?? heard.tried.kind
    const because = `${judged.says}: the connection is reset when we have begun it (${code})`
    const evidence = [{ source: 'recv', says: code }]
    const reset = judgeReset({ because, code, seen, address, local, when: 'when TLS is begun' })
    // From nearer than who accepted it: the server has not been asked what it thinks of it.
    const isOther = reset.some(one => one.code === 'filter-reject' && one.is === 'likely')
    return found(because, [
      ...reset,
      ...(isOther ? [] : brokenOff(because, 'possible', evidence, 'resets-at-once')),
    ])
  }
  return judged
}

/** Whether a name of a certificate is that of a host: a star stands for the first label (RFC 9525 section 6.3). */
function covers(certified: string, name: string): boolean {
  const [one, other] = [certified, name].map(text => text.toLowerCase().replace(/\.$/, '')) as [
    string,
    string,
  ]
  return one === other || (one.startsWith('*.') && one.slice(1) === other.slice(other.indexOf('.')))
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function told({ certificate, trusted }: TlsTried): readonly Evidence[] {
  const verdict = trusted?.code === undefined ? [] : [{ source: 'tls', says: trusted.code }]
  if (certificate === undefined) return verdict
  const { subject, issuer, names, validFrom, validTo } = certificate
  return [
    ...verdict,
    {
      source: 'certificate',
      says: `${clean(subject)}, issued by ${clean(issuer)}, for ${names.slice(0, 8).map(clean).join(', ') || 'no name'}, from ${day(validFrom)} to ${day(validTo)}`,
    },
  ]
}

/** A certificate is a stranger's text. */
const clean = (text: string): string => text.replace(/[^\x20-\x7e]/g, '·').slice(0, 200)

/** A handshake that stands is an answer of the program. */
const STANDS: readonly Claim[] = (['silent', 'process-stopped', 'data-lost'] as const).map(code => ({
  code,
  is: 'excluded',
  because: 'the handshake of TLS stands',
}))
