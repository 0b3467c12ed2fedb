/** What there is to say about a protocol that a kernel may lack, and whose rules no kernel has judged: SCTP and DCCP. */
import type { Finding } from '../../model/finding.ts'
import { valueOr } from '../../model/known.ts'
import type { Protocol } from '../../model/protocol.ts'
import { linuxDialect, PROTOCOL_RULES } from '../../model/space/space.ts'
import type { OS } from '../../os/os.ts'
import type { Refusal } from './findings-refusal.ts'

const RELEASE = 'kernel.osrelease'

/**
 * The kernel has no such protocol. `tried`: the errno of a trial, null for success, undefined without one; then the version of
 * the kernel may tell.
 */
export async function missingProtocol(
  os: OS,
  protocol: Protocol,
  subject: string,
  tried: string | null | undefined,
): Promise<Refusal | null> {
  const { missing } = PROTOCOL_RULES[protocol]
  if (missing === null) return null
  const { errno, remedy } = missing
  const found = (certainty: Finding['certainty'], source: string, says: string): Refusal => ({
    errno,
    finding: {
      code: 'protocol-missing',
      severity: 'medium',
      certainty,
      subject,
      says: `this kernel has no ${protocol.toUpperCase()}`,
      evidence: [{ source, says }],
      remedy,
    },
  })
  if (tried !== undefined)
    return tried === errno ? found('proven', 'trial bind', `socket() fails with ${errno}`) : null
  if (protocol !== 'dccp' || os.platform !== 'linux') return null
  const told = (await os.tunables([RELEASE])).get(RELEASE)
  const release = told === undefined ? null : valueOr(told, null)
  return release === null || linuxDialect(release).dccp ? null : found('inferred', RELEASE, release)
}

/** Without a trial nobody knows whether the kernel has the protocol, unless somebody uses it. */
export const untriedProtocol = (protocol: Protocol, subject: string): readonly Finding[] =>
  PROTOCOL_RULES[protocol].missing === null
    ? []
    : [
        {
          code: 'protocol-untried',
          severity: 'low',
          certainty: 'possible',
          subject,
          says: `it depends on whether this kernel has ${protocol.toUpperCase()}, which was not tried`,
          evidence: [{ source: 'request', says: 'without a trial' }],
          disprovedBy: 'a trial bind',
          remedy: 'Ask with a trial, as the user who is to bind it.',
        },
      ]

export const unjudgedRules = (protocol: Protocol, subject: string): readonly Finding[] => {
  const { unjudged, follows } = PROTOCOL_RULES[protocol]
  if (unjudged === null) return []
  return [
    {
      code: 'rules-unjudged',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `no kernel has judged these rules: ${unjudged}`,
      evidence: [{ source: 'rules of the port space', says: `read in ${follows}` }],
    },
  ]
}

/** What such rules conclude is at best inferred, though each socket that they speak of is there. */
export const asSureAs = (protocol: Protocol, finding: Finding): Finding =>
  PROTOCOL_RULES[protocol].unjudged !== null && finding.certainty === 'proven'
    ? { ...finding, certainty: 'inferred' }
    : finding
