/** What else may keep a port closed that is to be opened: programs on devices and others that no rule overrules. */
import type { Finding } from '../../model/finding.ts'
import { concernedDeciders, FLOW_PROTOCOLS, isLocal, type LiveRuleset } from '../firewall/firewall.ts'
import type { PortRequest } from './port-change.ts'

/** What concerns the sockets of one unit or group is left out: whose the port will be isn't known yet. */
export function outsideOutcome(
  outside: LiveRuleset['outside'],
  { action, port, protocol }: PortRequest,
): readonly Finding[] {
  if (action === 'close') return []
  const deciders = Object.values(outside).flatMap(told => (told.known ? told.value : []))
  const families = ['ipv4', 'ipv6'] as const
  const concerned = families.flatMap(family =>
    concernedDeciders(deciders, { way: 'in', family, protocol: FLOW_PROTOCOLS[protocol]! }),
  )
  const subject = `${protocol}/${port}`
  return [...new Set(concerned)]
    .filter(one => !isLocal(one))
    .map(({ kind, place, says }) => ({
      code: 'perhaps-closed',
      severity: 'medium',
      certainty: 'possible',
      subject,
      says: `whether ${subject} is open depends on what decides outside of the rules: ${kind} at ${place}, ${says}`,
      evidence: [{ source: `${kind} at ${place}`, says }],
      remedy: 'Try it from outside.',
    }))
}
