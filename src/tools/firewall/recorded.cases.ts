/**
 * Recorded rule sets of programs that people run, and packets with the verdicts that those programs mean. How each was
 * made is in `testdata/README.md`.
 *
 * Verdicts come from what was asked of the program (`ufw allow 22/tcp`), from its documentation, and from the kernel's
 * rules of hooks; never from the evaluator.
 */
import type { Decision } from '../../model/filter/decision.ts'

export interface PacketCase {
  /** `tcp 203.0.113.5 > 192.0.2.10:22`; `icmp 8` has a type instead of ports. */
  readonly packet: string
  /** Interface it comes in by; null when it is made here. */
  readonly from: string | null
  readonly state?: 'new' | 'established' | 'invalid'
  readonly verdict: Decision['kind']
  /** A part of the deciding rule's text; of a policy `policy drop`. */
  readonly by?: string
  /** Where the packet is addressed to in the end, as `172.17.0.2:80`. */
  readonly arrives?: string
  readonly sender?: string
}

export interface RecordedCase {
  /** A folder in testdata. */
  readonly program: string
  /** Addresses of the machine, by interface. */
  readonly addresses: readonly string[]
  readonly packets: readonly PacketCase[]
}

/** Somebody on the Internet. */
export const EVERYBODY = '203.0.113.5:4000'
