/**
 * Whether a bind would pass on another system, with the sockets that are on this machine: by that system's documented rules,
 * which were never tried here.
 */
import { withoutZone } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import { parsePort } from '../../model/port.ts'
import { type ForeignSystem, privilegeOn, refusalOn } from '../../model/space/systems/systems.ts'
import type { OS } from '../../os/os.ts'
import type { CanBind, CanBindRequest } from './can-bind.ts'
import { occupation } from './occupants.ts'
import { placeText } from './place-text.ts'

export async function canBindOn(os: OS, system: ForeignSystem, request: CanBindRequest): Promise<CanBind> {
  const { protocol, address, port, reuseAddress = false, reusePort = false, v6only, uid } = request
  const subject = `${protocol} ${placeText(address, port)} on ${system.title}`
  const found = (code: string, says: string, source: string, possible = false): Finding => ({
    code,
    severity: 'medium',
    certainty: possible ? 'possible' : 'inferred',
    subject,
    says,
    evidence: [{ source, says: system.basis }],
    disprovedBy: `a trial on ${system.title}`,
  })
  const refusals: { readonly errno: string; readonly finding: Finding }[] = []
  const possible: Finding[] = []
  if (protocol !== 'tcp' && protocol !== 'udp')
    possible.push(
      found(
        'rules-unknown',
        `it depends on whether ${system.title} has ${protocol.toUpperCase()} and by which rules: nobody who was asked says`,
        'rules of the system',
        true,
      ),
    )
  const lacking =
    uid === undefined ? null : privilegeOn(system, { address, port: parsePort(String(port)) }, uid)
  if (lacking !== null)
    refusals.push({
      errno: lacking,
      finding: found(
        'port-privileged',
        system.facts.unprivilegedFrom.says,
        system.facts.unprivilegedFrom.source,
      ),
    })
  const fresh = {
    protocol,
    address,
    v6only: v6only ?? null,
    reuseAddress,
    reusePort,
    uid: uid ?? null,
    device: null,
  } as const
  for (const old of (await occupation(os, protocol, port)).occupants) {
    const held = { ...old, address: withoutZone(old.address) }
    const answer = refusalOn(system, fresh, held)
    const at = `${held.protocol} ${held.address} port ${port}, ${held.state}`
    if (answer === 'depends')
      possible.push(found('port-held', `it depends on what is hidden of ${at}`, 'rules of the system', true))
    else if (answer !== null)
      refusals.push({
        errno: answer.errno,
        finding: found('port-held', `${answer.rule}: ${at}`, 'rules of the system'),
      })
  }
  const first = refusals[0]
  const shared = { endpoint: { address, port }, protocol, tried: false, system: system.title }
  if (first !== undefined)
    return { ...shared, verdict: 'no', errno: first.errno, reasons: refusals.map(({ finding }) => finding) }
  return { ...shared, verdict: possible.length > 0 ? 'depends' : 'yes', errno: null, reasons: possible }
}
