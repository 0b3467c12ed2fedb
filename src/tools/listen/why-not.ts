/** Why a port could not be listened on: who has it, or which right or address is lacking. */
import { UNSPECIFIED_V6 } from '../../model/address.ts'
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import type { Tried } from '../../os/reach.ts'
import { canBind } from '../bind/bind.ts'

/** Never empty: what the system said is the least. Nothing is bound: who is in the way is read from the table. */
export async function whyNotListening(
  os: OS,
  protocol: 'tcp' | 'udp',
  at: Endpoint,
  tried: Tried,
): Promise<readonly Finding[]> {
  const { address, port } = at
  const subject = `${protocol} ${formatEndpoint(at)}`
  const said: Finding = {
    code: 'not-listening',
    severity: 'high',
    certainty: 'proven',
    subject,
    says: `the system won’t let us listen on ${subject}: ${tried.code ?? tried.kind}`,
    evidence: [{ source: protocol === 'tcp' ? 'listen(2)' : 'bind(2)', says: tried.code ?? tried.kind }],
  }
  if (port === 0) return [said]
  try {
    const wildcard = address === UNSPECIFIED_V6 ? { v6only: false } : {}
    // Sockets that listen are opened with SO_REUSEADDR; what is in TIME_WAIT isn't in the way.
    const asked = { protocol, address, port, reuseAddress: protocol === 'tcp', trial: true, ...wildcard }
    const { verdict, reasons } = await canBind(os, asked)
    return verdict === 'yes' || reasons.length === 0 ? [said] : reasons
  } catch (error) {
    // A host that can try nothing, or whose table can't be read, has no more to tell.
    if (isFault(error)) return [said]
    throw error
  }
}
