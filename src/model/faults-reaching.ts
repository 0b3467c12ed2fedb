/** Faults of asking others whether their ports can be reached, one or many: a part of the catalogue, `faults.ts`. */
import type { FaultEntry } from './fault-entry.ts'

export const REACHING_FAULTS = {
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
  E_WHY_TARGET: {
    says: '"{text}" is nothing that can be asked about: {why}',
    hint: 'Write host:port, 192.0.2.1:80, [::1]:80, udp/192.0.2.1:53, :8080 for this host, or a URL.',
    exit: 2,
  },
  E_WAIT_TARGET: {
    says: '"{text}" is nothing to wait for: {why}',
    hint: 'Write host:port, :3000, udp/53, http-get://host/path, https-get://host/path, file:PATH or unix:PATH.',
    exit: 2,
  },
} as const satisfies Record<string, FaultEntry>
