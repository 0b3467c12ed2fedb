/** Faults of `ports scan`: what it can't read, and whom it doesn't ask. */
import type { FaultEntry } from './fault-entry.ts'

export const SCAN_FAULTS = {
  E_SCAN_TARGET: {
    says: '"{text}" can’t be scanned: {why}',
    hint: 'Write a name, an address, a prefix or a range: db, 192.0.2.7, 192.0.2.0/24, 192.0.2.1-20.',
    exit: 2,
  },
  E_SCAN_REFUSED: {
    says: '{target} is not scanned: {why}',
    hint: '{next}',
    exit: 2,
  },
} as const satisfies Record<string, FaultEntry>
