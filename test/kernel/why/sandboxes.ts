/**
 * Who asks may not connect: nothing is wrong with the network, the target, routes or rules. What is expected was written down
 * beforehand: the sandbox is named, and nobody else is blamed.
 */
import type { OwnSandbox } from '../stage/sandbox.ts'
import { HOST_SILENT, OWN_SILENT } from './classes.ts'
import { among, type Expected } from './fault.ts'

export interface SandboxRow {
  readonly name: string
  /** `group`: a program of the control group says no (BPF_CGROUP_INET4_CONNECT): EPERM. `group-egress`: it drops what is sent. */
  readonly way: OwnSandbox | 'group' | 'group-egress'
  readonly protocol?: 'tcp' | 'udp'
  readonly expected: Expected
  /** Of nobody, who sees no frames and no rules; the same by default. */
  readonly nobody?: Expected
}

export const SANDBOXES: readonly SandboxRow[] = [
  { name: 'landlock', way: 'landlock', expected: denied() },
  // It has no say about datagrams.
  {
    name: 'landlock-and-datagrams',
    way: 'landlock',
    protocol: 'udp',
    expected: { verdict: 'reachable', oneOf: [] },
  },
  { name: 'filter-of-system-calls', way: 'seccomp', expected: denied() },
  { name: 'filter-of-system-calls-and-datagrams', way: 'seccomp', protocol: 'udp', expected: denied() },
  { name: 'control-group', way: 'group', expected: denied() },
  { name: 'control-group-and-datagrams', way: 'group', protocol: 'udp', expected: denied() },
  // Connecting is allowed, and nothing leaves.
  {
    name: 'control-group-that-drops',
    way: 'group-egress',
    expected: dropped(),
    nobody: among([...HOST_SILENT, ...OWN_SILENT]),
  },
  {
    name: 'control-group-that-drops-datagrams',
    way: 'group-egress',
    protocol: 'udp',
    expected: { verdict: 'unreachable', oneOf: ['sandbox-denied', 'filter-drop'] },
  },
]

function denied(): Expected {
  return { verdict: 'unreachable', first: 'sandbox-denied', oneOf: ['sandbox-denied'], host: 'client' }
}

/** No frame leaves, and whoever is at the output of this host may be why: no route is, nor anybody farther away. */
function dropped(): Expected {
  return {
    verdict: 'unreachable',
    oneOf: ['sandbox-denied', 'filter-drop', 'egress-drop', 'ipsec-no-state', 'conntrack-full'],
  }
}
