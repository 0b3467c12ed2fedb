/** Faults of asking others whether a port of theirs can be reached: a part of the catalogue, `faults.ts`. */
import type { FaultEntry } from './fault-entry.ts'

export const REACHING_FAULTS = {
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
