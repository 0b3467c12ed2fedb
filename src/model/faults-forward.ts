/** Faults of forwarding ports; `faults.ts` has them all. */
import type { FaultEntry } from './fault-entry.ts'

export const FORWARD_FAULTS = {
  E_FORWARD_SYNTAX: {
    says: '"{text}" is not a rule for forwarding: {why}',
    hint: 'Write 8080:db:80, 127.0.0.1:9000:db:5432, [::1]:8080:[2001:db8::1]:80 or 53/udp:dns:53.',
    exit: 2,
  },
  E_FORWARD_RULES: {
    says: 'these rules can’t be forwarded: {why}',
    hint: 'Give each rule an address and port of its own, and a host that isn’t where it listens.',
    exit: 2,
  },
} as const satisfies Record<string, FaultEntry>
